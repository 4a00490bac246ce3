#!/bin/sh
# Brings the system that it runs in up to date by that system's own package manager. PIVM runs it
# inside containers; it needs a POSIX shell and no more than a small system has.
#
#   probe [pending]             what the system is, whether it was brought up to date within three
#                               hours, and how many packages its lists have newer
#   begin ID WAIT HEALTH TEXT [MODE [SPACE [HELD]]]
#                               starts "run ID" apart from whoever asked, once; TEXT is this script;
#                               MODE is upgrade (containers), dist-upgrade or security (nodes)
#   run ID                      the upgrade itself
#   poll ID LINES [SECONDS]     how far it is: its state, its log from that line on, its result;
#                               it waits so long for the end before it answers
#   services                    the services that run
#   health COMMAND              what a health check says
#
# The upgrade belongs to nobody's connection: it is a unit of its own, or a session of its own where
# there is no systemd, so that no package manager dies in the middle with the one who started it.
set -u
umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
home=/var/lib/pivm-patch

has() { command -v "$1" >/dev/null 2>&1; }

field() { sed -n "s/^$1=//p" /etc/os-release 2>/dev/null | head -n 1 | tr -d "\"'"; }

# The package manager, by what the system calls itself, else by what it calls itself like.
manager() {
  for id in $(field ID) $(field ID_LIKE); do
    case $id in
      debian | ubuntu) has apt-get && echo apt && return ;;
      alpine) has apk && echo apk && return ;;
      fedora | rhel | centos | rocky | almalinux | ol | amzn)
        for one in dnf yum; do has $one && echo $one && return; done ;;
      arch | archarm) has pacman && echo pacman && return ;;
      opensuse* | suse | sles) has zypper && echo zypper && return ;;
    esac
  done
  echo none
}

probe() {
  echo "os $(field ID)"
  echo "version $(field VERSION_ID)"
  echo "name $(field PRETTY_NAME)"
  manager=$(manager)
  echo "manager $manager"
  if find "$home" -name result -mmin -180 -exec grep -E '^outcome (upgraded|current)$' {} \; \
    2>/dev/null | grep -q .; then
    echo 'lately yes'
  fi
  [ "${1:-}" != pending ] || echo "pending $(pending)"
}

# By the lists as they are; nothing is fetched, written or waited for.
pending() {
  has timeout || return 0
  case $manager in
    apt)
      timeout 20 apt-get -s -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        --with-new-pkgs upgrade | grep -c '^Inst ' ;;
    apk) timeout 20 apk version -q -l '<' | wc -l ;;
    dnf | yum)
      timeout 20 $manager -C -q --setopt=exit_on_lock=1 check-update | awk 'NF == 3' | wc -l ;;
    pacman) timeout 20 pacman -Qu | wc -l ;;
    zypper)
      ZYPP_READONLY_HACK=1 timeout 20 zypper -q --non-interactive --no-refresh list-updates |
        grep -c '^v ' ;;
  esac 2>/dev/null | tr -d ' '
}

# Short-lived ones say nothing about the system's health.
services() {
  if [ -d /run/systemd/system ]; then
    systemctl list-units --type=service --state=running --no-legend --plain --no-pager 2>/dev/null |
      awk '{print $1}' | sed 's/\.service$//' |
      grep -vE '^(pivm-patch-|user@|session-|apt-daily|dpkg-db-backup|man-db|packagekit|dnf-)'
  elif has rc-status; then
    rc-status -a 2>/dev/null | awk '/\[ *started/ {print $1}' | sort -u
  elif has s6-rc; then
    s6-rc -a list 2>/dev/null
  fi
  return 0
}

# A health check may be any command; its last line is what people are told.
health() {
  limit=''
  ! has timeout || limit='timeout 50'
  said=$($limit sh -c "$1" 2>&1 </dev/null)
  code=$?
  echo "health $code $(printf '%s' "$said" | tail -n 1)"
  return $code
}

