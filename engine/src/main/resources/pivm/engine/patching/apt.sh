
# Debian and what comes from it, Proxmox's nodes among them.

apt_packages() {
  dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package} ${Version}\n' |
    awk '$1 ~ /^.[HUFWti]/ {print $2, $3}'
}

apt_pending() {
  timeout 20 apt-get -s -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
    --with-new-pkgs upgrade | grep -c '^Inst '
}

apt_index() { attempt apt-get -q -o APT::Update::Error-Mode=any update; }

apt_security() {
  apt-get -s --with-new-pkgs upgrade 2>/dev/null |
    awk '$1 == "Inst" && tolower($0) ~ /-security|debian-security/ {print $2}'
}

apt_upgrade() {
  case $mode in
    dist-upgrade) what=dist-upgrade ;;
    security) what="install --only-upgrade $(tr '\n' ' ' <"$dir/security")" ;;
    *) what='--with-new-pkgs upgrade' ;;
  esac
  [ "$mode" != security ] || [ -s "$dir/security" ] || return 0
  # shellcheck disable=SC2086 # several words
  attempt apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    -o Dpkg::Use-Pty=0 -o "DPkg::Lock::Timeout=$wait" $what
}

# A dpkg that was cut off must end its work before anything else can be installed.
apt_mend() {
  [ -n "$(dpkg --audit 2>/dev/null)" ] || return 0
  echo '+ dpkg was left unfinished'
  attempt dpkg --force-confdef --force-confold --configure -a ||
    failed mend "dpkg was left unfinished in it, and can't be finished" broken
}

# What must not happen to a node: nothing is begun then.
apt_guard() {
  [ "$mode" != upgrade ] || return 0
  [ -z "$(dpkg --audit 2>/dev/null)" ] ||
    finish refused 'dpkg was left unfinished on it; set it right first: dpkg --configure -a'
  for part in / /boot; do
    least=$space
    [ $part = / ] || least=$((space / 4))
    [ $part = / ] || mountpoint -q $part 2>/dev/null || continue
    left=$(df -Pk $part | awk 'NR == 2 {print int($4 / 1024)}')
    [ "$left" -ge "$least" ] ||
      finish refused "$part has $left MiB free, and $least are asked for; make room first"
  done
}

apt_guard_removals() {
  [ "$mode" = dist-upgrade ] || return 0
  for one in $(apt-get -s dist-upgrade 2>/dev/null | awk '$1 == "Remv" {print $2}'); do
    case $one in
      proxmox-ve | pve-manager | pve-cluster | pve-container | qemu-server | pve-ha-manager | corosync)
        finish refused "the upgrade would remove $one: look at its package sources, and at what is held" ;;
    esac
    [ "$(dpkg-query -W -f '${Essential}' "$one" 2>/dev/null)" != yes ] ||
      finish refused "the upgrade would remove $one, which the system can't be without"
  done
}

# Packages that stay as they are, for as long as this runs.
apt_hold() {
  # shellcheck disable=SC2013 # several words
  for one in $(cat "$dir/held"); do
    apt-mark showhold | grep -qx "$one" || new="$new $one"
  done
  # shellcheck disable=SC2086 # several words
  [ -z "$new" ] || apt-mark hold $new || finish failed "these could not be held:$new"
}

apt_unhold() {
  # shellcheck disable=SC2086 # several words
  [ -z "$new" ] || apt-mark unhold $new
  new=''
}
