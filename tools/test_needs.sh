#!/bin/sh
# What the tests need beyond Python: a real Chromium and a real PostgreSQL. Installed where that is possible without
# asking (root on Debian); elsewhere one sentence says what to install.
set -eu
missing=""
command -v chromium >/dev/null || missing="chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "The tests need these, which only an administrator can install here: $missing" >&2
  exit 1
fi
