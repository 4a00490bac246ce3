#!/bin/sh
# throw-away-root.sh MANAGER LOWER WORK: a throw-away system over LOWER, of which nothing is changed,
# that calls itself one with that package manager (apt, dnf, zypper, pacman) and has a package source
# of its own. Run in mount, process and network namespaces of its own; prints "ready".
set -e
manager=$1 lower=$2 work=$3 root=$3/root
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$work/upper,workdir=$work/work" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"
rm -rf "$root/var/lib/pivm-patch" "$root/srv/repo"
mkdir -p "$root/srv/repo" "$root/tmp/build"
repo=$root/srv/repo
inside() { chroot "$root" /usr/bin/env HOME=/root "$@"; }
calls_itself() {
  rm -f "$root/etc/os-release"
  printf 'ID=%s\nPRETTY_NAME="%s"\n' "$1" "$2" >"$root/etc/os-release"
}

# By package manager: prepare the system; package NAME VERSION [SCRIPT that runs when it is there],
# with a configuration file; publish all packages made; install one without asking the source.

apt_prepare() {
  rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d" "$root/etc/apt/apt.conf.d" \
    "$root/etc/apt/preferences.d" "$root/etc/apt/apt.conf" "$root/var/lib/apt/lists"
  mkdir -p "$root/etc/apt/sources.list.d" "$root/etc/apt/apt.conf.d" "$root/var/lib/apt/lists/partial"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  echo 'deb [trusted=yes] file:/srv/repo ./' >"$root/etc/apt/sources.list"
}

apt_package() {
  build=$root/tmp/build/$1
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
  dpkg-deb --root-owner-group --build "$build" "$repo/$1_$2_all.deb" >/dev/null
}

apt_publish() {
  : >"$repo/Packages"
  for file in "$repo"/*.deb; do
    dpkg-deb --field "$file" >>"$repo/Packages"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${file##*/}" "$(wc -c <"$file")" \
      "$(sha256sum "$file" | cut -d' ' -f1)" >>"$repo/Packages"
  done
  printf 'Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nCodename: trixie-security\nDate: %s\nSHA256:\n %s %s Packages\n' \
    "$(date -Ru)" "$(sha256sum "$repo/Packages" | cut -d' ' -f1)" \
    "$(wc -c <"$repo/Packages")" >"$repo/Release"
}

apt_install() { inside dpkg --install "/srv/repo/$1_$2_all.deb"; }

rpm_prepare() {
  rm -rf "$root/var/lib/rpm" "$root/root/.rpmdb" "$root/var/cache/dnf" "$root/var/cache/zypp" \
    "$root/etc/yum.repos.d" "$root/etc/zypp/repos.d"
  mkdir -p "$root/var/lib/rpm" "$root/etc/yum.repos.d" "$root/etc/zypp/repos.d"
  # Debian's rpm keeps its own apart from the system's; zypper looks at the system's.
  mkdir -p "$root/etc/rpm"
  echo '%_dbpath /var/lib/rpm' >>"$root/etc/rpm/macros"
  inside rpmdb --initdb
  printf '[own]\nname=own\nenabled=1\nautorefresh=1\nbaseurl=file:///srv/repo\ngpgcheck=0\nskip_if_unavailable=0\n' \
    >"$root/etc/$1/own.repo"
}

dnf_prepare() {
  calls_itself fedora 'Fedora Linux 42 (Container Image)'
  rpm_prepare yum.repos.d
}

zypper_prepare() {
  calls_itself opensuse-leap 'openSUSE Leap 15.6'
  rpm_prepare zypp/repos.d
}

rpm_package() {
  {
    printf 'Name: %s\nVersion: %s\nRelease: 1\nSummary: for a test\nLicense: none\nBuildArch: noarch\n' \
      "$1" "$2"
    # What its script is run by belongs to no package of this system.
    printf 'Provides: /bin/sh\n%%description\nfor a test\n%%install\nmkdir -p %%{buildroot}/etc\n'
    printf 'echo "version %s" >%%{buildroot}/etc/%s.conf\n' "$2" "$1"
    printf '%%files\n%%config(noreplace) /etc/%s.conf\n' "$1"
    [ -z "${3:-}" ] || printf '%%post\n%s\n' "$3"
  } >"$root/tmp/build/$1.spec"
  inside rpmbuild --quiet --define '_topdir /tmp/build' --define '_rpmdir /srv/repo' \
    --define '_build_name_fmt %%{NAME}-%%{VERSION}.rpm' -bb "/tmp/build/$1.spec" >/dev/null 2>&1
  newest=$1 version=$2
}
dnf_package() { rpm_package "$@"; }
zypper_package() { rpm_package "$@"; }

