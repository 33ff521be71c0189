-- The language server, for Neovim 0.11 and later: switched on by `plugin/tamis.lua`.
-- `vim.lsp.config('tamis', { init_options = { catalog = 'otel', traffic = { 'traffic.har' } } })` adds settings.
return {
  cmd = { 'tamis', 'lsp' },
  filetypes = { 'tamis' },
  root_markers = { '.git' },
}
