#!/usr/bin/env bash
# Every room has a page that presents it, tests, and files short enough to read; every link in the documents leads
# somewhere.
# shellcheck source=tests/house/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$source_dir"

longest=450
while IFS= read -r file; do
  checked=$((checked + 1))
  lines=$(wc -l <"$file")
  if [[ $lines -gt $longest ]]; then fail "$file has $lines lines, more than $longest: split it"; fi
done < <(find src -type f \( -name '*.cpp' -o -name '*.hpp' \))

while IFS= read -r file; do
  fail "$file: src holds only *.hpp, *.cpp, CMakeLists.txt and README.md"
done < <(find src -type f ! -name '*.cpp' ! -name '*.hpp' ! -name CMakeLists.txt ! -name README.md)

for room in src/*/; do
  room=$(basename "$room")
  checked=$((checked + 1))
  [[ -s src/$room/README.md ]] || fail "src/$room has no README.md"
  grep -qs "test" "tests/$room/CMakeLists.txt" || fail "tests/$room/CMakeLists.txt registers no test"
  grep -q "\b$room\b" docs/README.md || fail "docs/README.md, the map of the house, does not show the room $room"
done

# Links of Markdown files to files of the project.
while IFS= read -r page; do
  while IFS= read -r link; do
    target=${link%%#*}
    if [[ -z $target || $target == *://* || $target == mailto:* ]]; then continue; fi
    checked=$((checked + 1))
    [[ -e $(dirname "$page")/$target ]] || fail "$page links to $target, which is not there"
  done < <(grep -o ']([^) ]*)' "$page" | sed 's/^](//; s/)$//')
done < <(find . -name '*.md' -not -path './build/*' -not -path './.git/*' -not -path './results/*')

finish
