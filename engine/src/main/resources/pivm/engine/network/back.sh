#!/bin/sh
# The way back of a network change: puts /etc/network/interfaces back as it was, unless the change
# is confirmed in time. PIVM writes it to a node before it has the network reloaded there, and it
# removes itself when it is done. It needs a shell and systemd; nothing of PIVM has to run.
#
#   arm SECONDS ID   saves the file and starts the time
#   check ID         whether everything is in place
#   run              what systemd calls: at boot, and when the time is over
#   now              goes back at once
#   confirm ID       the change stays
#   restage          writes the file of before the last confirmed change as pending
#   unstage          takes that back; leaves anything else that is pending
#   status           what is going on, as NAME=VALUE lines
#
# Who is first to rename "armed" decides: "confirmed" keeps the change, "reverting" takes it back.
set -u
umask 077
root=${PIVM_ROOT-}
uptime=${PIVM_UPTIME:-/proc/uptime}
dir=$root/var/lib/pivm/network-back
net=$root/etc/network
units=$root/etc/systemd/system
stamps=$root/run/pivm-network-back
unit=pivm-network-back

say() {
  echo "$*"
  logger -t pivm-network-back -- "$*" 2>/dev/null || true
}

fail() {
  echo "$*" >&2
  exit 1
}

# Hundredths of a second since boot: no change of the clock moves it.
ticks() {
  read -r up rest <"$uptime"
  whole=${up%.*}
  part=${up#*.}
  echo "$whole${part%"${part#??}"}"
}

# A copy is whole or not there.
copy() {
  cp -p "$1" "$2.part" && sync "$2.part" && mv -f "$2.part" "$2" && sync "$(dirname "$2")"
}

write() {
  cat >"$1.part" && sync "$1.part" && mv -f "$1.part" "$1"
}

write_units() {
  write "$units/$unit.service" <<END
[Unit]
Description=Take a network change back unless it is confirmed
DefaultDependencies=no
RequiresMountsFor=/var/lib/pivm/network-back /etc/network
After=local-fs.target pvenetcommit.service
Before=network-pre.target ifupdown2-pre.service networking.service shutdown.target
Conflicts=shutdown.target
ConditionPathExists=/var/lib/pivm/network-back/back.sh

[Service]
Type=oneshot
ExecStart=/bin/sh /var/lib/pivm/network-back/back.sh run
TimeoutStartSec=180
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
END
  write "$units/$unit.timer" <<END
[Unit]
Description=Time to confirm a network change

[Timer]
OnActiveSec=${1}s
OnUnitInactiveSec=20s
AccuracySec=500ms

[Install]
WantedBy=timers.target
END
  # Read by everybody, as units are.
  chmod 644 "$units/$unit.service" "$units/$unit.timer"
}

# What was begun is taken back: nothing is armed and nothing is left.
give_up() {
  rm -f "$dir/armed"
  clean
  fail "$*"
}

arm() {
  seconds=$1
  id=$2
  mkdir -p "$dir" "$stamps" "$units" || fail "$dir can't be made"
  if [ -e "$dir/armed" ] || [ -e "$dir/reverting" ]; then
    fail "another network change waits here to be confirmed"
  fi
  rm -f "$dir/confirmed" "$dir/reverted" "$dir/touched" "$dir/failed"
  copy "$net/interfaces" "$dir/saved" || give_up "$net/interfaces can't be saved"
  write_units "$seconds" || give_up "the units can't be written to $units"
  systemctl daemon-reload || give_up "systemd does not read its units"
  systemctl --quiet enable "$unit.service" "$unit.timer" || give_up "the units can't be enabled"
  rm -f "$stamps"/*
  echo "$(($(ticks) + seconds * 100 - 50))" | write "$stamps/$id" || give_up "no place in $stamps"
  # The timer runs before anything is armed, so nothing is ever armed without it.
  systemctl restart "$unit.timer" || give_up "the timer does not start"
  echo "$id" | write "$dir/armed" || give_up "no place in $dir"
  sync "$dir"
  (check "$id") || give_up "the network is left alone"
}

check() {
  [ "$(cat "$dir/armed" 2>/dev/null)" = "$1" ] || fail "the way back is not armed"
  cmp -s "$dir/saved" "$net/interfaces" || fail "the saved file is not the one in use"
  [ -s "$dir/back.sh" ] || fail "$dir/back.sh is not there"
  [ -e "$stamps/$1" ] || fail "the time is not kept"
  for one in "$unit.service" "$unit.timer"; do
    systemctl --quiet is-enabled "$one" || fail "$one is not enabled"
  done
  systemctl --quiet is-active "$unit.timer" || fail "$unit.timer does not run"
  status
}

# Whether the time is not over; after a reboot it is, and there is no stamp.
early() {
  stamp=$stamps/$(cat "$dir/armed" 2>/dev/null)
  [ -f "$stamp" ] && [ "$(ticks)" -lt "$(cat "$stamp")" ]
}

run() {
  cd "$dir" 2>/dev/null || exit 0
  if [ -e armed ]; then
    if [ "$1" = run ] && early; then
      exit 0
    fi
    mv armed reverting 2>/dev/null
    [ ! -e armed ] || fail "$dir is not writable"
  fi
  if [ -e reverting ]; then
    restore
  fi
  clean
}

restore() {
  if [ ! -s saved ]; then
    say "the saved network configuration is gone; $net/interfaces is left as it is"
  elif ! cmp -s saved "$net/interfaces"; then
    [ -e failed ] || copy "$net/interfaces" failed || true
    : >touched
    copy saved "$net/interfaces" || fail "$net/interfaces can't be put back"
  fi
  if [ -e touched ]; then
    reload
    say "the network configuration was put back: the change was not confirmed"
  fi
  mv -f reverting reverted
  rm -f touched
}

# At boot the network comes up with the right file by itself, right after this.
reload() {
  if [ -e "$stamps/$(cat reverting)" ] || systemctl --quiet is-active networking.service; then
    # A restart of networking would cut off every guest, so a second try is all.
    timeout 100 ifreload -a || timeout 60 ifreload -a || say "ifreload -a ended with errors"
  fi
}

confirm() {
  cd "$dir" 2>/dev/null || fail "no network change waits to be confirmed"
  [ "$(cat armed 2>/dev/null)" = "$1" ] || fail "$(outcome)"
  mv armed confirmed 2>/dev/null || fail "$(outcome)"
  cp -p saved previous.part && mv -f previous.part previous
  say "the network change was confirmed"
  clean
}

restage() {
  [ -s "$dir/previous" ] || fail "no earlier network configuration is kept here"
  [ ! -e "$net/interfaces.new" ] || fail "changes wait to be applied here; apply or revert them first"
  cp -p "$dir/previous" "$net/interfaces.new.part" && mv -f "$net/interfaces.new.part" "$net/interfaces.new"
}

unstage() {
  [ ! -e "$net/interfaces.new" ] || ! cmp -s "$dir/previous" "$net/interfaces.new" || rm -f "$net/interfaces.new"
}

outcome() {
  if [ -e "$dir/reverted" ] || [ -e "$dir/reverting" ]; then
    echo "the time is over: the network configuration was put back"
  elif [ -e "$dir/confirmed" ]; then
    echo "the network change was confirmed already"
  elif [ -e "$dir/armed" ]; then
    echo "another network change waits to be confirmed"
  else
    echo "no network change waits to be confirmed"
  fi
}

# Leaves what tells how it ended: confirmed or reverted, and the files of before.
clean() {
  systemctl --no-block stop "$unit.timer" 2>/dev/null
  rm -f "$units/$unit.service" "$units/$unit.timer"
  rm -f "$units/multi-user.target.wants/$unit.service" "$units/timers.target.wants/$unit.timer"
  rm -rf "$stamps"
  rm -f "$dir/saved" "$dir/back.sh" "$dir"/*.part
  # While the node boots, systemd is not told to read everything anew.
  if systemctl --quiet is-active networking.service; then
    systemctl --no-block daemon-reload
  fi
}

status() {
  for state in armed reverting reverted confirmed; do
    if [ -e "$dir/$state" ]; then
      echo "state=$state"
      echo "id=$(cat "$dir/$state")"
      if [ "$state" = armed ] && [ -e "$stamps/$(cat "$dir/armed")" ]; then
        left=$((($(cat "$stamps/$(cat "$dir/armed")") - $(ticks)) / 100))
        [ "$left" -gt 0 ] || left=0
        echo "left=$left"
      fi
      return 0
    fi
  done
  echo "state=none"
}

case ${1-} in
  arm | check | confirm | restage | unstage | status) verb=$1 && shift && "$verb" "$@" ;;
  run | now) run "$1" ;;
  *) fail "use arm, check, run, now, confirm, restage, unstage or status" ;;
esac
