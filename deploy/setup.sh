#!/bin/sh
# Turns a machine with Debian 13 or Raspberry Pi OS into a kiosk, or updates a kiosk to this version. It asks no
# questions. Run it as root, from any folder, as often as you like: `make install`, or
#
#     deploy/setup.sh [--port N] [--line] [--desk NAME] [--with "EXTRA …"] [--no-screen] [--no-start] [--bundle FOLDER]
#
# The complete program goes to /opt/porchlight-versions/<its hash> before the link /opt/porchlight is switched to it. If
# this is interrupted, the previous program is still there. The previous version stays for `porchlight back`.
# --bundle: install the libraries from this offline bundle, not from the network. --with: extras in pyproject.toml.
# --desk: the name by which the office reaches the desk over https, through nginx. Later updates keep it, as they keep ports.
set -eu
umask 022 # whatever umask the caller has: the server runs as another user and reads the program

tree=$(cd "$(dirname "$0")/.." && pwd)
link=/opt/porchlight versions=/opt/porchlight-versions etc=/etc/porchlight
proxy=/etc/nginx/conf.d/porchlight-desk.conf
port='' line='' desk='' screen=yes start=yes bundle='' extras='' tar=''
[ ! -r $etc/extras ] || extras=$(sed 's/\<\(publisher\|author\)\>//g' $etc/extras) # drop two extras that now only editors use
refuse() { echo "$*" >&2; told=yes; exit 1; }
free() { df -Pk $versions | awk 'END { print int($4 / 1024) }'; } # MB
is_full() { [ "$(free)" -lt 20 ]; }
write() { { cat > "$1.new" && mv "$1.new" "$1"; } || { rm -f "$1.new"; return 1; }; } # the file is either complete or unchanged
unfinished='' told=''
finish() { # `porchlight update` shows the last line that this script prints
  failed=$?
  if [ $failed -ne 0 ] && [ -z "$told" ] && is_full; then
    echo "The disk that holds $versions is full. Free up space there, then run this again." >&2
  fi
  [ -z "$unfinished" ] || rm -rf "$unfinished"
}

while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?"--port needs a number"}; shift 2 ;;
    --line) line=--line; shift ;;
    --desk) desk=${2:?"--desk needs a name, such as kiosk.school.example"}; shift 2 ;;
    --with) extras=${2?"--with needs names, such as \"line printer\""}; shift 2 ;;
    --bundle) bundle=$(cd "${2:?"--bundle needs a folder"}" && pwd); shift 2 ;;
    --tar) tar=${2:?"--tar needs a file"}; shift 2 ;; # for a bundle: write only the program to this file
    --no-screen) screen=; shift ;;
    --no-start) start=; shift ;;
    *) echo "Usage: deploy/setup.sh [--port N] [--line] [--desk NAME] [--with EXTRAS] [--no-screen] [--no-start] [--bundle FOLDER]" >&2; exit 2 ;;
  esac
done
case $desk in *[!A-Za-z0-9.-]*) refuse "--desk takes the name or IPv4 address at which the office reaches this machine, without https:// and without a path. It cannot be: $desk" ;; esac
# Only a checkout has the editor, which reads a pack's source; a kiosk and a bundle have the built pack.
editor=
[ ! -d "$tree/editor" ] || editor=editor
names="cli content deploy $editor kiosk messages runtime settings sms store system tools/libraries.sh tools/uv.txt server.py settings.toml school.toml pyproject.toml uv.lock README.md LICENSE"
# shellcheck disable=SC2086
pack() { tar -C "$tree" --exclude=__pycache__ --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rw,go+rX,go-w -c $names; }
if [ "$tar" = - ]; then pack; exit 0; fi
if [ -n "$tar" ]; then pack > "$tar"; exit 0; fi
[ "$(id -u)" -eq 0 ] || refuse "This turns the machine into a kiosk, so it must run as root: sudo make install"
for program in apt-get dpkg-query systemctl tar; do
  command -v $program >/dev/null || refuse "This machine does not have $program. This script needs Debian 13 or Raspberry Pi OS with systemd. For other systems, see docs/school/set-up.md."
done
if grep -qs '^PORCHLIGHT_SMS__PORT=[1-9]' $etc/environment; then
  refuse "The text line on this machine has its own port, but this version serves it on the server's port. Nothing was changed. Remove PORCHLIGHT_SMS__PORT from $etc/environment and point the proxy at the server's port. Then run: systemctl disable --now porchlight-line.service && systemctl restart porchlight.service. Then run this again with --line."
fi
mkdir -p $versions $etc
# Only one installation may run at a time. `porchlight update` already holds the lock.
[ -n "${PORCHLIGHT_LOCKED:-}" ] || { exec 9> $versions/LOCK; flock -n 9 || refuse "Another update is running. Wait until it has finished, then run this again."; }
trap finish EXIT

