#!/usr/bin/env bash
# Tries the package in a clean Debian 13: installs it by apt, sets PIVM up, has systemd check the
# units, removes everything, and compares the whole file system with what it was before.
#
#   packaging/try-clean-root.sh [--deb FILE] [--base DIR] [--keep]
#
# It needs root, debootstrap, and a Debian mirror among apt's own sources; where one of them is
# missing it says so and is skipped. --base names a Debian 13 root to copy instead of making one, with
# systemd, git and logrotate in it.
set -eu
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
deb=
base=
keep=
while (($#)); do
  case $1 in
    --deb) deb=$(readlink -f -- "$2") && shift ;;
    --base) base=$(readlink -f -- "$2") && shift ;;
    --keep) keep=yes ;;
    *)
      printf 'Usage: try-clean-root.sh [--deb FILE] [--base DIR] [--keep]\n' >&2
      exit 64
      ;;
  esac
  shift
done

skip() {
  printf 'try-clean-root.sh: skipped: %s\n' "$1"
  printf '0 passed, 0 failed, 1 skipped\n'
  exit 0
}
((EUID == 0)) || skip "it makes a root file system, so it needs root"
unshare --mount --pid --fork true 2>/dev/null || skip "namespaces can't be made here"
if [[ -z $deb ]]; then
  "$here/packaging/make-deb.sh"
  deb=$(ls -t "$here"/target/pivm_*.deb | head -n 1)
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/pivm-clean-XXXXXX")
[[ -n $keep ]] || trap 'rm -rf --one-file-system -- "$work"' EXIT
root=$work/root
if [[ -n $base ]]; then
  cp -a -- "$base" "$root"
else
  command -v debootstrap >/dev/null || skip "debootstrap is not installed"
  mirror=$(apt-get indextargets --format '$(SITE) $(ORIGIN)' 'Created-By: Packages' 2>/dev/null |
    sed -n 's/ Debian$//p' | grep -v security | head -n 1)
  [[ -n $mirror ]] || skip "apt's sources name no Debian mirror (apt-get update may be needed)"
  printf 'Making a clean Debian 13 from the mirror that apt uses\n'
  debootstrap --variant=minbase --include=ca-certificates trixie "$root" \
    "$mirror" >"$work/debootstrap.log" 2>&1 || {
    tail -n 5 "$work/debootstrap.log" >&2
    skip "debootstrap failed"
  }
fi
cp -- "$deb" "$root/root/pivm_new.deb"
cp -- "$here/setup.sh" "$root/root/"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true

# Runs a command in the root, in namespaces of its own.
inside() {
  unshare --mount --pid --fork --uts --ipc bash -c '
    root=$1; shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"; mount --make-rslave "$root/dev"
    mount -t tmpfs tmpfs "$root/run"; mount -t tmpfs tmpfs "$root/tmp"
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
      DEBIAN_FRONTEND=noninteractive "$@"' inside "$root" "$@"
}

inside apt-get update -q >"$work/apt.log" 2>&1 || true
if [[ -z $base ]]; then
  inside apt-get install -y -q --no-install-recommends systemd git logrotate >>"$work/apt.log" 2>&1 || {
    tail -n 5 "$work/apt.log" >&2
    skip "systemd could not be installed in the clean root"
  }
fi

passed=0
failed=0
check() {
  local name=$1
  shift
  if "$@" >"$work/last.log" 2>&1; then
    passed=$((passed + 1))
    printf '✓ %s\n' "$name"
  else
    failed=$((failed + 1))
    printf '✗ %s\n' "$name"
    sed 's/^/    /' "$work/last.log" | tail -n 25
  fi
}

# All of the file system, but for what a package manager writes down about itself.
everything() {
  (cd "$root" && find . -xdev \
    \( -path ./proc -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/cache/apt \
    -o -path ./var/cache/ldconfig -o -path ./var/lib/apt -o -path ./var/log/apt \
    -o -path ./var/log/dpkg.log -o -path './var/lib/dpkg/status*' -o -path ./var/lib/dpkg/lock \
    -o -path ./var/cache/debconf -o -path './var/lib/dpkg/diversions*' \
    -o -path './var/lib/dpkg/statoverride*' -o -path ./var/lib/dpkg/triggers \) -prune -o \
    -printf '%y %m %U:%G %p %l ' \( -type f -exec md5sum {} \; -o -printf '\n' \) | sed 's/  .*//' | LC_ALL=C sort)
}
code() {
  local wanted=$1 got=0
  shift
  "$@" || got=$?
  [[ $got == "$wanted" ]] || {
    printf 'exit code %s instead of %s\n' "$got" "$wanted"
    return 1
  }
}

everything >"$work/before"
check "setup.sh --dry-run before anything is installed" inside /root/setup.sh --dry-run
everything >"$work/looked"
check "it changed nothing" diff "$work/before" "$work/looked"
check "apt installs the package" inside apt-get install -y --no-install-recommends /root/pivm_new.deb
check "pivm version" inside pivm version
check "the start-up cache is made, and Java takes it" inside sh -c \
  '/usr/lib/pivm/runtime/bin/java -XX:+UseSerialGC -XX:-UsePerfData -Xmx2g -XX:TieredStopAtLevel=1 \
    -XX:AOTCache=/usr/lib/pivm/pivm.aot -XX:AOTMode=on -cp /usr/lib/pivm/lib/pivm.jar \
    pivm.cli.Main version'
everything >"$work/installed"
check "the comparison sees the package" code 1 diff -q "$work/before" "$work/installed"
check "pivm setup --dry-run" inside pivm setup --dry-run
everything >"$work/dry"
check "the dry run changed nothing" diff "$work/installed" "$work/dry"
check "pivm setup" inside pivm setup
check "a second pivm setup finds everything there" inside sh -c \
  'pivm setup 2>&1 | grep "Everything is there already"'
check "systemd-analyze verify" inside sh -c \
  'out=$(systemd-analyze verify --man=no --recursive-errors=no /etc/systemd/system/pivm-*.service /etc/systemd/system/pivm-*.timer 2>&1); code=$?; printf "%s\n" "$out"; [ $code = 0 ] && ! printf "%s\n" "$out" | grep "pivm-"'
check "systemd-analyze calendar" inside sh -c \
  'sed -n "s/^OnCalendar=//p" /etc/systemd/system/pivm-*.timer | while read -r at; do systemd-analyze calendar "$at" || exit 1; done'
check "no timer is switched on while no cluster is named" inside sh -c \
  '! ls /etc/systemd/system/timers.target.wants | grep pivm'
check "the timer that looks is, once one is" inside sh -c \
  'PIVM_ENDPOINT=https://127.0.0.1:8006 pivm setup && [ "$(ls /etc/systemd/system/timers.target.wants | grep pivm)" = pivm-drift.timer ]'
check "logrotate takes its file" inside logrotate --debug /etc/logrotate.d/pivm
check "the manifests are valid" inside pivm validate
check "the scripts of the tree find the program" inside /etc/pivm/compute/guest/proxmox_dsc.sh --help
check "setup.sh again, as an upgrade does" inside /root/setup.sh --yes
check "uninstall.sh --purge without consent ends with 4" code 4 inside /etc/pivm/uninstall.sh --purge
id=$(inside /etc/pivm/uninstall.sh --purge 2>&1 | sed -n 's/.*--confirm \([0-9a-f]*\).*/\1/p') || true
check "uninstall.sh --purge --confirm" inside /etc/pivm/uninstall.sh --purge --confirm "$id"
everything >"$work/after"
check "nothing is left, file by file" diff "$work/before" "$work/after"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
