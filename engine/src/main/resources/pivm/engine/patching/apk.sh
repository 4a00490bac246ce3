
# Alpine.

apk_packages() { apk info -v 2>/dev/null | sed 's/^\(.*\)-\([^-]*-r[0-9]*\)$/\1 \2/'; }

apk_pending() { timeout 20 apk version -q -l '<' | wc -l; }

apk_index() {
  attempt apk --no-progress update || return
  # It goes on without an index that it can't fetch, and tells so only in words.
  ! grep -qiE '^(warning|error): .*(fetch|opening)' "$dir/out"
}

apk_upgrade() { attempt apk --no-progress --wait "$wait" upgrade; }
