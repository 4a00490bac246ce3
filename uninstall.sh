#!/usr/bin/env bash
# Removes PIVM from this machine: what `pivm setup` made, then the package. Manifests and history
# stay, unless --purge is given, which shows what goes and asks.
set -eu

usage() {
  cat <<'END'
Usage: uninstall.sh [--purge [--confirm ID]] [--dry-run] [--yes]

Takes away what set-up made (timers, user, role, token), then the package.

  --purge        manifests, history and logs too; what goes is shown and asked for
  --confirm ID   the answer to what a call with --purge asked
  --dry-run      show what would be removed, change nothing
  --yes          do not ask; --purge asks all the same
  -h, --help     show this

Exit codes: 0 done, 1 failed, 4 needs confirmation, 5 partly done, 64 wrong usage, 77 not root.
END
}

dry=
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --dry-run) dry=yes ;;
  esac
done

if [[ -x /usr/bin/pivm ]]; then
  /usr/bin/pivm uninstall "$@" || exit
fi
if [[ -n $dry ]]; then
  printf 'Would remove the package pivm\n'
  exit 0
fi
if [[ $(dpkg-query -W -f '${Status}' pivm 2>/dev/null) == *' installed' ]]; then
  ((EUID == 0)) || {
    printf 'uninstall.sh: it removes a package, so it needs root\n' >&2
    exit 77
  }
  cd /
  DEBIAN_FRONTEND=noninteractive exec apt-get purge -y pivm
fi