if [ -n "$screen" ] && [ ! -e $etc/no-screen ]; then
  packages="chromium cage udev libpam-systemd fonts-noto-cjk espeak-ng opus-tools alsa-utils"
else
  screen=; : > $etc/no-screen; packages=
fi
[ -n "$bundle" ] || packages="python3-venv $packages"
absent() {
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q ' installed$' || printf ' %s' "$package"
  done
}
fetch() { { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2; }
# shellcheck disable=SC2086 # several names, so no quotes, here and below
missing=$(absent python3 curl $packages)
# shellcheck disable=SC2086
[ -z "$missing" ] || fetch $missing ||
  refuse "These Debian packages could not be installed:$missing. Check the network, or install them from a Debian disc or USB stick. Then run this again."
missing=$(absent libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
# shellcheck disable=SC2086
[ -z "$missing" ] || fetch $missing ||
  echo "This machine cannot make posters until these Debian packages are installed:$missing. Everything else will work." >&2
if [ -n "$desk" ]; then
  missing=$(absent nginx openssl)
  # shellcheck disable=SC2086
  if [ -z "$missing" ] || fetch $missing; then
    # Remove Debian's default page on port 80, unless somebody has changed it.
    [ -e $proxy ] || dpkg --verify nginx-common | grep -q sites-available/default || rm -f /etc/nginx/sites-enabled/default
  else
    echo "The office cannot reach the desk until these Debian packages, which bundles do not contain, are installed:$missing. Install them, then run this again with --desk $desk. Everything else will work." >&2
    desk=
  fi
fi

want() { case " $extras " in *" $1 "*) ;; *) extras="${extras:+$extras }$1" ;; esac; }
want paper # needed by the desk's pages
want charts
if [ -n "$line" ] || grep -qs '^PORCHLIGHT_SMS__ENABLED=true' $etc/environment; then want line; fi
if grep -qs '^PORCHLIGHT_STORE__URL=.*postgres' $etc/environment; then want postgres; fi
python=$(command -v python3)
machine="$($python -c 'import sys; print("cp%d%d" % sys.version_info[:2])') $(uname -m)"
if [ -n "$bundle" ] && [ "$(cat "$bundle/wheels/machine")" != "$machine" ]; then
  refuse "This bundle is for $(cat "$bundle/wheels/machine"), but this machine is $machine. Make a bundle for this machine (docs/school/set-up.md)."
