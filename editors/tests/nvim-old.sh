#!/usr/bin/env bash
# Neovim 0.7, which has no inlay hints and starts no server by itself: `nvim-old.sh NVIM…`.
. "$(dirname "$0")/terminal.sh"

prepare
start env TAMIS="$TAMIS" TAMIS_NVIM="$HERE/../nvim" ${VIMRUNTIME:+VIMRUNTIME="$VIMRUNTIME"} ${NEOVIM_LIBRARIES:+LD_LIBRARY_PATH="$NEOVIM_LIBRARIES"} "$@" -n -i NONE -u "$HERE/nvim-old.lua" rules.tamis

see 'the diagnostic' 'is not a known field; did you mean'
keys F7
see 'the lens' 'matches 2 of 4 recorded requests'
keys 2G 0 f= l l F3
see 'the hover' 'Status the gateway sent to the client'
keys j k
gone 'the hover' 'Status the gateway sent to the client'
keys 6G 0 f= w F4
see 'the quick fix' '1: use `http.response.status_code`'
keys 1 Enter
see 'the fixed rule' 'rule typo = http.response.status_code == 401'
gone 'the diagnostic' 'is not a known field'
keys 8G 0 w F2
see 'the definition, renamed' 'let private = [10.0.0.0/8'
see 'the use, renamed' 'client.address not in private'
keys F5
see 'the layout' 'rule slow = proxy.kong.latency.total > 250ms'
keys G o
text 'rule third = proxy.kong.upstream.st'
keys C-x C-o
see 'the field' 'proxy.kong.upstream.status_code'
keys C-y
see 'the accepted field' 'rule third = proxy.kong.upstream.status_code'
text ' '
keys C-x C-o
see 'the operator' '>='
keys C-e
text '== '
keys C-x C-o
see 'the value' '503'
keys C-e
text '503'
keys Escape
text ':split other.tamis'
keys Enter i
text 'rule x = http.respons.x == 1'
keys Escape
see 'the diagnostic of a second text' '`http.respons.x`'
keys ':qa!' Enter
