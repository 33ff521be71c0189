vim.filetype.add({ extension = { tamis = 'tamis' } })