fi
id=$({ pack; echo "$machine $extras"; } | sha256sum | cut -c 1-12)
target=$versions/$id
if [ ! -e "$target/.whole" ]; then
  [ "$(free)" -ge 500 ] || refuse "Only $(free) MB are free in $versions, but a version with its libraries may need 500 MB. Nothing was changed. Free up space there, then run this again."
  rm -rf "$target"
  mkdir -p "$target"
  unfinished=$target
  pack | tar -x -C "$target"
  cd "$target"
  if [ -n "$bundle" ]; then
    $python -m venv --without-pip .venv
    .venv/bin/python "$(echo "$bundle"/wheels/pip-*.whl)/pip" install --quiet --no-index --find-links "$bundle/wheels" \
      --no-deps --require-hashes --no-compile --disable-pip-version-check -r "$bundle/wheels/requirements.txt" ||
      { is_full || refuse "This bundle's libraries could not be installed. Nothing was changed. Copy the bundle again."; exit 1; }
    # From the first bundle on, the kiosk accepts only bundles from the same publisher.
    key=$etc/program.pub
    [ -e "$key" ] || key=$bundle/key.pub
    .venv/bin/python -m runtime.upkeep.bundle verify "$bundle" "$key" || exit 1
    cmp -s "$key" $etc/program.pub || write $etc/program.pub < "$key"
  else
    options=
    for extra in $extras; do options="$options --extra $extra"; done
    # shellcheck disable=SC2086
    sh tools/libraries.sh .venv "$python" install --no-dev --no-install-workspace $options
    rm -f .venv/bin/uv .venv/bin/uvx # these 50 MB were needed only for this step
  fi
  if [ -n "$editor" ]; then # the program's own libraries are enough to build a pack
    .venv/bin/python -m editor.authoring.shipped_copy content/packs/california ||
      refuse "This checkout's pack has errors. Nothing was changed. To list the errors, run: porchlight check"
    rm -rf editor
  fi
  .venv/bin/python -m compileall -qq cli content kiosk messages runtime settings sms store system server.py .venv/lib || true
  .venv/bin/python server.py --help >/dev/null || refuse "The program does not start on this machine. Nothing was changed."
  case $tree in "$versions"/*) ;; *) [ ! -e "$tree/.git" ] || echo "$tree" > .checkout ;; esac
  sync -f . # everything must be on disk before the link points to it
  : > .whole
  sync -f .whole
  unfinished=
fi

before=
[ ! -e $link ] || before=$(readlink -f $link)
if [ -d $link ] && [ ! -L $link ]; then # an older version put a checkout here; keep it as the previous version
  before=$versions/first
  rm -rf "$before"
  ln -s "$target" "$before"
  ln -sfn "$before" "$target/.before"
  mv --exchange -T "$before" $link 2>/dev/null || { mv -T $link "$before.tmp"; mv -T "$before" $link; mv -T "$before.tmp" "$before"; }
elif [ "$before" != "$target" ]; then
  [ -z "$before" ] || ln -sfn "$before" "$target/.before"
  ln -sfn "$target" $versions/.link
  mv -T $versions/.link $link
fi
sync -f $versions
printf '%s\n' "$extras" | write $etc/extras
sh $link/deploy/install.sh ${port:+--port "$port"} $line ${desk:+--desk "$desk"} >/dev/null
# During `porchlight update`, that command stores the build number once the new version is running.
if [ -n "$bundle" ] && [ -z "${PORCHLIGHT_LOCKED:-}" ]; then
  (cd "$target" && .venv/bin/python -m runtime.upkeep.bundle remember "$bundle" /var/lib/porchlight >/dev/null) ||
    echo "The build number could not be saved in /var/lib/porchlight, so this machine would accept an older bundle. Everything else works." >&2
fi
for old in "$versions"/*; do
  case $old in "$target" | "$(readlink "$target/.before")" | "$versions/LOCK") ;; *) rm -rf "$old" ;; esac
done

units="porchlight.service${screen:+ porchlight-kiosk.service porchlight-kiosk-nightly.timer}"
# The server's unit cannot reach a publisher; this timer's unit can.
grep -qs "^\( *source *= *\|PORCHLIGHT_CONTENT__SOURCE=\)[\"']\?https:" $etc/settings.toml $etc/environment && units="$units porchlight-refresh.timer"
# The server would make the recordings while idle, but that takes hours. Make them before the first student comes.
if [ -n "$screen" ] && [ -n "$start" ] && [ -z "${PORCHLIGHT_LOCKED:-}" ] && [ ! -e /var/lib/porchlight/audio/texts.tsv ]; then
  echo "Now recording what the screen reads aloud, in each language that has a voice. This takes about ten minutes. If you press Ctrl-C, the server makes the recordings later, which takes hours." >&2
  trap : INT
  /usr/local/bin/porchlight say >&2 || echo "Some recordings are missing. The server makes them while the machine is idle. Everything else works." >&2
  trap - INT
fi
if [ -n "$start" ]; then
  # shellcheck disable=SC2086
  systemctl enable --quiet $units
  # shellcheck disable=SC2086
  systemctl restart $units
fi
lead() { said=$(nginx -tq 2>&1) && { [ -z "$start" ] || systemctl enable --quiet --now nginx; } && systemctl try-reload-or-restart nginx; }
if [ -e $proxy ] && ! lead; then
  [ -z "$desk" ] || rm -f $proxy # otherwise, nginx and everything else that it serves would not start again
  echo "nginx did not accept its settings for the desk: $(echo "${said:-for the reason, run journalctl -u nginx.}" | head -n 1) Fix that, then run this again with --desk. Everything else works." >&2
fi
port=$(sed -n 's/^PORCHLIGHT_SERVER__PORT=//p' $etc/environment)
echo "Porchlight $id is installed${start:+ and runs on http://127.0.0.1:$port/}. Next: porchlight doctor"
if [ -e $proxy ]; then
  desk=$(sed -n 's|^PORCHLIGHT_DESK__ADDRESS=\(.*[^/]\)/*$|\1/staff/|p' $etc/environment)
  echo "The office opens the desk at $desk. Compare the certificate's SHA-256 in the browser there: $(openssl x509 -in $etc/desk.crt -noout -fingerprint -sha256 | cut -d = -f 2)"
fi
[ ! -e /var/lib/porchlight/desk.passphrase ] || exit 0
# The server does not write the code to the journal, so show it in this terminal.
if ! code=$(/usr/local/bin/porchlight desk code); then
  echo "The desk needs a passphrase before it opens. Run: sudo porchlight desk passphrase"
  exit 0
fi
place=$(sed -n 's|^PORCHLIGHT_DESK__ADDRESS=\(https:.*[^/]\)/*$|\1|p' $etc/environment)
if [ -n "$place" ] && [ -e $proxy ]; then
  echo "Set up the school there, once: $place/staff/first?code=$code"
  exit 0
fi
echo "Set up the school from your own computer, once. There, type ssh -L 8001:127.0.0.1:8001 and this machine's name, then open http://127.0.0.1:8001/staff/first?code=$code"
systemctl is-active --quiet ssh.service ssh.socket dropbear.service ||
  echo "No ssh server runs on this machine, and the kiosk's screen cannot open the desk. To install one, run: sudo apt-get install --no-install-recommends openssh-server"
