#!/bin/sh
# Installs the system files for the program in /opt/porchlight: units, users, policies. deploy/setup.sh (`make install`)
# and `porchlight back` run it. Run it as root, as often as you like:
#
#     deploy/install.sh [--port N] [--line] [--desk NAME]
#
# It never overwrites a settings file, opens a port, or starts anything; at the end, it prints the commands that do. If it
# is interrupted, each file is either complete or unchanged. DESTDIR puts everything under another root, for inspection.
set -eu
umask 022 # whatever umask the caller has: the server runs as another user and reads these files

here=$(cd "$(dirname "$0")" && pwd)
dest=${DESTDIR:-}
environment=$dest/etc/porchlight/environment
# Keep the previous port.
port=$(sed -n 's/^PORCHLIGHT_SERVER__PORT=\([0-9]*\)$/\1/p' "$environment" 2>/dev/null | tail -n 1)
port=${port:-8000}
with_line='' desk=''

while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?"--port needs a number"}; shift 2 ;;
    --line) with_line=yes; shift ;;
    --desk) desk=${2:?"--desk needs a name, such as kiosk.school.example"}; shift 2 ;;
    *) echo "Usage: deploy/install.sh [--port N] [--line] [--desk NAME]" >&2; exit 2 ;;
  esac
done
case $port in *[!0-9]* | "") echo "The port must be a number, such as 8000. It cannot be: $port" >&2; exit 2 ;; esac
case $desk in *[!A-Za-z0-9.-]*)
  echo "--desk takes the name or IPv4 address at which the office reaches this machine, without https:// and without a path. It cannot be: $desk" >&2
  exit 1
  ;;
esac
tree=$(cd "$here/.." && pwd -P)
if [ -z "$dest" ] && [ "$tree" != "$(readlink -f /opt/porchlight)" ]; then
  echo "The systemd units run the program in /opt/porchlight, but this is $tree. To install it there, run: sudo make install" >&2
  exit 1
fi
if [ -z "$dest" ] && [ "$(id -u)" -ne 0 ]; then
  echo "This writes to /etc, so it must run as root: sudo deploy/install.sh. To see what it would write, set DESTDIR." >&2
  exit 1
fi
python=${PYTHON:-.venv/bin/python}
if ! (cd "$tree" && "$python" -c 'import settings.schema, kiosk.edition.last_resort') 2>/dev/null; then
  echo "The libraries are not in $tree yet, so nothing was installed. Run: sudo make install" >&2
  exit 1
fi

write() { # write MODE TO, from standard input
  { mkdir -p "$dest$(dirname "$2")" && (umask 077 && cat > "$dest$2.new") && chmod "$1" "$dest$2.new" && mv "$dest$2.new" "$dest$2"; } || {
    rm -f "$dest$2.new"
    echo "$dest$2 could not be written, so it did not change. Free up space on its disk, or check whether the disk is failing. Then run this again." >&2
    exit 1
  }
}
put() { write "$1" "$3" < "$2"; } # put MODE FROM TO

