#!/usr/bin/env bash
# Measures PIVM and prints a Markdown table. Uses this machine alone, ten minutes or so.
#   benchmarks/run.sh [ROUNDS]     how often each thing is measured (5); the median counts
set -eu

here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}
rounds=${1:-5}

"$root/pivm" version >/dev/null
jdk=$(PIVM_SHOW=jdk "$root/pivm")
target=$here/target
if [[ ! -e $target/built || -n $(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main -newer "$target/built" -print -quit) ]]; then
  mkdir -p "$target"
  (cd "$root" && JAVA_HOME=$jdk mvn -B -q -DskipTests -Dspotless.check.skip package -pl benchmarks -am) >"$target/build.log" 2>&1 || {
    printf 'benchmarks: the build failed; see %s\n' "$target/build.log" >&2
    exit 1
  }
  touch "$target/built"
fi

classpath="$target/classes:$target/lib/*"
"$jdk/bin/java" -Xmx1g -cp "$classpath" org.openjdk.jmh.Main -jvmArgs -Xmx1g \
  -rf csv -rff "$target/jmh.csv" PlanBenchmark >"$target/jmh.log" 2>&1
printf 'load %s on %s processors\n\n' "$(cut -d ' ' -f 1-3 /proc/loadavg)" "$(nproc)"
exec "$jdk/bin/java" -Xmx1g -cp "$classpath" pivm.benchmarks.Report "$root/pivm" "$rounds" "$target/jmh.csv"
