#!/bin/sh
# The virtual environment and the libraries in it, made or repaired: what an interrupted run left is in nobody's way.
# Usage: libraries.sh VENV PYTHON GOAL [what uv sync shall take]. GOAL: what make shall be asked again after a failure.
# An installed uv is used; otherwise the one of uv.txt, known by its hash, is put into VENV. --inexact leaves it, and what other goals added, in place.
# The certificates of the system count: a school network may inspect TLS. Python compiles what a first look needs by itself; --compile-bytecode compiles all, for a service that may not write there.
set -eu
venv=$1 python=$2 goal=$3
shift 3

right() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2>/dev/null; }
# Half of uv or pip may be there: the one must say its name, the other must have all that it needs to install.
own_uv() { "$venv/bin/uv" --version 2>/dev/null | grep -q '^uv '; }
own_pip() { "$venv/bin/python" -c 'import pip._internal.commands.install' 2>/dev/null; }
refuse() { # one sentence for all that pip or uv said
  case $1 in
    *"No space left"*) why="the disk is full; free up space" ;;
    *ertificate*|*CERTIFICATE*)
      why="this machine does not trust the certificate of this network; ask who keeps the network" ;;
    *"DO NOT MATCH THE HASHES"*|*"Hash mismatch"*)
      why="what came is not what this version names, so nothing of it was used; ask who keeps the network" ;;
    *"name resolution"*|*"dns error"*|*onnect*|*unreachable*|*"timed out"*|*roxy*)
      why="their server cannot be reached; check the network" ;;
    *) why="$(echo "$1" | sed -n 's/^[Ee][Rr][Rr][Oo][Rr]: //p' | head -n 1); correct that" ;;
  esac
  echo "Porchlight could not fetch its libraries: $why and run make $goal again." >&2
  exit 1
}

if ! right "$venv/bin/python" || ! { command -v uv >/dev/null || own_uv || own_pip; }; then
  right "$python" || {
    echo "Porchlight needs Python 3.11 or newer; name one: make $goal PYTHON=python3.13" >&2; exit 1; }
  clear=""
  if [ -e "$venv/pyvenv.cfg" ]; then clear=--clear; fi
  ! command -v uv >/dev/null || clear="$clear --without-pip" # 27 MB that only fetching uv needs
  # shellcheck disable=SC2086 # words
  "$python" -m venv $clear "$venv" || {
    echo "Python cannot make a virtual environment here; on Debian: apt-get install python3-venv" >&2; exit 1; }
fi
uv=$(command -v uv) || {
  uv=$venv/bin/uv
  own_uv || {
    said=$("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --ignore-installed \
      -r "$(dirname "$0")/uv.txt" 2>&1) || refuse "$said"
    "$uv" pip uninstall --quiet --python "$venv/bin/python" pip setuptools 2>/dev/null || true # 26 MB that nothing else needs
  }
}
said=$(UV_PROJECT_ENVIRONMENT=$venv UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true \
  "$uv" sync --quiet --frozen --inexact --python "$venv/bin/python" "$@" 2>&1) || refuse "$said"
