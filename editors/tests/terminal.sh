# An editor in a terminal of its own, used by keys and read from the screen; sourced by the test of each editor.
#
# Wants: TAMIS, the command; WORK, a folder to work in; SHOTS, a folder for screens.

set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SOCKET=tamis-test-$$
PATIENCE=${PATIENCE:-30}

multiplexer() { tmux -L "$SOCKET" -f /dev/null "$@"; }

# prepare: a fresh copy of the workspace.
prepare() {
  rm -rf "$WORK"
  mkdir -p "$WORK" "$SHOTS"
  cp -r "$HERE/workspace" "$WORK/workspace"
  trap 'multiplexer kill-server 2>/dev/null || true' EXIT
}

# start COMMAND…: the editor, in the workspace.
start() {
  multiplexer new-session -d -x 120 -y 32 -c "$WORK/workspace" -e LANG=C.UTF-8 -e TERM=xterm-256color -e COLORTERM=truecolor "$@"
  multiplexer set -g default-terminal xterm-256color
  multiplexer set -s escape-time 20
}

# keys KEY…: presses them one by one; a key right behind Escape would be taken for one with Alt.
keys() {
  local key
  for key in "$@"; do
    multiplexer send-keys "$key"
    if [ "$key" = Escape ]; then sleep 0.3; fi
  done
  sleep 0.15
}

# text TEXT: types it.
text() { multiplexer send-keys -l -- "$1"; }

screen() { multiplexer capture-pane -p; }

# see WHAT TEXT: waits until the text is on the screen.
see() {
  local what=$1 wanted=$2 waited=0
  until screen | grep -qF -- "$wanted"; do
    waited=$((waited + 1))
    if [ "$waited" -gt $((PATIENCE * 10)) ]; then
      screen >&2
      printf 'the screen does not show %s: %s\n' "$what" "$wanted" >&2
      return 1
    fi
    sleep 0.1
  done
  printf '  %s: %s\n' "$what" "$wanted"
}

# gone WHAT TEXT: waits until the text is no longer on the screen.
gone() {
  local what=$1 unwanted=$2 waited=0
  while screen | grep -qF -- "$unwanted"; do
    waited=$((waited + 1))
    if [ "$waited" -gt $((PATIENCE * 10)) ]; then
      screen >&2
      printf 'the screen still shows %s: %s\n' "$what" "$unwanted" >&2
      return 1
    fi
    sleep 0.1
  done
}

# shot NAME: keeps the screen with its colours.
shot() { multiplexer capture-pane -p -e >"$SHOTS/$1.ansi"; }
