#!/usr/bin/env bash
# Neovim, from 0.10 on: `nvim.sh NVIM…`.
. "$(dirname "$0")/terminal.sh"

prepare
# The root of the project, from which the path of the recording is taken; without it that of whoever is around.
mkdir "$WORK/workspace/.git"
start env TAMIS="$TAMIS" TAMIS_NVIM="$HERE/../nvim" TAMIS_RUNTIME="$TAMIS_RUNTIME" ${VIMRUNTIME:+VIMRUNTIME="$VIMRUNTIME"} "$@" -n -i NONE -u "$HERE/nvim.lua" rules.tamis

see 'the diagnostic' 'is not a known field; did you mean'
see 'the inlay hint' 'Service Unavailable'
see 'the lens' 'matches 2 of 4 recorded requests'
shot nvim
keys 2G 0 f= l l F3
see 'the hover' 'Status the gateway sent to the client'
shot nvim-hover
keys F6
see 'the colour' 'captures: variable.member'
keys j k
gone 'the hover' 'Status the gateway sent to the client'

keys 6G 0 f= w F4
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
shot nvim-completion
keys C-y
see 'the accepted field' 'rule third = proxy.kong.upstream.status_code'
text ' '
keys C-x C-o
see 'the operator' '>='
keys C-e
text '== '
keys C-x C-o
see 'the value' '503'
see 'the value next to it' '429'
shot nvim-value
keys C-e
text '503'
keys Escape

case $("$1" --version) in
  'NVIM v0.1'[1-9]*)
    keys F7 o
    text 'ru'
    see 'a list that opens by itself' 'a named rule'
    keys C-e Escape
    ;;
esac
keys ':qa!' Enter
