#!/usr/bin/env bash
# scripts/one_result.sh itself: it must see a hash that differs on some number of threads, a program that fails, and a
# list without cases. The programs here are small stand-ins that print hashes as told.
# shellcheck source=tests/house/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

hash=$(printf 'a%.0s' {1..64})
other=$(printf 'b%.0s' {1..64})

# stand_in NAME BODY: a program that sees its arguments as "$*".
stand_in() {
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"$work/$1"
  chmod +x "$work/$1"
}
# shellcheck disable=SC2016  # these are programs, not text to expand here
{
  stand_in good "printf '{\"run_hash\": \"$hash\"}'"
  stand_in threads 'h='"$hash"'; [[ "$*" == *"--jobs 3"* ]] && h='"$other"'; printf "{\"run_hash\": \"%s\"}" "$h"'
  stand_in masked 'h='"$hash"'; [[ -n ${GLIBC_TUNABLES:-} ]] && h='"$other"'; printf "{\"run_hash\": \"%s\"}" "$h"'
  stand_in broken 'echo "no such scenario" >&2; exit 3'
  stand_in mute 'true'
}
printf '# a comment\n\n%s uniform-si --runs 3 --seed 1\n%s code-red-july --runs 2 --seed 7\n' "$hash" "$hash" >"$work/cases"

# expect WHAT CODE TEXT ARGUMENT...
expect() {
  local what=$1 code=$2 text=$3 found=0
  shift 3
  checked=$((checked + 1))
  "$source_dir/scripts/one_result.sh" --golden "$work/cases" "$@" >"$work/said" 2>&1 || found=$?
  if [[ $found -ne $code ]] || ! grep -qF -- "$text" "$work/said"; then
    fail "$what: exit code $found, said: $(cat "$work/said")"
  fi
}

expect "equal hashes" 0 "0 differ" "one=$work/good" "two=$work/good"
expect "a hash that depends on threads" 1 "bad, 3 threads" "one=$work/good" "bad=$work/threads"
expect "a program that fails" 1 "failed: no such scenario" "bad=$work/broken"
expect "a program that says nothing" 1 "no run_hash" "bad=$work/mute"
expect "no program" 2 "Usage"
if grep -qw avx2 /proc/cpuinfo; then
  expect "a hash that depends on the processor" 1 "bad, AVX2 and FMA masked" "bad=$work/masked"
fi

printf '%s uniform-si --runs 3\n' "$other" >"$work/cases"
expect "update" 0 "Wrote" --update "one=$work/good"
checked=$((checked + 1))
[[ $(cat "$work/cases") == "$hash uniform-si --runs 3" ]] || fail "--update wrote: $(cat "$work/cases")"
printf '# nothing\n' >"$work/cases"
expect "no case" 1 "holds no case" "one=$work/good"
printf 'short uniform-si\n' >"$work/cases"
expect "a broken line" 1 "64 hex digits" "one=$work/good"

finish
