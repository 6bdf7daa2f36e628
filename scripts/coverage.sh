#!/usr/bin/env bash
# How many lines of each reader the quick tests of the rooms run through (gcov), and which they miss.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$top/scripts/lib.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/coverage.sh [--missing] [ROOM...]

Builds the tests of the rooms (default: ingest) with gcov in build/coverage, runs them, and prints a line a source file: lines,
lines run, percent. --missing also lists the lines that no test runs. Exit code 1 where a file is below 85%.
TEXT
}

show_missing=no
rooms=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --missing) show_missing=yes ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) rooms+=("$1") ;;
  esac
  shift
done
if [[ ${#rooms[@]} -eq 0 ]]; then rooms=(ingest); fi

cd "$top"
keep_inside
folder=build/coverage
cmake -S . -B $folder -G Ninja -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Debug -DSECONDWAVE_TESTS=ON \
  -DCMAKE_CXX_FLAGS="-O0 -g1 --coverage -fprofile-abs-path" -DCMAKE_CXX_FLAGS_DEBUG= >/dev/null
ninja -C $folder -j "$(build_jobs)" "${rooms[@]/#/test_}" >&2
find $folder -name '*.gcda' -delete
for room in "${rooms[@]}"; do "$folder/tests/$room/test_$room" --gtest_brief=1 >&2; done

low=0
printf '%-40s %6s %6s %8s\n' file lines run percent
for room in "${rooms[@]}"; do
  while IFS= read -r notes; do
    source=$(basename "${notes%.gcno}")
    found=$(cd "$folder" && gcov --stdout "${notes#"$folder"/}" 2>/dev/null |
      awk -v want="/src/$room/${source}" -v show="$show_missing" '
        /:    0:Source:/ {on = index($0, want) > 0 && substr($0, length($0) - length(want) + 1) == want; next}
        on {
          split($0, part, ":"); count = part[1]; gsub(/ /, "", count)
          if (count == "-") next
          lines++
          if (count !~ /^[#=]/) {run++; next}
          number = part[2]; gsub(/ /, "", number); list = list " " number
        }
        END {printf "%d %d %s", lines, run, show == "yes" ? list : ""}')
    read -r lines run list <<<"$found"
    if [[ $lines -eq 0 ]]; then continue; fi
    printf '%-40s %6d %6d %7d%%%s\n' "src/$room/$source" "$lines" "$run" "$((100 * run / lines))" "${list:+  missing: $list}"
    if [[ $((100 * run)) -lt $((85 * lines)) ]]; then low=1; fi
  done < <(find "$folder/src/$room/CMakeFiles/secondwave_$room.dir" -name '*.gcno' | sort)
done
exit $low
