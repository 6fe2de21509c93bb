#!/bin/sh
# Makes an offline bundle for a USB stick: a folder with the program, pack, libraries and their signed hashes. This
# machine needs a network.
#
#     deploy/bundle.sh KEY FOLDER [EXTRA …]        (make bundle KEY=keys/program.key TO=/media/stick/porchlight)
#
# KEY: a key file made by `porchlight publish keys new`; kiosks keep the public key. The libraries are for the Python
# in PYTHON (default: python3) and this machine's kind of processor; FOR=aarch64 chooses another kind.
set -eu
tree=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 2 ] || { echo "Usage: make bundle KEY=keys/program.key TO=/media/stick/porchlight [EXTRAS=\"line\"]" >&2; exit 2; }
key=$(realpath "$1") to=$2 python=${PYTHON:-python3} arch=${FOR:-$(uname -m)}
shift 2
set -- paper charts "$@" # the extras that setup.sh always installs on a kiosk
if [ ! -r "$key" ] || [ ! -r "${key%.key}.pub" ]; then echo "$key or its .pub file is missing. To make both, run: porchlight publish keys new" >&2; exit 1; fi
[ ! -e "$to" ] || { echo "$to already exists. Choose a new folder, so that it contains no old files." >&2; exit 1; }
options='' platforms=''
for extra in "$@"; do options="$options --extra $extra"; done
# pip accepts only the platforms listed here: every glibc version up to Debian 13's, oldest last.
for minor in $(seq 41 -1 17); do platforms="$platforms --platform manylinux_2_${minor}_$arch"; done
made=$to.tmp
rm -rf "$made"
mkdir -p "$made/wheels"
trap 'rm -rf "$made"' EXIT
cd "$tree"
uv=$(command -v uv || echo .venv/bin/uv)
# shellcheck disable=SC2086
"$uv" export --quiet --frozen --no-dev --no-emit-project $options -o "$made/wheels/requirements.txt"
"$python" -m venv "$made/venv"
pip="$made/venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --dest $made/wheels"
# shellcheck disable=SC2086
$pip $platforms --platform "manylinux2014_$arch" --require-hashes -r "$made/wheels/requirements.txt"
$pip pip # pip installs the other libraries without a network
"$python" -c "import sys; print('cp%d%d $arch' % sys.version_info[:2])" > "$made/wheels/machine"
rm -rf "$made/venv"
# The kiosk gets the built pack, but no tools to build one.
mkdir "$made/tree"
sh deploy/setup.sh --tar - | tar -x -C "$made/tree"
(cd "$made/tree" && "$tree/.venv/bin/python" -m editor.authoring.shipped_copy content/packs/california)
rm -r "$made/tree/editor"
sh "$made/tree/deploy/setup.sh" --tar "$made/program.tar"
rm -r "$made/tree"
cp deploy/bundle/install.sh "$made/install.sh"
.venv/bin/python -m editor.publishing.program_bundle "$made" "$key"
mv -T "$made" "$to"
echo "$to was written: a bundle of $(du -sm "$to" | cut -f 1) MB for $(cat "$to/wheels/machine"). On a kiosk, run sudo sh install.sh in that folder, or: sudo porchlight update --from $to"
