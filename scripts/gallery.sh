#!/usr/bin/env bash
# The pictures of docs/gallery.md: each outbreak as simulated (median and 90% of replicates) beside what was recorded.
#
#     scripts/gallery.sh PROGRAM [FOLDER]      # for example build/release/src/cli/secondwave docs/pictures
#
# Needs gnuplot. Runs and seed are written below; the same program gives the same pictures.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $# -lt 1 || $# -gt 2 || $1 == --help ]]; then sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2; fi
program=$(realpath "$1")
folder=${2:-docs/pictures}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SECONDWAVE_DATA=$PWD

# draw NAME RUNS UNIT_S UNIT HOURS QUANTITY SCALE RECORD...: a recorded point is time,count in UNIT since the start.
draw() {
  local name=$1 runs=$2 unit_s=$3 unit=$4 length=$5 quantity=$6 scale=$7 start
  shift 7
  "$program" simulate "$name" --runs "$runs" --seed 2001 --quiet --out "$scratch/$name" >/dev/null
  start=$(sed -n 's/^start = \(.*\)/\1/p' "scenarios/$name/scenario.toml")
  start=$(date -u -d "$start" +%s)
  # curve.csv: time,quantity,p05,p25,median,p75,p95
  grep ",$quantity," "$scratch/$name/curve.csv" | while IFS=, read -r time _ low _ median _ high; do
    if [[ -n $median ]]; then
      printf '%s %s %s %s\n' "$(date -u -d "$time" +%s.%N)" "$low" "$median" "$high"
    fi
  done | awk -v s="$start" -v u="$unit_s" -v k="$scale" '{print ($1 - s) / u, $2 * k, $3 * k, $4 * k}' >"$scratch/curve"
  printf '%s\n' "$@" | tr ',' ' ' >"$scratch/record"
  gnuplot >"$folder/gallery-$name.svg" <<END
set terminal svg size 480,260 dynamic noenhanced font 'DejaVu Sans,11' background '#ffffff'
set border 3 lc rgb '#777777'; set tics nomirror; set grid lc rgb '#dddddd'; set key bottom right
set format y '%.0s%c'; set yrange [0:*]; set xrange [0:$length]; set xlabel '$unit'; set samples 2
set title '$name: ${quantity//_/ }'
plot '$scratch/curve' using 1:2:4 with filledcurves lc rgb '#9ecae1' title '90% of runs', \
  '' using 1:3 with lines lw 2 lc rgb '#08519c' title 'median', \
  '$scratch/record' with points pt 7 ps 0.8 lc rgb '#111111' title 'recorded'
END
  printf '%s: %s\n' "$name" "$folder/gallery-$name.svg"
}

draw morris 40 3600 'hours after the release' 24 ever_infected 1 15,2000 24,2600
draw code-red-july 20 3600 'hours after 10:00 UTC' 14 ever_infected 1 14,359104
draw code-red-2-local 8 3600 'hours after the start' 24 ever_infected 1 24,440000
draw nimda 10 3600 'hours after 12:00 UTC' 24 active 1 7,160000 24,80000
draw slammer 40 60 'minutes after the start' 12 ever_infected 1 10,67500
draw blaster 10 86400 'days after 11 August 2003, 15:00 UTC' 4 ever_infected 1 0.5625,57000 2.1042,228000 3.2917,330000
draw witty 20 60 'minutes after the start' 90 ever_infected 1 0.167,110 45,12000 75,12000
draw sasser 8 3600 'hours after the start' 72 ever_infected 1 72,500000
draw conficker 8 86400 'days after 13 January 2009 (sixteenth x 16)' 3 ever_infected 16 0,2400000 1,3521230 3,8976038
draw mirai 20 3600 'hours after the release' 20 ever_infected 1 0.017,834 20,64500
draw wannacry 20 3600 'hours after 07:24 UTC' 12 ever_infected 1 7.65,230000