put 0644 "$here/systemd/sysusers.conf" /usr/lib/sysusers.d/porchlight.conf
for unit in "$here"/systemd/*.service "$here"/systemd/*.timer; do
  put 0644 "$unit" "/etc/systemd/system/$(basename "$unit")"
done

# The browser's policies name the server's port; the file in the checkout says 8000.
sed "s/127\.0\.0\.1:8000/127.0.0.1:$port/g" "$here/chromium/kiosk.json" | write 0644 /etc/chromium/policies/managed/kiosk.json

# The server and the session script use the same port. The first file may contain a text line's secrets.
[ -e "$environment" ] || echo PORCHLIGHT_SMS__ENABLED=false | write 0600 /etc/porchlight/environment # by default, a kiosk has no text line
[ -e "$dest/etc/porchlight/kiosk-environment" ] || write 0644 /etc/porchlight/kiosk-environment < /dev/null
set_lines() { # set_lines MODE FILE NAME=VALUE …
  mode=$1 file=$2
  shift 2
  kept=$(cat "$dest$file")
  for line in "$@"; do kept=$(printf '%s\n' "$kept" | grep -v "^${line%%=*}=" || true); done
  printf '%s\n' ${kept:+"$kept"} "$@" | write "$mode" "$file"
}
set_lines 0600 /etc/porchlight/environment "PORCHLIGHT_SERVER__PORT=$port"
set_lines 0644 /etc/porchlight/kiosk-environment "PORCHLIGHT_SERVER__PORT=$port"
# Turn on the text line and let it reach its carrier over the network. Running this again without --line keeps both.
if [ -n "$with_line" ]; then
  set_lines 0600 /etc/porchlight/environment PORCHLIGHT_SMS__ENABLED=true
  put 0644 "$here/systemd/line.conf" /etc/systemd/system/porchlight.service.d/line.conf
fi
[ -z "$desk" ] || set_lines 0600 /etc/porchlight/environment "PORCHLIGHT_DESK__ADDRESS=https://$desk"
# Once made, this file belongs to the school. The long settings.toml stays in the checkout: its paths are relative to it.
[ -e "$dest/etc/porchlight/settings.toml" ] || put 0644 "$here/settings.toml" /etc/porchlight/settings.toml
# The desk saves School info in the only folder that the server may write to. For people who prefer to edit the file,
# there is a link to it next to the settings. If an older installation or an editor left a file there, move that file.
school=/var/lib/porchlight/school.toml
mkdir -p "$dest/var/lib/porchlight"
if [ -e "$dest/etc/porchlight/school.toml" ] && [ ! -L "$dest/etc/porchlight/school.toml" ]; then
  mv "$dest/etc/porchlight/school.toml" "$dest$school"
fi
[ -e "$dest$school" ] || put 0644 "$here/../school.toml" "$school"
ln -sfn "$school" "$dest/etc/porchlight/school.toml"

# Open the desk over https. Running this again without --desk keeps it open.
proxy=/etc/nginx/conf.d/porchlight-desk.conf etc=/etc/porchlight
[ -n "$desk" ] || [ ! -e "$dest$proxy" ] || desk=$(sed -n 's|^PORCHLIGHT_DESK__ADDRESS=https://\([A-Za-z0-9.-]*\)/*$|\1|p' "$environment" | tail -n 1)
if [ -n "$desk" ]; then
  other='^never$' kind=DNS check=-checkhost
  case $desk in *[!0-9.]*) ;; *) other='^# Whoever asks' kind=IP check=-checkip ;; esac # for an IP address, browsers send no TLS server name
  desk_port=$(sed -n 's/^PORCHLIGHT_DESK__PORT=\([0-9]*\)$/\1/p' "$environment" | tail -n 1)
  [ -e "$dest$etc/desk.allow" ] || put 0644 "$here/proxy/desk.allow" $etc/desk.allow
  sed "/$other/,/^}/d; s/desk\.example\.org/$desk/g; s/127\.0\.0\.1:8001/127.0.0.1:${desk_port:-8001}/" "$here/proxy/desk.conf" | write 0644 $proxy
  # Always keep the school's own certificate. Replace one that we made if the name has changed.
  of_ours() { openssl x509 -in "$dest$etc/desk.crt" -noout "$@" 2>/dev/null; }
  if [ ! -e "$dest$etc/desk.crt" ] || { of_ours -subject | grep -q 'Porchlight kiosk' && of_ours $check "$desk" | grep -q NOT; }; then
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 -subj "/O=Porchlight kiosk" \
      -addext "subjectAltName=$kind:$desk" -addext basicConstraints=critical,CA:FALSE -keyout "$dest$etc/desk.key.new" -out "$dest$etc/desk.crt.new" 2>/dev/null) || {
      rm -f "$dest$etc"/desk.*.new
      echo "A certificate for $desk could not be made. Check that openssl is installed and that the disk has room." >&2
      exit 1
    }
    chmod 0644 "$dest$etc/desk.crt.new"
    mv "$dest$etc/desk.key.new" "$dest$etc/desk.key"
    mv "$dest$etc/desk.crt.new" "$dest$etc/desk.crt"
  fi
fi

# The screen shows this page if the server has never started. Once started, the server writes its own.
page=$(cd "$tree" && "$python" -c '
import sys
from kiosk.edition import last_resort
from settings.schema import Kiosk
sys.stdout.buffer.write(last_resort.local_file(Kiosk()))')
printf '%s\n' "$page" | write 0644 /usr/lib/porchlight/lines.html

put 0755 "$here/porchlight" /usr/local/bin/porchlight

# Offer no text console: neither one to switch to nor one behind the screen.
printf '[Login]\nNAutoVTs=0\nReserveVT=0\nHandlePowerKey=ignore\n' | write 0644 /etc/systemd/logind.conf.d/porchlight.conf
# A crash leaves no copy of the memory behind.
printf '[Coredump]\nStorage=none\nProcessSizeMax=0\n' | write 0644 /etc/systemd/coredump.conf.d/porchlight.conf

[ -z "$dest" ] || exit 0
# Compile now: the service cannot save compiled files here, so it would compile the program at each start.
(cd "$tree" && "$python" -m compileall -qq cli content kiosk messages runtime settings sms store system server.py) ||
  echo "The program could not be compiled, so it takes a second longer to start." >&2
systemd-sysusers
install -d -o porchlight -g porchlight -m 0711 /var/lib/porchlight # commands may run before the first start
chown porchlight:porchlight "$school"
systemctl daemon-reload
systemctl mask getty@tty1.service
cat <<EOF
Installed for port $port. Check /etc/porchlight/settings.toml and /etc/porchlight/school.toml, then:
  systemctl enable --now porchlight.service porchlight-kiosk-nightly.timer
  set up the school at http://127.0.0.1:8001/staff/ with the code that "porchlight desk code" prints (to open this
    address on your own computer, first type there: ssh -L 8001:127.0.0.1:8001 and this machine's name)
  systemctl enable --now porchlight-kiosk.service
For sound and printers, see docs/school/set-up.md.
EOF
