#!/usr/bin/env bash
# Installs PIVM on this machine: the package beside this file or named by --deb, then `pivm setup`,
# which does the rest and takes all other options.
set -eu

usage() {
  cat <<'END'
Usage: setup.sh [--deb FILE | --build] [OPTIONS of pivm setup]

Installs PIVM and sets it up: a folder for manifests, timers, and on a Proxmox VE node the user, role
and token that it acts by. It may be run again at any time, and to upgrade.

  --deb FILE   the package to install (default: the newest pivm_*.deb beside this file)
  --build      make the package from these sources first
  --dry-run    show what would be done, change nothing
  --yes        do not ask
  -h, --help   show this; all further options: pivm setup --help
END
}

die() {
  printf 'setup.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

self=$(readlink -f -- "${BASH_SOURCE[0]}")
here=${self%/*}
deb=
build=
dry=
rest=()
while (($#)); do
  case $1 in
    --deb)
      (($# > 1)) || die "--deb needs a file" 64
      deb=$2
      shift
      ;;
    --deb=*) deb=${1#--deb=} ;;
    --build) build=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      [[ $1 != --dry-run ]] || dry=yes
      rest+=("$1")
      ;;
  esac
  shift
done

if [[ -n $build ]]; then
  [[ -x $here/packaging/make-deb.sh ]] || die "--build needs PIVM's sources, which are not beside this file" 64
  "$here/packaging/make-deb.sh"
  deb=$(ls -t "$here"/target/pivm_*.deb | head -n 1)
elif [[ -z $deb ]]; then
  deb=$(ls -t "$here"/pivm_*.deb "$here"/target/pivm_*.deb 2>/dev/null | head -n 1 || true)
fi
[[ -z $deb || -f $deb ]] || die "there is no file $deb" 64

if [[ -n $dry ]]; then
  if [[ -z $deb ]]; then
    [[ -x /usr/bin/pivm ]] || die "there is no package beside this file: name one with --deb, or make one with --build" 64
    exec /usr/bin/pivm setup ${rest[@]+"${rest[@]}"}
  fi
  printf 'Would install %s\n' "$deb"
  work=$(mktemp -d)
  trap 'rm -rf -- "$work"' EXIT
  dpkg-deb --extract "$deb" "$work"
  "$work/usr/bin/pivm" setup ${rest[@]+"${rest[@]}"}
  exit
fi

((EUID == 0)) || die "it installs a package, so it needs root; to look first: setup.sh --dry-run" 77
if [[ -n $deb ]]; then
  deb=$(readlink -f -- "$deb")
  [[ $(dpkg-query -W -f '${Status}' pivm 2>/dev/null) == *' installed' ]] && again=--reinstall || again=
  # A folder that apt's own user can't enter is no reason for a warning.
  DEBIAN_FRONTEND=noninteractive apt-get -o APT::Sandbox::User=root install -y $again --allow-downgrades "$deb" ||
    die "the package $deb could not be installed; nothing was set up"
elif [[ ! -x /usr/bin/pivm ]]; then
  die "there is no package beside this file: name one with --deb, or make one with --build" 64
fi
exec /usr/bin/pivm setup ${rest[@]+"${rest[@]}"}
