# shellcheck shell=bash
# Becomes java. Sourced by the launchers, which have set
#   java     the program
#   dist     the folder with lib/pivm.jar and the start-up cache
#   home     the folder with variables.json and the manifests that are meant where no other is
#   shipped  the folder with the tree as it is shipped
# This is paid at every start, so nothing here forks.

# Java reads and writes file names in the locale's character set; in plain C only ASCII would do.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac

# What Java can't tell cheaply: which of its streams are terminals, and how wide.
terminals=
for stream in 0 1 2; do
  [[ -t $stream ]] && terminals+=$stream
done
columns=
if [[ $terminals == *[12]* ]]; then
  shopt -s checkwinsize
  (:)
  columns=${COLUMNS:-}
fi

# Whether the manifests that are meant declare images. Those are hashed as they come, and only the
# second compiler knows the processor's instructions for that: ten times as fast.
declares_images() {
  local folder=$PWD text=
  while [[ -n $folder && ! -d $folder/compute/guest ]]; do
    folder=${folder%/*}
  done
  folder=${folder:-$home}/storage/host/proxmox_iso_sync.json
  [[ -r $folder ]] || return 1
  IFS= read -r -d '' text <"$folder"
  [[ $text == *'"os"'* ]]
}

# The cache is of no use to a heap beyond 32 GiB, which is Java's own choice on a large node.
# It is mapped where it was made for instead of being moved, and what the build ran often is not
# compiled before it is needed here: without these two a start works a tenth of a second more.
# Short commands start fastest with the first compiler alone, and with a small space for what is new
# they stay in the processor's caches; what runs for long wants both compilers.
flags=(-Xlog:disable -Xlog:all=error:stderr -XX:+UseSerialGC -XX:-UsePerfData -Xmx2g
  -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:-AOTReplayTraining
  "-XX:AOTCache=$dist/pivm.aot" "-Dpivm.home=$home" "-Dpivm.shipped=$shipped"
  "-Dpivm.terminals=$terminals" "-Dpivm.columns=$columns")
quick=(-XX:TieredStopAtLevel=1 -Xmn16m)
case "$* " in
  sim\ * | images\ * | apply\ *images\ *) ;;
  apply\ * | resume\ *) declares_images || flags+=("${quick[@]}") ;;
  *) flags+=("${quick[@]}") ;;
esac
exec "$java" "${flags[@]}" -cp "$dist/lib/pivm.jar" pivm.cli.Main "$@"
