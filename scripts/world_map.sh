#!/usr/bin/env bash
# Fetches the shapes of countries for the world map of `secondwave census --out` from the npm registry: one file of the
# package world-atlas (ISC licence; made from Natural Earth, public domain). Done once, before configuring: CMake then
# installs the file with the program, which never needs the network for it. Without it there is no map, and nothing else
# is missing (docs/decisions/0012-shapes-of-countries.md).
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib.sh
source "$top/scripts/lib.sh"

package=world-atlas@2.0.2
name=countries-110m.json
sum=2516c915867c7baf18ddec727aec46c315541a07cfb3d79a6559b05d5e94eee8
folder=$top/build/world-atlas

if [[ ${1:-} == --help ]]; then
  sed -n '2,5s/^# //p' "$0"
  exit 0
fi
if [[ -f $folder/$name ]] && sha256sum --quiet --check <<<"$sum  $folder/$name" >/dev/null 2>&1; then
  say "The shapes are in $folder already."
  exit 0
fi
command -v npm >/dev/null || die "npm is not installed, so the shapes of countries cannot be fetched." \
  "Install it (apt-get install npm), or put $name of $package into $folder yourself."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package" >/dev/null) || die "npm could not fetch $package." "Is there a network?"
tar -xzf "$work"/world-atlas-*.tgz -C "$work" "package/$name" package/LICENSE
sha256sum --quiet --check <<<"$sum  $work/package/$name" || die "$name of $package is not the file that was expected."
mkdir -p "$folder"
cp "$work/package/$name" "$work/package/LICENSE" "$folder"
say "The shapes are in $folder; configure again, and they are installed with the program."
