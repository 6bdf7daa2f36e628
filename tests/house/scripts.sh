#!/usr/bin/env bash
# The scripts are free of shellcheck's findings, answer --help, and refuse unknown options with exit code 2.
# shellcheck source=tests/house/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$source_dir"

for script in quickstart check .ci/run scripts/*.sh tests/house/*.sh; do
  checked=$((checked + 1))
  bash -n "$script" || fail "$script does not parse"
  if [[ $script != */lib.sh && ! -x $script ]]; then fail "$script is not executable"; fi
done

for script in quickstart check scripts/one_result.sh; do
  checked=$((checked + 2))
  "./$script" --help | grep -q '^Usage: ' || fail "$script --help shows no usage"
  code=0
  "./$script" --no-such-option >"$work/said" 2>&1 || code=$?
  [[ $code -eq 2 ]] || fail "$script --no-such-option: exit code $code"
done

# Where nothing can be installed, the scripts say so and name what is needed.
bare=$work/bare
mkdir -p "$bare"
for tool in bash dirname cat nproc awk; do ln -sf "$(command -v "$tool")" "$bare/$tool"; done
checked=$((checked + 1))
code=0
PATH=$bare ./quickstart >"$work/said" 2>&1 || code=$?
if [[ $code -ne 1 ]] || ! grep -q 'this is not Debian' "$work/said" || ! grep -q 'libtomlplusplus-dev' "$work/said"; then
  fail "quickstart without apt-get: exit code $code, $(cat "$work/said")"
fi

if ! command -v shellcheck >/dev/null; then
  printf 'shellcheck is not installed: the scripts were not linted\n'
  finish && exit 77
fi
checked=$((checked + 1))
shellcheck -x quickstart check .ci/run scripts/*.sh tests/house/*.sh || fail "shellcheck"

finish
