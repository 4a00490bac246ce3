#!/usr/bin/env bash
# Makes target/pivm_VERSION_ARCH.deb: PIVM with a Java runtime of its own. It needs what ./pivm needs
# to build, and dpkg-deb. The same sources and JDK give the same file, bit by bit.
set -eu
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"

die() {
  printf 'make-deb.sh: %s\n' "$1" >&2
  exit 1
}
case ${1-} in
  "") ;;
  -h | --help)
    sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *) die "it takes no arguments" ;;
esac
command -v dpkg-deb >/dev/null || die "dpkg-deb is missing: this is made on Debian (package dpkg)"

./pivm version >/dev/null
jdk=$(PIVM_SHOW=jdk ./pivm)
dist=cli/target/pivm
version=${PIVM_DEB_VERSION:-$(sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml | head -n 1)}
arch=$(dpkg --print-architecture)
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || printf 1768608000)}"
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC
umask 022

stage=target/deb/pivm
rm -rf target/deb
mkdir -p "$stage"/{DEBIAN,usr/bin,usr/lib/pivm/lib,usr/share/pivm,usr/share/doc/pivm}
lib=$stage/usr/lib/pivm

# The runtime: the modules that the jars use, and those that are only found at run time.
modules=$("$jdk/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps \
  "$dist"/lib/*.jar 2>/dev/null | tail -n 1)
"$jdk/bin/jlink" --add-modules "$modules,jdk.crypto.ec,jdk.unsupported" --strip-debug \
  --no-header-files --no-man-pages --compress zip-0 --output "$lib/runtime"
rm -f "$lib/runtime/bin/keytool" "$lib/runtime/lib/jexec"
mapfile -t elf < <(find "$lib/runtime" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jspawnhelper \))
if command -v strip >/dev/null; then
  strip --strip-unneeded --remove-section=.comment --remove-section=.note "${elf[@]}"
else
  printf 'make-deb.sh: without strip (package binutils) the package becomes some MiB larger\n' >&2
fi

cp "$dist"/lib/*.jar "$lib/lib/"
cp cli/src/launcher/start.sh "$lib/"
install -m 755 packaging/make-cache "$lib/make-cache"
install -m 755 packaging/pivm "$stage/usr/bin/pivm"

# The tree as `pivm setup` and `pivm init` lay it.
for part in variables.json GEMINI.md setup.sh uninstall.sh compute storage network; do
  [[ ! -e $part ]] || cp -r "$part" "$stage/usr/share/pivm/"
done
rm -rf "$stage/usr/share/pivm"/*/*/update-logs
cp README.md docs/*.md "$stage/usr/share/doc/pivm/"
cp -r docs/examples "$stage/usr/share/doc/pivm/"
cp packaging/debian/copyright "$stage/usr/share/doc/pivm/"
mkdir -p "$stage/usr/share/lintian/overrides"
cp packaging/debian/lintian-overrides "$stage/usr/share/lintian/overrides/pivm"
printf 'pivm (%s) unstable; urgency=medium\n\n  * The history of the sources tells what changed.\n\n -- PIVM <pivm@localhost>  %s\n' \
  "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$stage/usr/share/doc/pivm/changelog.gz"

# Completion and the manual are what the program itself says.
pivm() {
  "$lib/runtime/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dpivm.columns=100 \
    -cp "$lib/lib/pivm.jar" pivm.cli.Main "$@"
}
mkdir -p "$stage"/usr/share/{bash-completion/completions,zsh/vendor-completions,man/man1}
# shellcheck disable=SC2001
pivm completion bash | sed 's/^# on .* by /# by /' >"$stage/usr/share/bash-completion/completions/pivm"
cat >"$stage/usr/share/zsh/vendor-completions/_pivm" <<'END'
#compdef pivm
autoload -Uz +X bashcompinit && bashcompinit
source /usr/share/bash-completion/completions/pivm
END
{
  printf '.TH PIVM 1 "%s" "PIVM %s" "User Commands"\n.SH NAME\n' \
    "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" "$version"
  printf 'pivm \\- guests declared in JSON become running ones on Proxmox VE\n.SH SYNOPSIS\n.B pivm\n[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n.nf\n'
  pivm --help | sed -e 's/\\/\\e/g' -e "s/^\([.']\)/\\\\\&\1/" -e 's/-/\\-/g'
  printf '.fi\n.SH FILES\n.TP\n.I /etc/pivm\nmanifests and variables.json\n.TP\n.I /var/lib/pivm\nhistory, locks, what set-up made\n.TP\n.I /var/log/pivm\nwhat the timers wrote\n.SH SEE ALSO\n/usr/share/doc/pivm\n'
} | gzip -9n >"$stage/usr/share/man/man1/pivm.1.gz"

# What the runtime's programs are linked with.
libraries=$(ldd "${elf[@]}" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | sort -u |
  grep -v "^$root/" | while IFS= read -r file; do
  dpkg -S "$(readlink -f "$file")" 2>/dev/null || dpkg -S "$file" 2>/dev/null || true
done | cut -d: -f1 | sort -u | grep -v '^libc6$' || true)
glibc=$(grep -aoh 'GLIBC_2\.[0-9]*' "${elf[@]}" | sort -uV | tail -n 1)
depends="libc6 (>= ${glibc#GLIBC_})$(printf ', %s' $libraries | sed 's/^, $//')"

cat >"$stage/DEBIAN/control" <<END
Package: pivm
Version: $version
Architecture: $arch
Maintainer: PIVM <pivm@localhost>
Installed-Size: $(du -k -s --apparent-size "$stage/usr" | cut -f1)
Depends: $depends
Recommends: git, logrotate
Section: admin
Priority: optional
Description: guests declared in JSON become running ones on Proxmox VE
 PIVM compares manifests with a Proxmox VE cluster, shows the difference as a
 plan that says what each change does to the running guest, lets safety rails
 judge it, applies it, and proves by planning again that nothing is left.
 .
 The package brings a Java runtime of its own. "pivm setup" makes the folder
 for manifests, the timers and the API token.
END
install -m 755 packaging/debian/postinst packaging/debian/prerm "$stage/DEBIAN/"
(cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)

chmod -R u=rwX,go=rX "$stage"
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
deb=target/pivm_${version}_$arch.deb
dpkg-deb --root-owner-group -Zxz --build "$stage" "$deb" >/dev/null
size=$(stat -c %s "$deb")
printf '%s  %d MiB\n' "$deb" $((size / 1048576))
((size < 90 * 1048576)) || die "the package is larger than 90 MiB"