alive() {
  pid=$(cat "$1/pid" 2>/dev/null) || return 1
  [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$1/patch.sh"
}

# Prepared a moment ago, and not begun yet.
young() { [ ! -d "$1/started" ] && [ -n "$(find "$1" -prune -mmin -2 2>/dev/null)" ]; }

begin() {
  id=$1
  mkdir -p "$home" || exit 1
  for other in "$home"/*; do
    [ -d "$other" ] && [ "$other" != "$home/$id" ] || continue
    if alive "$other" || young "$other"; then
      echo "busy ${other##*/}"
      exit 0
    fi
    rm -rf "$other"
  done
  # Only one caller makes the folder, so that nothing is started twice.
  if mkdir "$home/$id" 2>/dev/null; then
    printf '%s' "$2" >"$home/$id/wait"
    printf '%s' "$3" >"$home/$id/health"
    printf '%s' "${5:-upgrade}" >"$home/$id/mode"
    printf '%s' "${6:-0}" >"$home/$id/space"
    printf '%s' "${7:-}" >"$home/$id/held"
    : >"$home/$id/log"
    printf '%s\n' "$4" >"$home/$id/patch.sh" || exit 1
    launch "$home/$id/patch.sh" "$id"
  fi
  echo "begun $id"
}

launch() {
  if [ -d /run/systemd/system ] && has systemd-run; then
    systemd-run --quiet --collect --unit="pivm-patch-$2" /bin/sh "$1" run "$2" \
      >/dev/null 2>&1 </dev/null && return
  fi
  if has setsid; then
    setsid /bin/sh "$1" run "$2" >/dev/null 2>&1 </dev/null &
  else
    (trap '' HUP; exec /bin/sh "$1" run "$2") >/dev/null 2>&1 </dev/null &
  fi
}

state() {
  if [ -f "$dir/result" ]; then
    echo ended
  elif [ ! -d "$dir" ]; then
    echo absent
  elif [ ! -d "$dir/started" ] || [ ! -s "$dir/pid" ]; then
    # It is on its way, unless whoever launched it was cut off long ago.
    if [ -n "$(find "$dir/patch.sh" -mmin -2 2>/dev/null)" ]; then
      echo running
    else
      echo unstarted
    fi
  elif alive "$dir"; then
    echo running
  elif [ -f "$dir/result" ]; then
    echo ended
  else
    echo died
  fi
}

poll() {
  dir=$home/$1
  left=${3:-0}
  state=$(state)
  while [ "$state" = running ] && [ "$left" -gt 0 ]; do
    sleep 1
    left=$((left - 1))
    state=$(state)
  done
  echo "state $state"
  [ -f "$dir/log" ] && tail -n "+$(($2 + 1))" "$dir/log" | head -n 2000 | sed 's/^/| /'
  [ -f "$dir/result" ] && sed 's/^/= /' "$dir/result"
  return 0
}

told() { printf '%s\n' "$*" >>"$dir/result.new"; }

# Nobody must find half a result.
finish() {
  [ -z "${new:-}" ] || apt-mark unhold $new
  told "outcome $1"
  told "message $2"
  mv "$dir/result.new" "$dir/result"
  exit 0
}

packages() {
  case $manager in
    apt)
      dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package} ${Version}\n' |
        awk '$1 ~ /^.[HUFWti]/ {print $2, $3}' ;;
    apk) apk info -v 2>/dev/null | sed 's/^\(.*\)-\([^-]*-r[0-9]*\)$/\1 \2/' ;;
    dnf | yum | zypper) rpm -qa --qf '%{NAME}.%{ARCH} %{VERSION}-%{RELEASE}\n' ;;
    pacman) pacman -Q ;;
  esac | sort
}

# Runs a command, its output both kept and logged; tries again while another one holds the lock.
attempt() {
  deadline=$(($(date +%s) + wait))
  while :; do
    echo "+ $*"
    { "$@" 2>&1; echo $? >"$dir/code"; } | tee "$dir/out"
    code=$(cat "$dir/code")
    [ "$code" -eq 0 ] && return 0
    grep -qiE "$locked" "$dir/out" || return "$code"
    if [ "$(date +%s)" -ge "$deadline" ]; then
      return "$code"
    fi
    echo "+ the package manager is locked by another process; trying again"
    sleep 5
  done
}

