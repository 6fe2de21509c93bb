#!/bin/sh
# What the tests need beyond Python: a real Chromium, Firefox, WebKit and PostgreSQL, the voice and the sound coder of the
# screen, what reads and draws a PDF, and axe-core, Lighthouse and an older Chromium from npm. Installed where that is
# possible without asking (root on Debian); elsewhere one sentence says what to install.
set -eu
PATH="$PATH:/usr/sbin:/sbin" # Debian gives it to root alone
missing=""
command -v chromium >/dev/null || missing="chromium"
# The same engine without a program around it: the quick run shows most pages in it.
command -v chromium-headless-shell >/dev/null || missing="$missing chromium-headless-shell"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
command -v espeak-ng >/dev/null || missing="$missing espeak-ng"
command -v opusenc >/dev/null || missing="$missing opus-tools"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
# What WeasyPrint draws posters with.
ldconfig -p | grep -q libpangoft2-1.0.so.0 || missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
command -v npm >/dev/null || missing="$missing npm"
command -v curl >/dev/null || missing="$missing curl"
command -v ip >/dev/null || missing="$missing iproute2"
command -v unshare >/dev/null || missing="$missing util-linux"
command -v strace >/dev/null || missing="$missing strace"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$missing libfaketime"
command -v systemd-nspawn >/dev/null || missing="$missing systemd-container"
command -v nginx >/dev/null || missing="$missing nginx-light"
# Other engines than Chromium; WebKit, which iPads have, needs a screen, if only in memory.
command -v firefox-esr >/dev/null || missing="$missing firefox-esr"
command -v WebKitWebDriver >/dev/null || missing="$missing webkit2gtk-driver"
command -v Xvfb >/dev/null || missing="$missing xvfb"
if [ -n "$missing" ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "The tests need these, which only an administrator can install here: $missing" >&2
    exit 1
  fi
fi
# Install scripts stay off: none of these packages needs one.
node=tests/browser/node
if [ ! -d $node/node_modules ] || [ $node/package-lock.json -nt $node/node_modules/.package-lock.json ]; then
  if ! npm ci --prefix $node --ignore-scripts --no-audit --no-fund --loglevel=error; then
    echo "npm could not install what the browser tests need. Correct what npm says, such as the network or a certificate, then run make again." >&2
    exit 1
  fi
fi
