
# openSUSE and SUSE.

zypper_packages() { rpm_packages; }

zypper_pending() {
  ZYPP_READONLY_HACK=1 timeout 20 zypper -q --non-interactive --no-refresh list-updates |
    grep -c '^v '
}

zypper_index() { attempt zypper --non-interactive refresh; }

zypper_security() {
  zypper -q --non-interactive list-patches --category security 2>/dev/null |
    awk -F'|' 'NF > 5 && / needed / {gsub(/ /, "", $2); print $2}'
}

zypper_upgrade() {
  # A rolling distribution is only ever brought to its next state as a whole.
  case $(field ID) in
    opensuse-tumbleweed | opensuse-slowroll) what=dist-upgrade ;;
    *) what=update ;;
  esac
  attempt zypper --non-interactive $what --auto-agree-with-licenses
  # It renewed itself, and wants to be run again for the rest.
  [ "$code" -ne 103 ] || attempt zypper --non-interactive $what --auto-agree-with-licenses
  # From 100 on it tells what is to be done next, such as a restart.
  [ "$code" -eq 0 ] || [ "$code" -ge 100 ]
}
