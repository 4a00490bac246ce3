#!/bin/sh
# Looks at a Proxmox VE node, and saves it, before it is brought up to date. PIVM runs it as root.
#
#   look                    what the node is
#   facts                   the same, what would be upgraded, what would be in the way
#   refresh WAIT            reads the package lists anew
#   archive FOLDER NAME     /etc, the cluster's database and the list of packages, checked readable
#   state                   whether it has started anew, and what of its services failed
#   check COMMAND           what a health check says
#   maintenance VERB NODE       enable or disable HA maintenance; HA does it at its next round
#   onboot COMMAND          has a shell run COMMAND when the node has started
#   offboot                 takes that back
set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
again=/var/lib/pivm/continue.sh
units=/etc/systemd/system
goes_on=pivm-continue.service

has() { command -v "$1" >/dev/null 2>&1; }

free() { df -Pk "$1" 2>/dev/null | awk 'NR == 2 {print $4}'; }

state() {
  echo "boot $(cat /proc/sys/kernel/random/boot_id)"
  echo "uptime $(cut -d. -f1 /proc/uptime)"
  echo "kernel $(uname -r)"
  [ "$(systemctl is-system-running 2>/dev/null)" != stopping ] || echo 'stopping yes'
  systemctl list-units --failed --no-legend --plain --no-pager 2>/dev/null | awk '{print "failed", $1}'
}

# The kernel that the next start would take, where that is another one than runs.
kernel() {
  pinned=$(cat /etc/kernel/proxmox-boot-pin 2>/dev/null | head -n 1)
  newest=${pinned:-$(ls /boot 2>/dev/null | sed -n 's/^vmlinuz-//p' | sort -V | tail -n 1)}
  [ -z "$newest" ] || [ "$newest" = "$(uname -r)" ] || echo "reboot the kernel $newest"
}

# Reads what apt would do.
upgrades() {
  awk '
    $1 == "Inst" {
      from = "-"; to = $3
      if (substr($3, 1, 1) == "[") {from = substr($3, 2, length($3) - 2); to = $4}
      sub(/^\(/, "", to)
      print "upgrade", $2, from, to, (tolower($0) ~ /-security|debian-security/ ? "security" : "other")
    }
    $1 == "Remv" {print "remove", $2}'
}

look() {
  state
  [ ! -e /run/reboot-required ] || echo "reboot $(sort -u /run/reboot-required.pkgs 2>/dev/null | tr '\n' ' ')"
  kernel
  echo "free-root $(free /)"
  ! mountpoint -q /boot 2>/dev/null || echo "free-boot $(free /boot)"
  dpkg --audit 2>/dev/null | grep -q . && echo 'unfinished dpkg'
  apt-mark showhold 2>/dev/null | sed 's/^/held /'
  [ ! -e /etc/network/interfaces.new ] || echo 'pending network'
  systemctl list-units --type=service --state=running --no-legend --plain --no-pager 2>/dev/null |
    awk '{print "service", $1}' | sed 's/\.service$//'
  root=$(findmnt -n -o FSTYPE,SOURCE / 2>/dev/null)
  case $root in zfs*) echo "zfs ${root##* }" ;; esac
  if grep -rqs '^[^#]*enterprise.proxmox.com' /etc/apt/sources.list /etc/apt/sources.list.d; then
    echo 'repository enterprise'
  fi
}

facts() {
  look
  # A dpkg that was left unfinished is told by the look, and is why apt can't tell more.
  said=$(apt-get -s dist-upgrade 2>&1 </dev/null) || dpkg --audit 2>/dev/null | grep -q . ||
    lost "apt can't tell what it would do: $(printf '%s\n' "$said" | grep '^E:' | head -n 1)"
  said=$(printf '%s\n' "$said" | upgrades)
  for one in $(printf '%s\n' "$said" | awk '$1 == "remove" {print $2}'); do
    [ "$(dpkg-query -W -f '${Essential}' "$one" 2>/dev/null)" != yes ] || echo "essential $one"
  done
  printf '%s\n' "$said"
  echo 'end'
}

refresh() {
  deadline=$(($(date +%s) + $1))
  while :; do
    said=$(apt-get -q -o APT::Update::Error-Mode=any update 2>&1 </dev/null) && break
    printf '%s' "$said" | grep -qiE 'could not get lock|unable to lock' || {
      printf '%s\n' "$said" | grep -E '^(E|W):' | tail -n 1
      exit 1
    }
    [ "$(date +%s)" -lt "$deadline" ] || {
      echo 'another process holds the lock of the package lists'
      exit 1
    }
    sleep 5
  done
}

lost() {
  echo "$*"
  exit 1
}

