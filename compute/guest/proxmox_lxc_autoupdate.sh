#!/usr/bin/env bash
# Patches containers: the same as `pivm update containers`, which does all the work.
set -u

usage() {
  cat <<'END'
Usage: proxmox_lxc_autoupdate.sh [VMID…] [--updates FILE] [--dry-run] [OPTIONS of pivm update containers]

Upgrades the packages of containers by their own package managers, each behind a snapshot.

  VMID…            only these containers (default: all that the manifest means)
  --updates FILE   the manifest (default: proxmox_lxc_autoupdate.json beside this)
  --dry-run        show the plan and what the rails say, change nothing
  -h, --help       show this; all further options: pivm update containers --help

Exit codes: 0 done, 1 failed, 3 blocked by a rail, 4 needs confirmation, 5 partly done,
64 wrong usage, 65 bad manifest, 69 Proxmox unreachable, 77 not permitted.
END
}

self=$(readlink -f -- "${BASH_SOURCE[0]}")
here=${self%/*}
manifest=(--updates "$here/proxmox_lxc_autoupdate.json")
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --updates | --updates=*) manifest=() ;;
  esac
done
exec "$here/../../pivm" update containers "${manifest[@]}" "$@"
