#!/usr/bin/env bash
# Brings the declared images about: the same as `pivm images sync`, which does all the work.
set -u

usage() {
  cat <<'END'
Usage: proxmox_iso_sync.sh [--manifest FILE] [--dry-run] [OPTIONS of pivm images sync]

Brings ISO images, container templates and disk images onto the storages, as the manifest says.

  --manifest FILE   the manifest (default: proxmox_iso_sync.json beside this)
  --dry-run         show the plan and what the rails say, change nothing
  -h, --help        show this; all further options: pivm images sync --help

Exit codes: 0 done, 1 failed, 3 blocked by a rail, 4 needs confirmation, 5 partly done,
64 wrong usage, 65 bad manifest, 69 Proxmox unreachable, 77 not permitted.
END
}

self=$(readlink -f -- "${BASH_SOURCE[0]}")
here=${self%/*}
manifest=(--manifest "$here/proxmox_iso_sync.json")
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --manifest | --manifest=*) manifest=() ;;
  esac
done
exec "$here/../../pivm" images sync "${manifest[@]}" "$@"