locked='could not get lock|unable to lock|unable to acquire the dpkg|is another process using it'
locked="$locked"'|locked by another process|system management is locked|another app is currently holding'
locked="$locked"'|waiting for process with pid|already locked by|failed to obtain .*lock|transaction lock on'
unresolved='could(n.t| not) resolve|failure resolving|name or service not known|bad address'
unresolved="$unresolved"'|name resolution|dns: transient|dns lookup|dns error|dns: .* not|no such host'
unresolved="$unresolved"'|temporary error \(try again later\)'
unreached='network is unreachable|unable to connect|connection timed out|connection refused'
unreached="$unreached"'|no route to host|could(n.t| not) connect|failed to connect|network error'
unreached="$unreached"'|connection failed|operation timed out|failed to fetch|failed retrieving file'
unreached="$unreached"'|failed to download metadata|cannot download|all mirrors were tried|network unreachable'
full='no space left|enough free space|not enough space'
scripts='scriptlet failed|command failed to execute correctly|script exited with error'

routed() {
  awk '$2 == "00000000" {found = 1} END {exit !found}' /proc/net/route 2>/dev/null ||
    awk '$1 ~ /^0+$/ && $2 == "00" && $10 != "lo" {found = 1} END {exit !found}' \
      /proc/net/ipv6_route 2>/dev/null
}

# The first line of the last command's output that a pattern fits, and how many after it.
line() { grep -m 1 -iE -A "${2:-0}" "$1" "$dir/out" | tr -s ' \n' ' ' | sed 's/^[ -]*//; s/ *$//'; }

# Ends with the reason that the last command's output gives.
failed() {
  if said=$(line "$locked") && [ -n "$said" ]; then
    # pacman's lock is a file that outlives it.
    [ ! -e /var/lib/pacman/db.lck ] || grep -qx pacman /proc/[0-9]*/comm 2>/dev/null ||
      said="$said; no pacman runs, so /var/lib/pacman/db.lck may be left from one that was cut off"
    finish locked "another process has held the package manager's lock for $wait s: $said"
  elif said=$(line "$full") && [ -n "$said" ]; then
    finish no-space "its disk is full: $said"
  elif said=$(line "$unresolved") && [ -n "$said" ]; then
    routed || finish no-network "it has no default route, so no network: $said"
    finish no-dns "names can't be resolved in it (see its /etc/resolv.conf): $said"
  elif [ "$1" = index ] && said=$(line "$unreached") && [ -n "$said" ]; then
    routed || finish no-network "it has no default route, so no network: $said"
    finish no-network "its package sources can't be reached: $said"
  fi
  # It may have come half the way.
  [ "$1" != upgrade ] || compare
  said=$(line '^dpkg: error processing' 1)
  [ -n "$said" ] || said=$(line '^(e:|error|err:|fatal|dpkg: error)')
  [ -n "$said" ] || said=$(grep -v '^ *$' "$dir/out" | tail -n 1)
  finish "${3:-failed}" "$2: $said"
}

index() {
  case $manager in
    apt) attempt apt-get -q -o APT::Update::Error-Mode=any update ;;
    apk) attempt apk --no-progress update ;;
    # Lists that are a day old would do for it otherwise; the elder yum knows no --refresh.
    dnf) attempt dnf -y --refresh --setopt=exit_on_lock=1 makecache ;;
    yum) attempt yum -y clean expire-cache && attempt yum -y makecache ;;
    pacman) attempt pacman -Sy --noconfirm ;;
    zypper) attempt zypper --non-interactive refresh ;;
  esac || failed index 'the package lists could not be read'
  # apk goes on without an index that it can't fetch, and tells so only in words.
  if [ "$manager" = apk ] && grep -qiE '^(warning|error): .*(fetch|opening)' "$dir/out"; then
    failed index 'the package lists could not be read'
  fi
}

