#!/bin/sh
# Brings the system that it runs in up to date by that system's own package manager. PIVM runs it
# inside containers; it needs a POSIX shell and no more than a small system has. Its parts are joined
# to one script: this one, one for each family of package managers, and the upgrade itself.
#
#   probe [pending]             what the system is, whether it was brought up to date within three
#                               hours, why it should be started anew, and how many packages its
#                               lists have newer
#   begin ID WAIT HEALTH TEXT [MODE [SPACE [HELD]]]
#                               starts "run ID" apart from whoever asked, once; TEXT is this script;
#                               MODE is upgrade (containers), dist-upgrade or security (nodes)
#   run ID                      the upgrade itself
#   poll ID LINES [SECONDS]     how far it is: its state, its log from that line on, its result;
#                               it waits so long for the end before it answers
#   services                    the services that run
#   restart                     why it should be started anew; nothing when it should not
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

# What each family of package managers does in its own way: FAMILY_WHAT.
family() { if [ "$manager" = yum ]; then echo dnf; else echo "$manager"; fi; }

knows() { has "$(family)_$1"; }

# Does it; nothing where the family has no such thing.
own() { ! knows "$1" || "$(family)_$1"; }

probe() {
  echo "os $(field ID)"
  echo "version $(field VERSION_ID)"
  echo "name $(field PRETTY_NAME)"
  manager=$(manager)
  echo "manager $manager"
  lately
  said=$(noted)
  [ -z "$said" ] || echo "restart $said"
  [ "${1:-}" != pending ] || echo "pending $(pending)"
}

# The upgrade that has brought it up to date within three hours.
lately() {
  for one in "$home"/*/result; do
    if [ -n "$(find "$one" -mmin -180 2>/dev/null)" ] &&
      grep -qE '^outcome (upgraded|current)$' "$one"; then
      one=${one%/result}
      echo "lately ${one##*/}"
    fi
  done
}

# By the lists as they are; nothing is fetched, written or waited for.
pending() { ! has timeout || own pending 2>/dev/null | tr -d ' '; }

# This start of the system, told from any other; /proc/1 is the container's own first process.
booted() {
  echo "$(cat /proc/sys/kernel/random/boot_id)-$(sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20)"
}

# What was noted since it was started: by the system, by earlier upgrades, or by its first process,
# which keeps what it was started with.
noted() {
  for file in /run/reboot-required /var/run/reboot-required; do
    if [ -e "$file" ]; then
      said=$(sort -u "$file.pkgs" 2>/dev/null | tr '\n' ' ')
      echo "${said:-the system says so}"
      return
    fi
  done
  if [ -r "$home/restart" ] && read -r since said <"$home/restart" && [ "$since" = "$(booted)" ]; then
    echo "$said"
  elif grep -qE '/(libc|ld-musl|libsystemd)[^/]*[.]so[^/]* [(]deleted[)]$' /proc/1/maps 2>/dev/null; then
    echo 'its first process runs with libraries that were replaced'
  fi
}

restart() {
  manager=$(manager)
  said=$(noted)
  [ -n "$said" ] || said=$(own restart)
  [ -z "$said" ] || echo "$said"
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
    { [ -d "$other" ] && [ "$other" != "$home/$id" ]; } || continue
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
