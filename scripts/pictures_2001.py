#!/usr/bin/env python3
"""The pictures of docs/2001.md, from result folders and data/record, by gnuplot.

    secondwave scenario verify code-red-2001 --runs 200 --seed 2001 --out results/code-red-2001
    secondwave simulate code-red-2001-always-on --runs 40 --seed 2001 --out results/code-red-2001-always-on
    scripts/pictures_2001.py results/code-red-2001 results/code-red-2001-always-on docs/pictures
"""

import csv
import datetime
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
AUGUST = datetime.datetime(2001, 8, 1)
STYLE = """set terminal svg size 760,380 dynamic font 'DejaVu Sans,12' background '#ffffff'
set border 3 lc rgb '#777777'; set tics nomirror; set grid lc rgb '#dddddd'; set key left top Left reverse
band = '#9ecae1'; model = '#08519c'; plain = '#d95f0e'; seen = '#111111'
"""


def quantile(values, probability):
    values = sorted(values)
    at = probability * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def outcomes(folder):
    """Outcome to (5%, median, 95%) over the replicates of a result folder."""
    with open(folder / "replicates.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    out = {}
    for name in rows[0]:
        values = [float(row[name]) for row in rows if row[name] and name not in ("replicate", "digest")]
        if values:
            out[name] = tuple(quantile(values, p) for p in (0.05, 0.5, 0.95))
    return out


def record(file, series):
    with open(TOP / "data" / "record" / file, newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["series"] == series:
                yield datetime.datetime.strptime(row["time"], "%Y-%m-%dT%H:%M:%SZ"), float(row["count"])


def block(name, rows):
    return f"${name} << END\n" + "".join(" ".join(f"{value:.6g}" for value in row) + "\n" for row in rows) + "END\n"


def curve(folder, quantity):
    with open(folder / "curve.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["quantity"] == quantity and row["median"]:
                time = datetime.datetime.strptime(row["time"][:19], "%Y-%m-%dT%H:%M:%S")
                yield [(time - datetime.datetime(2001, 7, 1)).total_seconds() / 86400 + 1,
                       *(max(float(row[p]), 0.5) for p in ("p05", "median", "p95"))]


def summer(model):
    rows = [row for row in curve(model, "active") if row[0] >= 19.3]
    return block("active", rows) + """set logscale y; set yrange [1:500000]; set xrange [19:35]; set format y '10^{%L}'
set xtics ('19 July' 19, '22' 22, '25' 25, '28' 28, '1 August' 32, '3' 34); set ylabel 'copies that scan'
set arrow from 20, graph 0 to 20, graph 1 nohead dt 2 lc rgb '#777777'
set arrow from 32, graph 0 to 32, graph 1 nohead dt 2 lc rgb '#777777'; set key center top
plot $active using 1:2:4 with filledcurves lc rgb band title '90% of the runs', \\
  $active using 1:3 with lines lw 2 lc rgb model title 'median'
"""


def august(model, plain):
    def rows(folder):
        for name, (low, median, high) in outcomes(folder).items():
            found = re.fullmatch(r"august_addresses_(\d+)(?:_(\d+))?h", name)
            if found:
                yield [float(f"{found[1]}.{found[2] or 0}"), low / 1000, median / 1000, high / 1000]
    world = [[(time - AUGUST).total_seconds() / 3600, count / 1000] for series in ("press", "caida", "cert")
             for time, count in record("august-world.csv", series)]
    return (block("model", sorted(rows(model))) + block("plain", sorted(rows(plain))) + block("seen", world) +
            """set xrange [0:74]; set yrange [0:350]; set xlabel 'hours since 0 h UTC, 1 August'
set ylabel 'addresses seen, thousands'; set xtics 12
plot $model using 1:2:4 with filledcurves lc rgb band title 'code-red-2001, 90% of the runs', \\
  $model using 1:3 with linespoints pt 0 lw 2 lc rgb model title 'median', \\
  $plain using 1:3 with lines lw 2 dt 2 lc rgb plain title 'always on, at its best', \\
  $seen using 1:2 with points pt 7 ps 0.7 lc rgb seen title 'recorded'
""")


def first_hours(model, plain):
    def rows(folder):
        found = outcomes(folder)
        return [[hour, *(max(value, 0.5) for value in found[f"intelsat_hour_0{hour}"])] for hour in range(7)]
    seen = [[time.hour, count] for time, count in record("intelsat-16.csv", "intelsat-16-sources")]
    return (block("model", rows(model)) + block("plain", rows(plain)) + block("seen", seen) +
            """set logscale y; set yrange [5:1000]; set xrange [-0.3:6.3]; set xlabel 'hour of 1 August, UTC'
set ylabel 'sources at one /16 in the hour'
plot $model using 1:2:4 with filledcurves lc rgb band title 'code-red-2001, 90% of the runs', \\
  $model using 1:3 with lines lw 2 lc rgb model title 'median', \\
  $plain using 1:3 with lines lw 2 dt 2 lc rgb plain title 'always on, at its best', \\
  $seen using 1:2 with points pt 7 ps 0.8 lc rgb seen title 'recorded (Goldsmith)'
""")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    model, plain, out = map(pathlib.Path, sys.argv[1:])
    for name, text in (("summer-2001", summer(model)), ("august-2001", august(model, plain)),
                       ("first-hours-2001", first_hours(model, plain))):
        path = out / f"{name}.svg"
        subprocess.run(["gnuplot"], input=STYLE + f"set output '{path}'\n" + text, text=True, check=True)
        print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
