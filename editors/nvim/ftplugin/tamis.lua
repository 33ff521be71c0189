-- Rules: comments, folds, colours, and the language server on versions of Neovim before 0.11.
-- `vim.g.tamis` may hold `cmd` and `init_options`.
vim.bo.commentstring = '// %s'
vim.bo.comments = '://'
vim.opt_local.iskeyword:append('.')

-- Colours from tree-sitter where its parser is installed; else the server's semantic tokens colour alone.
if vim.treesitter and vim.treesitter.start and pcall(vim.treesitter.start, 0, 'tamis') then
  vim.wo.foldexpr = 'v:lua.vim.treesitter.foldexpr()'
end

if vim.lsp.enable then
  return
end

local options = vim.g.tamis or {}
local config = {
  name = 'tamis',
  cmd = options.cmd or { 'tamis', 'lsp' },
  init_options = options.init_options,
  root_dir = vim.fn.getcwd(),
}
if vim.lsp.start then
  vim.lsp.start(config)
else
  -- Before 0.8 one keeps the client oneself.
  _G.tamis_client = _G.tamis_client or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(0, _G.tamis_client)
  vim.bo.omnifunc = 'v:lua.vim.lsp.omnifunc'
end
