#!/usr/bin/env bash
# Emacs with eglot: `emacs.sh EMACS…`. eglot has no lenses, and inlay hints only from Emacs 29 on.
. "$(dirname "$0")/terminal.sh"

prepare
mkdir -p "$WORK/workspace/.git"
start env HOME="$WORK" TAMIS="$TAMIS" TAMIS_EMACS="$HERE/../emacs" "$@" -nw -Q -l "$HERE/emacs.el" rules.tamis

see 'the connection' '[eglot:'
keys F7
see 'the diagnostic' 'is not a known field; did you mean'
shot emacs
keys C-x 1
keys 'M-<' C-n 'M-f' 'M-f' 'M-f'
see 'the hover' 'Status the gateway sent to the client'
shot emacs-hover

keys 'M-<' C-n C-n C-n C-n C-n C-e 'M-b' 'M-b' F4
see 'the quick fix' 'use `http.response.status_code`'
keys Enter
see 'the fixed rule' 'rule typo = http.response.status_code == 401'
keys 'M-<' C-n C-n C-n C-n C-n C-n C-n 'M-f' C-f F2
see 'the definition, renamed' 'let private = [10.0.0.0/8'
see 'the use, renamed' 'client.address not in private'
keys F5
see 'the layout' 'rule slow = proxy.kong.latency.total > 250ms'

keys 'M->'
text 'rule third = proxy.kong.upstream.'
keys F6
see 'the field' 'proxy.kong.upstream.status_code'
shot emacs-completion
text 'status_code '
keys F6
see 'the operator' '>='
text '== '
keys F6
see 'the value' '429'
shot emacs-value
keys C-g C-x C-c
text 'n'
text 'y'
