#!/bin/sh
# Installs what the tests need besides Python: Chromium, Firefox, WebKit, PostgreSQL, the screen's voice and sound
# encoder, PDF tools, and from npm axe-core, Lighthouse and an older Chromium. If it may not install packages (it is not
# root on Debian), it prints what to install.
set -eu
PATH="$PATH:/usr/sbin:/sbin" # Debian sets these only for root
missing=""
command -v chromium >/dev/null || missing="chromium"
# The same engine without a user interface. The quick run shows most pages in it.
command -v chromium-headless-shell >/dev/null || missing="$missing chromium-headless-shell"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
command -v espeak-ng >/dev/null || missing="$missing espeak-ng"
command -v opusenc >/dev/null || missing="$missing opus-tools"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
# WeasyPrint needs these to draw posters.
ldconfig -p | grep -q libpangoft2-1.0.so.0 || missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
command -v npm >/dev/null || missing="$missing npm"
command -v curl >/dev/null || missing="$missing curl"
command -v ip >/dev/null || missing="$missing iproute2"
command -v unshare >/dev/null || missing="$missing util-linux"
command -v strace >/dev/null || missing="$missing strace"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$missing libfaketime"
command -v systemd-nspawn >/dev/null || missing="$missing systemd-container"
command -v nginx >/dev/null || missing="$missing nginx-light"
# Engines other than Chromium. WebKit, which iPads use, needs a screen, even if it is only in memory (Xvfb).
command -v firefox-esr >/dev/null || missing="$missing firefox-esr"
command -v WebKitWebDriver >/dev/null || missing="$missing webkit2gtk-driver"
command -v Xvfb >/dev/null || missing="$missing xvfb"
if [ -n "$missing" ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "The tests need these packages, which only an administrator can install on this machine: $missing" >&2
    exit 1
  fi
fi
# Install scripts stay off: none of these packages needs one.
node=tests/browser/node
if [ ! -d $node/node_modules ] || [ $node/package-lock.json -nt $node/node_modules/.package-lock.json ]; then
  if ! npm ci --prefix $node --ignore-scripts --no-audit --no-fund --loglevel=error; then
    echo "npm could not install the packages that the browser tests need. Fix what npm reports, such as the network or a certificate, then run make again." >&2
    exit 1
  fi
fi
