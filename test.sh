#!/usr/bin/env bash
# All tests. ./test.sh --e2e runs the end-to-end suite alone, against the Proxmox VE that the
# variables PIVM_E2E_ENDPOINT, _TOKEN, _FINGERPRINT, _NODE, _VMIDS, _VM_STORAGE, _CT_STORAGE and
# _CT_TEMPLATE name; without them it runs against the simulator. With PIVM_E2E_NODE_SHELL=local on a
# node as root (elsewhere: the words that run a command on the node, and PIVM_E2E_PMXCFS for where
# its /etc/pve can be read) it acts by the node's commands as well.
set -eu
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

case ${1-} in
  "") goals=(verify) ;;
  --e2e) goals=(verify -pl engine -am -Dspotless.check.skip '-Dtest=pivm.e2e.*Test,pivm.contract.*Test'
    -Dsurefire.failIfNoSpecifiedTests=false) ;;
  *)
    printf 'Usage: ./test.sh [--e2e]\n' >&2
    exit 64
    ;;
esac

# The launcher finds or installs JDK and Maven, and says what is missing; it builds as well, so that
# what it needs for that is tested too.
./pivm version
JAVA_HOME=$(PIVM_SHOW=jdk ./pivm)
export JAVA_HOME

# An independent client tries the simulator; without it that one test is skipped.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && command -v python3 >/dev/null &&
  ! /usr/bin/python3 -c 'import proxmoxer' 2>/dev/null; then
  { apt-get -qq update && apt-get -qq -y install python3-proxmoxer; } >/dev/null 2>&1 ||
    printf 'python3-proxmoxer could not be installed; its test will be skipped.\n' >&2
fi
# So do the package managers of other systems, which Debian has too.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
  ! { command -v dnf && command -v zypper && command -v pacman && command -v createrepo_c && command -v rpmbuild; } >/dev/null; then
  apt-get -qq -y --no-install-recommends install \
    dnf zypper pacman-package-manager rpm createrepo-c >/dev/null 2>&1 ||
    printf 'dnf, zypper and pacman could not be installed; their tests will be skipped.\n' >&2
fi
exec mvn -B -ntp "${goals[@]}"