# The database is copied by SQLite itself, since it is written to all the time.
database() {
  source=/var/lib/pve-cluster/config.db
  [ -f $source ] || return 0
  if has sqlite3; then
    sqlite3 $source ".backup '$1/config.db'" && said=$(sqlite3 "$1/config.db" 'PRAGMA integrity_check')
  elif has python3; then
    said=$(python3 - $source "$1/config.db" <<'END'
import sqlite3, sys
source = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
copy = sqlite3.connect(sys.argv[2])
source.backup(copy)
print(copy.execute("PRAGMA integrity_check").fetchone()[0])
END
    )
  elif has perl; then
    said=$(perl -MDBI -e '
      my $from = DBI->connect("dbi:SQLite:dbname=$ARGV[0]", "", "", {RaiseError => 1});
      $from->sqlite_backup_to_file($ARGV[1]);
      my $copy = DBI->connect("dbi:SQLite:dbname=$ARGV[1]", "", "", {RaiseError => 1});
      print $copy->selectrow_array("PRAGMA integrity_check");' $source "$1/config.db")
  else
    lost 'nothing here can copy the cluster database: install sqlite3'
  fi
  [ "${said:-}" = ok ] || lost "the copy of the cluster database is not sound: ${said:-it could not be made}"
}

archive() {
  folder=$1/$2
  mkdir -p "$folder" || lost "$folder can't be made"
  root=$(findmnt -n -o FSTYPE,SOURCE / 2>/dev/null)
  case $root in
    zfs*)
      zfs snapshot "${root##* }@pivm-$2" 2>/dev/null || zfs list -t snapshot "${root##* }@pivm-$2" >/dev/null 2>&1 ||
        lost "the root file system ${root##* } could not be given a snapshot"
      echo "snapshot ${root##* }@pivm-$2"
      ;;
  esac
  # A file that changes while it is read is told by 1, and is no harm.
  tar -C / -czf "$folder/etc.tar.gz" --exclude=etc/pve etc 2>/dev/null || [ $? -eq 1 ] || lost '/etc could not be archived'
  tar -tzf "$folder/etc.tar.gz" >/dev/null 2>&1 || lost 'the archive of /etc is not readable'
  if [ -d /etc/pve/nodes ]; then
    tar -C / -czf "$folder/pve.tar.gz" etc/pve 2>/dev/null || [ $? -eq 1 ] || lost '/etc/pve could not be archived'
  fi
  database "$folder"
  dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package} ${Version}\n' >"$folder/packages" || lost 'the list of packages could not be kept'
  [ -s "$folder/packages" ] || lost 'the list of packages is empty'
  for file in "$folder"/*; do
    echo "kept $file $(wc -c <"$file" | tr -d ' ')"
  done
  # The last five are enough.
  ls -1d "$1"/*/ 2>/dev/null | sort -r | tail -n +6 | while read -r old; do rm -rf "$old"; done
}

check() {
  said=$(sh -c "$1" 2>&1 </dev/null)
  code=$?
  echo "health $code $(printf '%s' "$said" | tail -n 1)"
  exit $code
}

maintenance() { ha-manager crm-command node-maintenance "$1" "$2"; }

onboot() {
  mkdir -p "${again%/*}" && printf '%s\n' "$1" >"$again" || lost "$again can't be written"
  cat >$units/$goes_on <<END
[Unit]
Description=PIVM goes on with the update that this node was restarted for
After=network-online.target pve-cluster.service pveproxy.service corosync.service
Wants=network-online.target

[Service]
Type=oneshot
Environment=PIVM_ACTOR=timer:pivm-continue.service
ExecStart=/bin/sh $again
ExecStopPost=/bin/sh -c '[ -e $again ] || { rm -f $units/$goes_on; systemctl --no-block daemon-reload; }'
TimeoutStartSec=infinity

[Install]
WantedBy=multi-user.target
END
  chmod 644 $units/$goes_on
  systemctl daemon-reload && systemctl enable $goes_on >/dev/null 2>&1
}

# A unit whose file is gone loses its type and its time limit when systemd reads its units anew, and
# is ended for having taken too long. So one that runs, and with it who asks this, takes its file
# away itself when it ends.
offboot() {
  rm -f "$again" $units/multi-user.target.wants/$goes_on
  [ -e $units/$goes_on ] || exit 0
  case $(systemctl is-active $goes_on 2>/dev/null) in
    active | activating | deactivating) exit 0 ;;
  esac
  rm -f $units/$goes_on
  systemctl daemon-reload
}

verb=$1
shift
case $verb in
  look | facts | refresh | archive | state | check | maintenance | onboot | offboot) "$verb" "$@" ;;
  *)
    echo "no such verb: $verb" >&2
    exit 64
    ;;
esac
