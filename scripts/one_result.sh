#!/usr/bin/env bash
# One result on every machine: runs the cases of tests/golden/run_hashes.txt with several builds of the program, on 1, 2
# and 3 threads, and with the processor's AVX2 and FMA hidden from libm and libc, and compares every hash with the
# committed one.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$top/scripts/lib.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/one_result.sh [--golden FILE] [--update] NAME=PROGRAM...

  NAME=PROGRAM   a build of secondwave and what to call it, as in gcc-O2=build/release/prefix/bin/secondwave
  --golden FILE  cases, default tests/golden/run_hashes.txt: a hash, then the arguments of `secondwave simulate`
  --update       write the hashes of the first program into the file instead of comparing; use it only when the model's
                 version was raised on purpose

Exit code 0 when all hashes are equal, 1 when one differs, 2 for wrong usage.
TEXT
}

golden=$top/tests/golden/run_hashes.txt
update=no
programs=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --golden) shift; golden=${1:-} ;;
    --update) update=yes ;;
    -h | --help) usage; exit 0 ;;
    *=*) programs+=("$1") ;;
    *) say "one_result.sh: '$1' is neither an option nor NAME=PROGRAM"; usage >&2; exit 2 ;;
  esac
  shift
done
if [[ ${#programs[@]} -eq 0 ]]; then usage >&2; exit 2; fi
if [[ ! -r $golden ]]; then die "cannot read the cases in '$golden'."; fi
export SECONDWAVE_DATA=${SECONDWAVE_DATA:-$top}

# Names as of glibc 2.33 and later (this machine: 2.36 on Debian 12). An unknown name is ignored without a word, so the
# effect is looked at below.
mask=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F
features() { "$loader" --list-diagnostics 2>/dev/null | grep -E 'features\[.*active'; }
loader=$(find /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-*.so.* 2>/dev/null | head -n 1 || true)
masked=no
if grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
  if [[ -n $loader && $(features) != "$(GLIBC_TUNABLES=$mask features)" ]]; then
    masked=yes
  else
    die "this processor has AVX2, but GLIBC_TUNABLES does not hide it from this C library."
  fi
else
  say "This processor has no AVX2: nothing to mask."
fi

# hash_of PROGRAM ARGUMENT...: the run hash that the program prints, or the end of what it said.
hash_of() {
  local program=$1 answer
  shift
  if ! answer=$("$program" simulate "$@" --format json --quiet 2>&1 </dev/null); then
    printf 'failed: %s' "$(printf '%s' "$answer" | tail -n 1)"
    return
  fi
  answer=$(grep -o '"run_hash" *: *"[0-9a-f]*"' <<<"$answer" | head -n 1 | sed 's/.*"\([0-9a-f]*\)"$/\1/')
  printf '%s' "${answer:-no run_hash in the answer}"
}

if [[ $update == yes ]]; then
  program=${programs[0]#*=}
  renewed=$(mktemp)
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ -z $line || $line == \#* ]]; then printf '%s\n' "$line"; continue; fi
    read -r -a words <<<"$line"
    hash=$(hash_of "$program" "${words[@]:1}")
    if ! [[ $hash =~ ^[0-9a-f]{64}$ ]]; then die "${words[*]:1}: $hash"; fi
    printf '%s %s\n' "$hash" "${words[*]:1}"
  done <"$golden" >"$renewed"
  cat "$renewed" >"$golden"
  rm "$renewed"
  say "Wrote $golden. Say in CHANGELOG.md why the hashes changed."
  exit 0
fi

compared=0
different=0
# compare WHAT EXPECTED PROGRAM ARGUMENT...
compare() {
  local what=$1 expected=$2 found
  shift 2
  found=$(hash_of "$@")
  compared=$((compared + 1))
  if [[ $found != "$expected" ]]; then
    different=$((different + 1))
    printf 'DIFFERS  %s: %s\n  expected %s\n  found    %s\n' "$what" "${*:2}" "$expected" "$found"
  fi
}

cases=0
while IFS= read -r line || [[ -n $line ]]; do
  if [[ -z $line || $line == \#* ]]; then continue; fi
  read -r -a words <<<"$line"
  if [[ ${#words[@]} -lt 2 || ! ${words[0]} =~ ^[0-9a-f]{64}$ ]]; then
    die "$golden: a line must be 64 hex digits and then arguments, not '$line'."
  fi
  cases=$((cases + 1))
  for entry in "${programs[@]}"; do
    for jobs in 1 2 3; do
      compare "${entry%%=*}, $jobs threads" "${words[0]}" "${entry#*=}" "${words[@]:1}" --jobs "$jobs"
    done
    if [[ $masked == yes ]]; then
      GLIBC_TUNABLES=$mask compare "${entry%%=*}, AVX2 and FMA masked" "${words[0]}" "${entry#*=}" "${words[@]:1}" --jobs 2
    fi
  done
done <"$golden"
if [[ $cases -eq 0 ]]; then die "$golden holds no case."; fi
printf '%d hashes over %d cases and %d programs: %d differ\n' "$compared" "$cases" "${#programs[@]}" "$different"
[[ $different -eq 0 ]]
