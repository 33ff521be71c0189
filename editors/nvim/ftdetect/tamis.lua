if vim.fn.has('nvim-0.8') == 1 then
  vim.filetype.add({ extension = { tamis = 'tamis' } })
else
  vim.cmd('autocmd BufRead,BufNewFile *.tamis setfiletype tamis')
end
