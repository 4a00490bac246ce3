
# The upgrade itself.

told() { printf '%s\n' "$*" >>"$dir/result.new"; }

# Nobody must find half a result.
finish() {
  own unhold
  told "outcome $1"
  told "message $2"
  mv "$dir/result.new" "$dir/result"
  exit 0
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
    finish locked "another process has held the package manager's lock for $wait s: $said$(own stale)"
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

# What has a newer version that something else keeps from being installed.
kept_back() {
  awk '/kept back:$|^Skipping packages with|will NOT be installed:$/ {on = 1; next}
    !/^ / {on = 0}
    on {print}' "$dir/out" |
    if knows kept; then own kept; else tr -s ' ' '\n'; fi | grep . | sort -u | sed 's/^/kept /'
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
  own packages | sort >"$dir/after"
  told "after $(wc -l <"$dir/after" | tr -d ' ')"
  changes >"$dir/changes"
  cat "$dir/changes" >>"$dir/result.new"
}

# What keeps running as it was until the whole container is started anew.
reboot() {
  pinned=$(head -n 1 /etc/kernel/proxmox-boot-pin 2>/dev/null)
  # shellcheck disable=SC2012 # kernels have plain names
  newest=${pinned:-$(ls /boot 2>/dev/null | sed -n 's/^vmlinuz-//p' | sort -V 2>/dev/null | tail -n 1)}
  if [ "$mode" != upgrade ] && [ -n "$newest" ] && [ "$newest" != "$(uname -r)" ]; then
    echo "reboot the kernel $newest"
    return
  fi
  kept=$(awk '$3 != "-" && $4 != "-" && $2 ~ /^(libc6|glibc|musl|systemd|systemd-sysv|sysvinit-core|openrc|s6|runit)([:.].*)?$/ {print $2}' "$dir/changes" | tr '\n' ' ')
  said=$(noted)
  [ -n "$said" ] || said=$(own restart)
  [ -n "$said" ] || said=$kept
  [ -n "$said" ] || return
  # Whoever asked for this may be gone by now; the next one has to know.
  echo "$(booted) $said" >"$home/restart"
  echo "reboot $said"
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
  new=''
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
  own guard
  own mend
  own packages | sort >"$dir/before"
  told "before $(wc -l <"$dir/before" | tr -d ' ')"
  own index || failed index 'the package lists could not be read'
  own security >"$dir/security"
  own hold
  own guard_removals
  own upgrade || failed upgrade 'the upgrade failed'
  kept_back >>"$dir/result.new"
  broke=$(line "$scripts")
  own unhold
  compare
  # What it has mended, where the package manager knows.
  if knows security; then
    own security >"$dir/security.left"
    grep -vxF -f "$dir/security.left" "$dir/security" | sed 's/^/security /' >>"$dir/result.new"
    told 'security-known yes'
  fi
  {
    reboot
    down
    sed 's/^/service /' "$dir/services.before"
  } >>"$dir/result.new"
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
  probe | begin | run | poll | services | restart | health) "$verb" "$@" ;;
  *)
    echo "no such verb: $verb" >&2
    exit 64
    ;;
esac