rpm_publish() {
  inside createrepo_c --quiet /srv/repo
  printf '<updates><update from="nobody" status="stable" type="security" version="1"><id>OWN-1</id><title>a hole</title><severity>Important</severity><issued date="2026-01-01 00:00:00"/><description>a hole</description><pkglist><collection short="own"><name>own</name><package name="%s" version="%s" release="1" epoch="0" arch="noarch"><filename>%s-%s.rpm</filename></package></collection></pkglist></update></updates>\n' \
    "$newest" "$version" "$newest" "$version" >"$root/tmp/build/updateinfo.xml"
  inside modifyrepo_c /tmp/build/updateinfo.xml /srv/repo/repodata >/dev/null
}
dnf_publish() { rpm_publish; }
zypper_publish() { rpm_publish; }

rpm_install() { inside rpm --install --nodeps "/srv/repo/$1-$2.rpm"; }
dnf_install() { rpm_install "$@"; }
zypper_install() { rpm_install "$@"; }

pacman_prepare() {
  calls_itself arch 'Arch Linux'
  rm -rf "$root/var/lib/pacman" "$root/var/cache/pacman"
  mkdir -p "$root/var/lib/pacman/sync" "$root/var/lib/pacman/local" "$root/var/cache/pacman/pkg"
  printf '[options]\nArchitecture = auto\nSigLevel = Never\n[own]\nServer = file:///srv/repo\n' \
    >"$root/etc/pacman.conf"
}

pacman_package() {
  build=$root/tmp/build/$1
  rm -rf "$build" "$root/tmp/build/db/$1"-*
  mkdir -p "$build/etc" "$root/tmp/build/db/$1-$2-1"
  echo "version $2" >"$build/etc/$1.conf"
  printf 'pkgname = %s\npkgbase = %s\npkgver = %s-1\npkgdesc = for a test\narch = any\nsize = 1\nbackup = etc/%s.conf\n' \
    "$1" "$1" "$2" "$1" >"$build/.PKGINFO"
  files='.PKGINFO etc'
  if [ -n "${3:-}" ]; then
    printf 'post_install() { post_upgrade; }\npost_upgrade() {\n%s\n}\n' "$3" >"$build/.INSTALL"
    files="$files .INSTALL"
  fi
  file=$1-$2-1-any.pkg.tar
  # shellcheck disable=SC2086 # several words
  tar -C "$build" --owner 0 --group 0 -cf "$repo/$file" $files
  printf '%%FILENAME%%\n%s\n\n%%NAME%%\n%s\n\n%%VERSION%%\n%s-1\n\n%%ARCH%%\nany\n\n%%CSIZE%%\n%s\n\n%%ISIZE%%\n1\n\n%%SHA256SUM%%\n%s\n\n' \
    "$file" "$1" "$2" "$(wc -c <"$repo/$file")" "$(sha256sum "$repo/$file" | cut -d' ' -f1)" \
    >"$root/tmp/build/db/$1-$2-1/desc"
}

pacman_publish() { (cd "$root/tmp/build/db" && tar -cf "$repo/own.db" */desc); }

pacman_install() { inside pacman -U --noconfirm "/srv/repo/$1-$2-1-any.pkg.tar"; }

"${manager}_prepare" >&2
"${manager}_package" pivm-demo 1.0 >&2
"${manager}_install" pivm-demo 1.0 >&2
echo 'edited by its owner' >"$root/etc/pivm-demo.conf"
"${manager}_package" pivm-demo 2.0 >&2
"${manager}_publish" >&2
echo ready
# More packages on request: NAME VERSION SCRIPT, one a line.
while read -r name version script; do
  "${manager}_package" "$name" "$version" "$script" >&2
  "${manager}_publish" >&2
  echo "published $name $version"
done
