#!/usr/bin/env bash
# Brings the declared guests about: the same as `pivm apply guests`, which does all the work.
set -u

usage() {
  cat <<'END'
Usage: proxmox_dsc.sh [--manifest FILE] [--dry-run] [OPTIONS of pivm apply]

Makes the cluster's guests what the manifest says, within the safety rails.

  --manifest FILE   the manifest, or a folder of them (default: proxmox_dsc_state.json beside this)
  --dry-run         show the plan and what the rails say, change nothing
  -h, --help        show this; all further options: pivm apply --help

Exit codes: 0 done, 1 failed, 3 blocked by a rail, 4 needs confirmation, 5 partly done,
64 wrong usage, 65 bad manifest, 69 Proxmox unreachable, 77 not permitted.
END
}

self=$(readlink -f -- "${BASH_SOURCE[0]}")
here=${self%/*}
manifest=(--manifest "$here/proxmox_dsc_state.json")
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --manifest | --manifest=*) manifest=() ;;
  esac
done
exec "$here/../../pivm" apply guests "${manifest[@]}" "$@"