# What the upgrade would mend, where the package manager knows.
security() {
  case $manager in
    apt)
      apt-get -s --with-new-pkgs upgrade 2>/dev/null |
        awk '$1 == "Inst" && tolower($0) ~ /-security|debian-security/ {print $2}' ;;
    dnf | yum)
      $manager -q updateinfo list --security 2>/dev/null | awk 'NF >= 3 {print $3}' | sort -u ;;
    zypper)
      zypper -q --non-interactive list-patches --category security 2>/dev/null |
        awk -F'|' 'NF > 5 && / needed / {gsub(/ /, "", $2); print $2}' ;;
    *) return 1 ;;
  esac
}

upgrade() {
  case $manager in
    apt)
      case $mode in
        dist-upgrade) what=dist-upgrade ;;
        security) what="install --only-upgrade $(tr '\n' ' ' <"$dir/security")" ;;
        *) what='--with-new-pkgs upgrade' ;;
      esac
      [ "$mode" != security ] || [ -s "$dir/security" ] || return 0
      # shellcheck disable=SC2086 # several words
      attempt apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        -o Dpkg::Use-Pty=0 -o "DPkg::Lock::Timeout=$wait" $what ;;
    apk) attempt apk --no-progress --wait "$wait" upgrade ;;
    dnf | yum) attempt $manager -y --setopt=exit_on_lock=1 upgrade ;;
    pacman)
      # What signs the others comes first: an old keyring refuses them all.
      { ! pacman -Qq archlinux-keyring >/dev/null 2>&1 ||
        attempt pacman -S --needed --noconfirm archlinux-keyring; } &&
        attempt pacman -Su --noconfirm ;;
    zypper) zypper_update ;;
  esac || failed upgrade 'the upgrade failed'
}

zypper_update() {
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

# What has a newer version that something else keeps from being installed.
kept_back() {
  awk '/kept back:$|^Skipping packages with|will NOT be installed:$/ {on = 1; next}
    !/^ / {on = 0}
    on {print}' "$dir/out" |
    case $manager in
      dnf | yum) awk '{print $1}' ;;
      *) tr -s ' ' '\n' ;;
    esac | grep . | sort -u | sed 's/^/kept /'
}

