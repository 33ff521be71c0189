#!/usr/bin/env bash
# Helix: `helix.sh HX…`. It has no lenses.
. "$(dirname "$0")/terminal.sh"

prepare
mkdir -p "$WORK/config/helix/runtime/queries" "$WORK/workspace/.git"
cp -r "$TAMIS_RUNTIME/grammars" "$WORK/config/helix/runtime/"
cp -r "$HERE/../helix/queries/tamis" "$WORK/config/helix/runtime/queries/"
sed "s|command = \"tamis\"|command = \"$TAMIS\"|" "$HERE/../helix/languages.toml" >"$WORK/config/helix/languages.toml"
cat >"$WORK/config/helix/config.toml" <<'END'
theme = "default"
[editor]
end-of-line-diagnostics = "hint"
[editor.lsp]
display-inlay-hints = true
display-messages = true
[editor.inline-diagnostics]
cursor-line = "hint"
other-lines = "error"
END
start env XDG_CONFIG_HOME="$WORK/config" XDG_CACHE_HOME="$WORK/cache" "$@" rules.tamis

see 'the diagnostic' 'is not a known field; did you mean'
see 'the inlay hint' 'Service Unavailable'
shot helix
keys g g j f = l l
keys Space k
see 'the hover' 'Status the gateway sent to the client'
shot helix-hover
keys Escape Escape

keys g g 5 j g h f = l l
keys Space a
see 'the quick fix' 'use `http.response.status_code`'
keys Enter
see 'the fixed rule' 'rule typo = http.response.status_code == 401'
gone 'the diagnostic' 'is not a known field'
keys Escape g g 7 j g h w l
keys Space r
see 'the question for a name' 'rename-to:'
keys C-u
text 'private'
keys Enter
see 'the definition, renamed' 'let private = [10.0.0.0/8'
see 'the use, renamed' 'client.address not in private'
text ':format'
keys Enter
see 'the layout' 'rule slow = proxy.kong.latency.total > 250ms'

keys g e o
text 'rule third = proxy.kong.upstream.st'
see 'the field' 'proxy.kong.upstream.status_code'
keys C-x
shot helix-completion
keys C-n Enter
see 'the accepted field' 'rule third = proxy.kong.upstream.status_code'
text ' '
keys C-x
see 'the operator' '>='
text '== '
keys C-x
see 'the value' '429'
shot helix-value
keys Escape Escape
text ':q!'
keys Enter
