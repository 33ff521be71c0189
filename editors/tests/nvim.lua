-- The configuration under test: what a user writes, with the command and the recordings of the test.
vim.opt.runtimepath:prepend(vim.env.TAMIS_NVIM)
vim.opt.runtimepath:prepend(vim.env.TAMIS_RUNTIME)
local options = { catalog = 'kong', traffic = { 'requests.jsonl' } }
vim.g.tamis = { cmd = { vim.env.TAMIS, 'lsp' }, init_options = options }
if vim.lsp.config then
  vim.lsp.config('tamis', { cmd = vim.g.tamis.cmd, init_options = options })
end
vim.o.completeopt = 'menuone,popup,noinsert'
vim.o.swapfile = false
vim.o.termguicolors = true
vim.o.signcolumn = 'yes'
vim.cmd('filetype plugin on')
vim.diagnostic.config({ virtual_text = true, virtual_lines = false })
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    local map = function(keys, run)
      vim.keymap.set({ 'n', 'i' }, keys, run, { buffer = event.buf })
    end
    if vim.lsp.inlay_hint then
      vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
    end
    local refresh = function() vim.lsp.codelens.refresh({ bufnr = event.buf }) end
    vim.api.nvim_create_autocmd({ 'CursorHold', 'InsertLeave', 'TextChanged' }, { buffer = event.buf, callback = refresh })
    refresh()
    vim.bo[event.buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
    map('<F2>', function() vim.lsp.buf.rename('private') end)
    map('<F3>', vim.lsp.buf.hover)
    map('<F4>', function() vim.lsp.buf.code_action({ apply = true }) end)
    map('<F5>', function() vim.lsp.buf.format() end)
    if vim.lsp.completion then
      map('<F7>', function()
        vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
      end)
    end
  end,
})
vim.o.updatetime = 200

-- What colours the text under the cursor, for the test to read.
vim.keymap.set('n', '<F6>', function()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local captures = vim.treesitter.get_captures_at_pos(0, row - 1, column)
  print('captures: ' .. table.concat(vim.tbl_map(function(it) return it.capture end, captures), ' '))
end)
