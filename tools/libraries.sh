#!/bin/sh
# Makes or repairs the virtual environment and its libraries, even after an interrupted run.
# Usage: libraries.sh VENV PYTHON GOAL [options for uv sync]. GOAL: the make target that a failure's message names.
# It uses an installed uv. If there is none, it installs the one in uv.txt, checked by its hash, into VENV. --inexact
# keeps that uv and the libraries that other make targets added. uv trusts the system's certificates, because a school
# network may inspect TLS. Python compiles each module that it imports; --compile-bytecode compiles all of them, for a
# service that cannot write to that folder.
set -eu
venv=$1 python=$2 goal=$3
shift 3

right() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2>/dev/null; }
# An interrupted run may leave half of uv or pip. So uv must print its name, and pip must import its install command.
own_uv() { "$venv/bin/uv" --version 2>/dev/null | grep -q '^uv '; }
own_pip() { "$venv/bin/python" -c 'import pip._internal.commands.install' 2>/dev/null; }
refuse() { # print one sentence instead of the output of pip or uv
  case $1 in
    *"No space left"*) why="the disk is full. Free up space" ;;
    *ertificate*|*CERTIFICATE*)
      why="this machine does not trust this network's certificate. Ask the person who manages the network" ;;
    *"DO NOT MATCH THE HASHES"*|*"Hash mismatch"*)
      why="a downloaded file is not the one that this version expects, so nothing was installed. Ask the person who manages the network" ;;
    *"name resolution"*|*"dns error"*|*onnect*|*unreachable*|*"timed out"*|*roxy*)
      why="their server cannot be reached. Check the network" ;;
    *) why="$(echo "$1" | sed -n 's/^[Ee][Rr][Rr][Oo][Rr]: //p' | head -n 1). Fix that" ;;
  esac
  echo "Porchlight could not download its libraries: $why, then run make $goal again." >&2
  exit 1
}

if ! right "$venv/bin/python" || ! { command -v uv >/dev/null || own_uv || own_pip; }; then
  right "$python" || {
    echo "Porchlight needs Python 3.11 or newer. Say which one to use, for example: make $goal PYTHON=python3.13" >&2; exit 1; }
  clear=""
  if [ -e "$venv/pyvenv.cfg" ]; then clear=--clear; fi
  ! command -v uv >/dev/null || clear="$clear --without-pip" # pip takes 27 MB, and only the download of uv needs it
  # shellcheck disable=SC2086 # several options, so no quotes
  "$python" -m venv $clear "$venv" || {
    echo "Python cannot make a virtual environment on this machine. On Debian, run: apt-get install python3-venv" >&2; exit 1; }
fi
uv=$(command -v uv) || {
  uv=$venv/bin/uv
  own_uv || {
    said=$("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --ignore-installed \
      -r "$(dirname "$0")/uv.txt" 2>&1) || refuse "$said"
    "$uv" pip uninstall --quiet --python "$venv/bin/python" pip setuptools 2>/dev/null || true # 26 MB that are no longer needed
  }
}
said=$(UV_PROJECT_ENVIRONMENT=$venv UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true \
  "$uv" sync --quiet --frozen --inexact --python "$venv/bin/python" "$@" 2>&1) || refuse "$said"
