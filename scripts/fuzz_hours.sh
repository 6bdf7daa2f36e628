#!/usr/bin/env bash
# Searches for hostile input for as long as it is told to: each fuzz target in turn, from its committed corpus and what earlier
# searches kept. What it finds stays, and is said.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$top/scripts/lib.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/fuzz_hours.sh [--minutes M] [--no-build] [TARGET...]

Builds the fuzz targets (clang-16, AddressSanitizer and UndefinedBehaviorSanitizer) and runs each for M minutes (default 60),
or those that are named: cells, pcap, web_log ... (tests/fuzz/fuzz_TARGET.cpp).

  build/fuzz-hours/corpus/TARGET     inputs that reached something new: the next search begins with them
  build/fuzz-hours/findings/TARGET   inputs that crashed, hung or ate memory; also copied nowhere else: make a regression
                                     of each in tests/fuzz/corpus/TARGET once it is fixed
  build/fuzz-hours/TARGET.log        the log of the last search

Prints a line a target: minutes, runs, edges covered, findings. Exit code 0 where nothing was found, 1 where something was.
TEXT
}

minutes=60
build=yes
targets=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --minutes) if [[ $# -lt 2 || ! $2 =~ ^[0-9]+$ || $2 -eq 0 ]]; then say "fuzz_hours.sh: --minutes needs a whole number"; exit 2; fi; minutes=$2; shift ;;
    --no-build) build=no ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) targets+=("$1") ;;
  esac
  shift
done

cd "$top"
if [[ ${#targets[@]} -eq 0 ]]; then
  for file in tests/fuzz/fuzz_*.cpp; do
    name=${file##*/fuzz_}
    targets+=("${name%.cpp}")
  done
fi
for target in "${targets[@]}"; do
  if [[ ! -f tests/fuzz/fuzz_$target.cpp ]]; then say "fuzz_hours.sh: there is no fuzz target '$target'"; exit 2; fi
done

folder=build/fuzz-hours
keep_inside
if [[ $build == yes ]]; then
  cmake -S . -B $folder/tree -G Ninja -DCMAKE_CXX_COMPILER=clang++-16 -DCMAKE_BUILD_TYPE=Debug -DSECONDWAVE_TESTS=ON \
    -DSECONDWAVE_FUZZ=ON -DCMAKE_CXX_FLAGS="-O1 -g1 -fno-omit-frame-pointer" -DCMAKE_CXX_FLAGS_DEBUG= >/dev/null
  ninja -C $folder/tree -j "$(build_jobs)" "${targets[@]/#/fuzz_}" >&2
fi

found_any=0
printf '%-14s %8s %14s %8s %9s\n' target minutes runs edges findings
for target in "${targets[@]}"; do
  mkdir -p "$folder/corpus/$target" "$folder/findings/$target"
  log=$folder/$target.log
  # One finding ends a run of libFuzzer: it goes on with what is left of the time.
  until=$((SECONDS + minutes * 60))
  : >"$log"
  while [[ $SECONDS -lt $until ]]; do
    nice -n 19 "$folder/tree/tests/fuzz/fuzz_$target" "$folder/corpus/$target" "tests/fuzz/corpus/$target" \
      -max_total_time=$((until - SECONDS)) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="$folder/findings/$target/" >>"$log" 2>&1 && break
    printf '%s: found something, see %s\n' "$target" "$log" >&2
  done
  runs=$(awk '/stat::number_of_executed_units/ {sum += $2} END {printf "%d", sum}' "$log")
  edges=$(awk '{for (i = 1; i < NF; i++) if ($i == "cov:") most = $(i + 1) > most ? $(i + 1) : most} END {printf "%d", most}' "$log")
  findings=$(find "$folder/findings/$target" -type f | wc -l)
  printf '%-14s %8d %14d %8d %9d\n' "$target" "$minutes" "$runs" "$edges" "$findings"
  if [[ $findings -gt 0 ]]; then found_any=1; fi
done
exit $found_any
