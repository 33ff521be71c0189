-- The configuration under test for Neovim 0.7: what a user writes, with the command and the recordings of the test.
vim.opt.runtimepath:prepend(vim.env.TAMIS_NVIM)
vim.g.tamis = {
  cmd = { vim.env.TAMIS, 'lsp' },
  init_options = { catalog = 'kong', traffic = { 'requests.jsonl' } },
}
vim.o.completeopt = 'menuone,noinsert'
vim.o.swapfile = false
vim.o.termguicolors = true
vim.o.signcolumn = 'yes'
vim.cmd('filetype plugin on')
vim.diagnostic.config({ virtual_text = true })
local map = function(keys, run)
  vim.keymap.set({ 'n', 'i' }, keys, run)
end
map('<F2>', function() vim.lsp.buf.rename('private') end)
map('<F3>', vim.lsp.buf.hover)
map('<F4>', function() vim.lsp.buf.code_action() end)
map('<F5>', function() vim.lsp.buf.formatting_sync() end)
map('<F7>', function() vim.lsp.codelens.refresh() end)
