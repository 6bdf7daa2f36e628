# shellcheck shell=bash
# What the tests of this folder share. Each is called with the source folder and a folder of its own to write in.
set -euo pipefail
# shellcheck disable=SC2034
source_dir=$1
work=$2
rm -rf "$work"
mkdir -p "$work"
failures=0

fail() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}

# Ends the test: exit code 1 where anything failed, or where nothing was checked at all.
checked=0
finish() {
  printf '%d checked, %d failed\n' "$checked" "$failures"
  [[ $failures -eq 0 && $checked -gt 0 ]]
}

# fresh_tree: a copy of what configuring needs, in $tree.
fresh_tree() {
  tree=$work/tree
  rm -rf "$tree" "$work/build"
  mkdir -p "$tree"
  cp -r "$source_dir/CMakeLists.txt" "$source_dir/cmake" "$source_dir/src" "$tree/"
}

configure_tree() {
  "${SECONDWAVE_CMAKE:-cmake}" -S "$tree" -B "$work/build" -G Ninja >"$work/configure.log" 2>&1
}

# must_configure WHAT: configuring $tree succeeds.
must_configure() {
  checked=$((checked + 1))
  if ! configure_tree; then
    fail "$1: configuring stopped"
    cat "$work/configure.log"
  fi
}

# must_stop WHAT MESSAGE: configuring $tree fails and says MESSAGE.
must_stop() {
  checked=$((checked + 1))
  if configure_tree; then
    fail "$1: configuring went on"
  # CMake folds its messages, so blanks and line ends count alike.
  elif ! tr -s ' \n' '  ' <"$work/configure.log" | grep -qF -- "$2"; then
    fail "$1: stopped, but without saying '$2'"
    cat "$work/configure.log"
  fi
}
