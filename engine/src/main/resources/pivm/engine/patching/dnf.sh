
# Fedora and what comes from it; the elder of them have yum.

dnf_packages() { rpm_packages; }

rpm_packages() { rpm -qa --qf '%{NAME}.%{ARCH} %{VERSION}-%{RELEASE}\n'; }

dnf_pending() {
  timeout 20 "$manager" -C -q --setopt=exit_on_lock=1 check-update | awk 'NF == 3' | wc -l
}

# Lists that are a day old would do for it otherwise; the elder yum knows no --refresh.
dnf_index() {
  case $manager in
    dnf) attempt dnf -y --refresh --setopt=exit_on_lock=1 makecache ;;
    yum) attempt yum -y clean expire-cache && attempt yum -y makecache ;;
  esac
}

dnf_security() {
  "$manager" -q updateinfo list --security 2>/dev/null | awk 'NF >= 3 {print $3}' | sort -u
}

dnf_upgrade() { attempt "$manager" -y --setopt=exit_on_lock=1 upgrade; }

dnf_kept() { awk '{print $1}'; }

dnf_restart() {
  [ "$manager" = dnf ] && dnf -q needs-restarting --help >/dev/null 2>&1 || return 0
  dnf -q needs-restarting -r >/dev/null 2>&1 || echo 'dnf needs-restarting'
}
