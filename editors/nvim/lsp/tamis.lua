-- The language server, for Neovim 0.11 and later: switched on by `plugin/tamis.lua`.
-- `vim.lsp.config('tamis', { init_options = { catalog = 'otel', traffic = { 'traffic.har' } } })` adds settings.
return {
  cmd = { 'tamis', 'lsp' },
  filetypes = { 'tamis' },
  root_markers = { '.git' },
  -- Completion that opens by itself opens behind these only; names are wanted from their first letter on.
  on_init = function(client)
    local completion = client.server_capabilities.completionProvider
    if completion then
      vim.list_extend(completion.triggerCharacters, vim.split('abcdefghijklmnopqrstuvwxyz', ''))
    end
  end,
}