# What must not happen to a node: nothing is begun then.
guard() {
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

guard_removals() {
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
hold() {
  new=''
  for one in $(cat "$dir/held"); do
    apt-mark showhold | grep -qx "$one" || new="$new $one"
  done
  # shellcheck disable=SC2086 # several words
  [ -z "$new" ] || apt-mark hold $new || finish failed "these could not be held:$new"
}

unhold() {
  # shellcheck disable=SC2086 # several words
  [ -z "$new" ] || apt-mark unhold $new
}

# A dpkg that was cut off must end its work before anything else can be installed.
mend() {
  [ "$manager" = apt ] && [ -n "$(dpkg --audit 2>/dev/null)" ] || return 0
  echo '+ dpkg was left unfinished'
  attempt dpkg --force-confdef --force-confold --configure -a ||
    failed mend "dpkg was left unfinished in it, and can't be finished" broken
}

# Several versions of a package may be there at the same time, such as kernels.
changes() {
  awk 'NR == FNR {old[$0]; next}
    $0 in old {delete old[$0]; next}
    {now[$1] = $2}
    END {
      for (line in old) {
        split(line, word)
        if (word[1] in now) was[word[1]] = word[2]
        else print "package", word[1], word[2], "-"
      }
      for (name in now) print "package", name, (name in was ? was[name] : "-"), now[name]
    }' "$dir/before" "$dir/after" | sort
}

# What the upgrade has changed so far.
compare() {
  packages >"$dir/after"
  told "after $(wc -l <"$dir/after" | tr -d ' ')"
  changes >"$dir/changes"
  cat "$dir/changes" >>"$dir/result.new"
}

# What keeps running as it was until the whole container is started anew.
reboot() {
  pinned=$(head -n 1 /etc/kernel/proxmox-boot-pin 2>/dev/null)
  newest=${pinned:-$(ls /boot 2>/dev/null | sed -n 's/^vmlinuz-//p' | sort -V 2>/dev/null | tail -n 1)}
  if [ "$mode" != upgrade ] && [ -n "$newest" ] && [ "$newest" != "$(uname -r)" ]; then
    echo "reboot the kernel $newest"
    return
  fi
  for file in /run/reboot-required /var/run/reboot-required; do
    if [ -e "$file" ]; then
      echo "reboot $(sort -u "$file.pkgs" 2>/dev/null | tr '\n' ' ')"
      return
    fi
  done
  if [ "$manager" = dnf ] && dnf -q needs-restarting --help >/dev/null 2>&1 &&
    ! dnf -q needs-restarting -r >/dev/null 2>&1; then
    echo 'reboot dnf needs-restarting'
    return
  fi
  kept=$(awk '$3 != "-" && $4 != "-" && $2 ~ /^(libc6|glibc|musl|systemd|systemd-sysv|sysvinit-core|openrc|s6|runit)([:.].*)?$/ {print $2}' "$dir/changes" | tr '\n' ' ')
  [ -z "$kept" ] || echo "reboot $kept"
}

# Services that an upgrade restarts take a moment.
down() {
  tries=0
  while :; do
    services >"$dir/services.after"
    missing=$(grep -vxF -f "$dir/services.after" "$dir/services.before" | tr '\n' ' ')
    [ -s "$dir/services.before" ] || missing=''
    tries=$((tries + 1))
    { [ -z "$missing" ] || [ $tries -ge 7 ]; } && break
    sleep 5
  done
  [ -z "$missing" ] || echo "down $missing"
}

healthy() {
  [ -n "$check" ] || return 0
  tries=0
  until health "$check" >"$dir/health.said"; do
    tries=$((tries + 1))
    [ $tries -ge 6 ] && return 1
    sleep 5
  done
}

# What a health check said, for people.
ailment() { sed 's/^health \([0-9]*\) */ending with \1: /; s/: *$//' "$dir/health.said"; }

run() {
  dir=$home/$1
  mkdir "$dir/started" 2>/dev/null || exit 0
  echo $$ >"$dir/pid"
  exec >>"$dir/log" 2>&1 </dev/null
  DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1
  NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l
  wait=$(cat "$dir/wait")
  ZYPP_LOCK_TIMEOUT=$wait
  export DEBIAN_FRONTEND APT_LISTCHANGES_FRONTEND UCF_FORCE_CONFFOLD NEEDRESTART_SUSPEND
  export NEEDRESTART_MODE ZYPP_LOCK_TIMEOUT
  check=$(cat "$dir/health")
  mode=$(cat "$dir/mode")
  space=$(cat "$dir/space")
  : >"$dir/result.new"
  : >"$dir/out"
  manager=$(manager)
  told "manager $manager"
  told "name $(field PRETTY_NAME)"
  [ "$manager" != none ] ||
    finish unsupported "its system ($(field PRETTY_NAME)) has none of apt, dnf, apk, pacman, zypper"
  services >"$dir/services.before"
  if [ -n "$check" ] && ! health "$check" >"$dir/health.said"; then
    finish unhealthy "nothing was done, since its health check fails already, $(ailment)"
  fi
  guard
  mend
  packages >"$dir/before"
  told "before $(wc -l <"$dir/before" | tr -d ' ')"
  index
  known=no
  ! security >"$dir/security" || known=yes
  new=''
  hold
  guard_removals
  upgrade
  kept_back >>"$dir/result.new"
  broke=$(line "$scripts")
  unhold
  compare
  if [ $known = yes ]; then
    security >"$dir/security.left"
    grep -vxF -f "$dir/security.left" "$dir/security" | sed 's/^/security /' >>"$dir/result.new"
    told 'security-known yes'
  fi
  reboot >>"$dir/result.new"
  down >>"$dir/result.new"
  sed 's/^/service /' "$dir/services.before" >>"$dir/result.new"
  healthy || finish unhealthy "its health check fails since, $(ailment)"
  [ -z "$broke" ] || finish failed "packages were upgraded, but the script of one failed: $broke"
  if [ -s "$dir/changes" ]; then
    finish upgraded 'packages were changed'
  fi
  finish current 'nothing was to be upgraded'
}

verb=$1
shift
case $verb in
  probe | begin | run | poll | services | health) "$verb" "$@" ;;
  *)
    echo "no such verb: $verb" >&2
    exit 64
    ;;
esac
