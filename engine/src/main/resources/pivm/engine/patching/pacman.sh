
# Arch.

pacman_packages() { pacman -Q; }

pacman_pending() { timeout 20 pacman -Qu | wc -l; }

pacman_index() { attempt pacman -Sy --noconfirm; }

# What signs the others comes first: an old keyring refuses them all.
pacman_upgrade() {
  ! pacman -Qq archlinux-keyring >/dev/null 2>&1 ||
    attempt pacman -S --needed --noconfirm archlinux-keyring || return
  attempt pacman -Su --noconfirm
}

# Its lock is a file that outlives it.
pacman_stale() {
  [ ! -e /var/lib/pacman/db.lck ] || grep -qx pacman /proc/[0-9]*/comm 2>/dev/null ||
    echo '; no pacman runs, so /var/lib/pacman/db.lck may be left from one that was cut off'
}
