#!/usr/bin/env bash
# Brings the declared networks of the nodes about: the same as `pivm network apply`, which does all
# the work.
set -u

usage() {
  cat <<'END'
Usage: proxmox_network.sh [--manifest FILE] [--dry-run] [OPTIONS of pivm network apply]

Makes the nodes' networks what the manifest says. A node goes back by itself unless the change is
confirmed in time: pivm network confirm NODE, or --confirm-when-reachable.

  --manifest FILE   the manifest (default: proxmox_network_state.json beside this)
  --dry-run         show the plan, Proxmox's own diff and what the rails say, apply nothing
  -h, --help        show this; all further options: pivm network apply --help

Exit codes: 0 done, 1 failed, 3 blocked by a rail, 4 needs confirmation, 5 partly done,
64 wrong usage, 65 bad manifest, 69 Proxmox unreachable, 77 not permitted.
END
}

self=$(readlink -f -- "${BASH_SOURCE[0]}")
here=${self%/*}
manifest=(--manifest "$here/proxmox_network_state.json")
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --manifest | --manifest=*) manifest=() ;;
  esac
done
exec "$here/../../pivm" network apply "${manifest[@]}" "$@"
