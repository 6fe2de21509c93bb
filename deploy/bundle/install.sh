#!/bin/sh
# Installs or updates Porchlight from this folder without a network. Run as root: sh install.sh [options of deploy/setup.sh]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ "$(id -u)" -ne 0 ]; then echo "Run it as root: sudo sh $0" >&2; exit 1; fi
# The installed version knows whose bundles to accept, and checks that the new version starts.
if [ -r /etc/porchlight/program.pub ] && [ -e /opt/porchlight/runtime/upkeep/update.py ]; then
  porchlight update --from "$here"
  [ $# -eq 0 ] || sh /opt/porchlight/deploy/setup.sh --bundle "$here" "$@"
  exit
fi
(cd "$here" && sha256sum --quiet --strict -c SHA256SUMS) || {
  echo "This bundle has changed since it was made, so nothing from it was used. Copy it again, or ask the person who made it." >&2
  exit 1
}
program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
tar -x -C "$program" -f "$here/program.tar"
sh "$program/deploy/setup.sh" --bundle "$here" "$@"
