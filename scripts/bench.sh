#!/usr/bin/env bash
# All benchmarks in one run into bench/record.json, so that rows can be held against the yardsticks of the same minutes.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$top/scripts/lib.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/bench.sh [--min-time SECONDS] [--out FILE] [--help]

Builds the benchmarks into build/bench and runs every one of them. Takes some minutes; the machine should be idle (its load
stands in the record).

  --min-time S   how long each benchmark repeats itself at least, default 0.1
  --out FILE     the record, default bench/record.json
TEXT
}

min_time=0.1
out=$top/bench/record.json
while [[ $# -gt 0 ]]; do
  case $1 in
    --min-time) shift; min_time=${1:-} ;;
    --out) shift; out=${1:-} ;;
    -h | --help) usage; exit 0 ;;
    *) say "bench.sh: unknown option '$1'"; usage >&2; exit 2 ;;
  esac
  shift
done
cd "$top"
keep_inside
cmake -S . -B build/bench -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON -DSECONDWAVE_BENCH=ON >build/bench.log
cmake --build build/bench -j "$(build_jobs)" >>build/bench.log

parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
for program in build/bench/bench/bench_*; do
  if [[ ! -x $program || -d $program ]]; then continue; fi
  say "-- ${program##*/} ..."
  "$program" --benchmark_min_time="$min_time" --benchmark_out="$parts/${program##*/}.json" --benchmark_out_format=json >&2
done
# Where the build was made is of no interest to anybody else.
jq -s '{context: (.[0].context | del(.executable, .host_name)), benchmarks: (map(.benchmarks) | add)}' "$parts"/*.json >"$out"
say "Wrote $out."
