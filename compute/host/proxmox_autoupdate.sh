#!/usr/bin/env bash
# Updates the nodes: the same as `pivm update hosts`, which does all the work.
set -u

usage() {
  cat <<'END'
Usage: proxmox_autoupdate.sh [NODE…] [--updates FILE] [--dry-run] [OPTIONS of pivm update hosts]

Updates the nodes one after the other, the next only when the last is back, in quorum and well.

  NODE…            only these nodes (default: every node)
  --updates FILE   the manifest (default: proxmox_autoupdate.json beside this)
  --dry-run        show the plan and what the rails say, change nothing
  -h, --help       show this; all further options: pivm update hosts --help

Exit codes: 0 done, 1 failed, 3 blocked by a rail, 4 needs confirmation, 5 partly done,
64 wrong usage, 65 bad manifest, 69 Proxmox unreachable, 77 not permitted.
END
}

self=$(readlink -f -- "${BASH_SOURCE[0]}")
here=${self%/*}
manifest=(--updates "$here/proxmox_autoupdate.json")
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --updates | --updates=*) manifest=() ;;
  esac
done
exec "$here/../../pivm" update hosts "${manifest[@]}" "$@"
