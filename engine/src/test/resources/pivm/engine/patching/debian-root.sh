#!/bin/sh
# debian-root.sh LOWER WORK: a throw-away Debian system over LOWER, of which nothing is changed, with
# a package source of its own. Run in mount and process namespaces of its own; prints "ready".
set -e
lower=$1 work=$2 root=$2/root
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$work/upper,workdir=$work/work" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"
rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d" "$root/etc/apt/apt.conf.d" \
  "$root/etc/apt/preferences.d" "$root/etc/apt/apt.conf" "$root/var/lib/apt/lists" "$root/var/lib/pivm-patch"
mkdir -p "$root/etc/apt/sources.list.d" "$root/etc/apt/apt.conf.d" "$root/var/lib/apt/lists/partial" "$root/srv/repo"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
echo 'deb [trusted=yes] file:/srv/repo ./' >"$root/etc/apt/sources.list"

# package NAME VERSION [POSTINST]: into the source, with a configuration file
package() {
  build=$root/tmp/build-$1
  rm -rf "$build"
  mkdir -p "$build/DEBIAN" "$build/etc"
  echo "version $2" >"$build/etc/$1.conf"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: for a test\n' \
    "$1" "$2" >"$build/DEBIAN/control"
  echo "/etc/$1.conf" >"$build/DEBIAN/conffiles"
  if [ -n "${3:-}" ]; then
    printf '#!/bin/sh\n%s\n' "$3" >"$build/DEBIAN/postinst"
    chmod 755 "$build/DEBIAN/postinst"
  fi
  dpkg-deb --root-owner-group --build "$build" "$root/srv/repo/$1_$2_all.deb" >/dev/null
}

# The source as its deb files are now.
publish() {
  : >"$root/srv/repo/Packages"
  for file in "$root"/srv/repo/*.deb; do
    dpkg-deb --field "$file" >>"$root/srv/repo/Packages"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${file##*/}" "$(wc -c <"$file")" \
      "$(sha256sum "$file" | cut -d' ' -f1)" >>"$root/srv/repo/Packages"
  done
  printf 'Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nCodename: trixie-security\nDate: %s\nSHA256:\n %s %s Packages\n' \
    "$(date -Ru)" "$(sha256sum "$root/srv/repo/Packages" | cut -d' ' -f1)" \
    "$(wc -c <"$root/srv/repo/Packages")" >"$root/srv/repo/Release"
}

package pivm-demo 1.0
dpkg --root="$root" --install "$root/srv/repo/pivm-demo_1.0_all.deb" >/dev/null
echo 'edited by its owner' >"$root/etc/pivm-demo.conf"
package pivm-demo 2.0
publish
echo ready
# More packages on request: NAME VERSION POSTINST, one a line.
while read -r name version postinst; do
  package "$name" "$version" "$postinst"
  publish
  echo "published $name $version"
done
