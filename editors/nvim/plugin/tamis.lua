-- Neovim 0.11 starts what `lsp/tamis.lua` describes; earlier versions start it in `ftplugin/tamis.lua`.
if vim.lsp.enable then
  vim.lsp.enable('tamis')
end
