#!/bin/sh
# Puts the kiosk's files of this checkout in place, on Debian 13. Run as root from /opt/porchlight, as often as you like:
#
#     deploy/install.sh [--port N] [--line-port N]
#
# Owns the copies under /etc and /usr/lib (units, users, policies). Refuses to overwrite a settings file, to open a port,
# and to start anything: it ends with the commands that do. DESTDIR puts everything under another root, to look at it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
dest=${DESTDIR:-}
port=8000
line_port=

while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?"--port needs a number"}; shift 2 ;;
    --line-port) line_port=${2:?"--line-port needs a number"}; shift 2 ;;
    *) echo "Usage: deploy/install.sh [--port N] [--line-port N]" >&2; exit 2 ;;
  esac
done
for number in "$port" "${line_port:-0}"; do
  case $number in *[!0-9]* | "") echo "The port is a number, such as 8000; got: $number" >&2; exit 2 ;; esac
done
if [ -z "$dest" ] && [ "$(id -u)" -ne 0 ]; then
  echo "This writes to /etc: run it as root (sudo deploy/install.sh), or set DESTDIR to see what it would write." >&2
  exit 1
fi

put() { # put MODE FROM TO
  mkdir -p "$dest$(dirname "$3")"
  install -m "$1" "$2" "$dest$3"
}

put 0644 "$here/systemd/sysusers.conf" /usr/lib/sysusers.d/porchlight.conf
for unit in "$here"/systemd/*.service "$here"/systemd/*.timer; do
  put 0644 "$unit" "/etc/systemd/system/$(basename "$unit")"
done

# The browser's policies name the server's port; the file in the checkout says 8000.
mkdir -p "$dest/etc/chromium/policies/managed"
sed "s/127\.0\.0\.1:8000/127.0.0.1:$port/g" "$here/chromium/kiosk.json" > "$dest/etc/chromium/policies/managed/kiosk.json"
chmod 0644 "$dest/etc/chromium/policies/managed/kiosk.json"

# The same port for the server and the session script.
mkdir -p "$dest/etc/porchlight"
# A kiosk has no text line; where this machine carries one as well, change that line.
[ -e "$dest/etc/porchlight/environment" ] || echo PORCHLIGHT_SMS__ENABLED=false > "$dest/etc/porchlight/environment"
[ -e "$dest/etc/porchlight/kiosk-environment" ] || : > "$dest/etc/porchlight/kiosk-environment"
for file in environment kiosk-environment; do
  kept=$(grep -v '^PORCHLIGHT_SERVER__PORT=' "$dest/etc/porchlight/$file" || true)
  printf '%s\n' ${kept:+"$kept"} "PORCHLIGHT_SERVER__PORT=$port" > "$dest/etc/porchlight/$file"
done
# The line as a service of its own. Once set it stays, also when this is run again without --line-port.
if [ -n "$line_port" ]; then
  kept=$(grep -v -e '^PORCHLIGHT_SMS__PORT=' -e '^PORCHLIGHT_SMS__ENABLED=' "$dest/etc/porchlight/environment" || true)
  printf '%s\n' "$kept" PORCHLIGHT_SMS__ENABLED=true "PORCHLIGHT_SMS__PORT=$line_port" > "$dest/etc/porchlight/environment"
fi
chmod 0600 "$dest/etc/porchlight/environment" # secrets of a line may stand in it
# Both are the school's own from then on. The long settings.toml stays in the checkout: its paths are meant from there.
[ -e "$dest/etc/porchlight/settings.toml" ] || put 0644 "$here/settings.toml" /etc/porchlight/settings.toml
# School info: the desk writes it, in the only folder that the server may write. Who prefers the file finds it beside the
# settings, as a link; a file in the link's place, of an older installation or an editor, is taken over.
school=/var/lib/porchlight/school.toml
mkdir -p "$dest/var/lib/porchlight"
if [ -e "$dest/etc/porchlight/school.toml" ] && [ ! -L "$dest/etc/porchlight/school.toml" ]; then
  mv "$dest/etc/porchlight/school.toml" "$dest$school"
fi
[ -e "$dest$school" ] || put 0644 "$here/../school.toml" "$school"
ln -sfn "$school" "$dest/etc/porchlight/school.toml"

# The page for a screen whose server never ran; a server that ran wrote its own.
mkdir -p "$dest/usr/lib/porchlight"
(cd "$here/.." && "${PYTHON:-.venv/bin/python}" -c '
import sys
from kiosk.edition import last_resort
from settings.schema import Kiosk
sys.stdout.buffer.write(last_resort.local_file(Kiosk()))') > "$dest/usr/lib/porchlight/lines.html"

put 0755 "$here/porchlight" /usr/local/bin/porchlight

# No console to switch to, and none behind the screen.
mkdir -p "$dest/etc/systemd/logind.conf.d" "$dest/etc/systemd/coredump.conf.d"
printf '[Login]\nNAutoVTs=0\nReserveVT=0\nHandlePowerKey=ignore\n' > "$dest/etc/systemd/logind.conf.d/porchlight.conf"
# A crash leaves no picture of the memory behind.
printf '[Coredump]\nStorage=none\nProcessSizeMax=0\n' > "$dest/etc/systemd/coredump.conf.d/porchlight.conf"

[ -z "$dest" ] || exit 0
# The service may not write here, and would compile the program at each start.
(cd "$here/.." && "${PYTHON:-.venv/bin/python}" -m compileall -qq cli content kiosk runtime settings sms store server.py) ||
  echo "The program could not be compiled where it lies; it starts a second later for it." >&2
systemd-sysusers
chown porchlight:porchlight /var/lib/porchlight "$school"
chmod 0711 /var/lib/porchlight
systemctl daemon-reload
systemctl mask getty@tty1.service
cat <<EOF
Installed for port $port. Now look at /etc/porchlight/settings.toml and /etc/porchlight/school.toml, then:
  systemctl enable --now porchlight.service porchlight-kiosk-nightly.timer
  set the school up at http://127.0.0.1:8001/staff/ (from your computer: ssh -L 8001:127.0.0.1:8001 and this machine)
  systemctl enable --now porchlight-kiosk.service
A text line on a port of its own (--line-port): systemctl enable --now porchlight-line.service
Sound and printers: docs/kiosk.md. After an update of the checkout, run this again.
EOF
