#!/usr/bin/env python3
"""Coverage, Kolmogorov-Smirnov p-values and histograms of ranks from what calibrate_inference prints.

    calibration_table.py PICTURE.svg NAME=FILE.csv...

Prints a table in Markdown; the picture holds one small histogram of ranks (20 bins) for each quantity of each file.
"""
import collections
import csv
import math
import sys


def ks_p(ranks):
    ranks, n = sorted(ranks), len(ranks)
    d = max(max((i + 1) / n - x, x - i / n) for i, x in enumerate(ranks))
    t = (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * d
    if t < 0.2:
        return 1.0
    return min(1.0, max(0.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * t * t) for k in range(1, 101))))


def share(rows, low, high):
    return sum(float(r[low]) <= float(r["truth"]) <= float(r[high]) for r in rows) / len(rows)


def histogram(ranks, x, y, title):
    bins = [0] * 20
    for rank in ranks:
        bins[min(int(rank * 20), 19)] += 1
    n, mean = len(ranks), len(ranks) / 20
    margin = 2.576 * math.sqrt(n / 20 * 0.95)
    scale = 60 / (2.5 * mean)
    out = ['<g transform="translate(%d,%d)"><text x="0" y="-4">%s</text>' % (x, y, title)]
    out.append('<rect x="0" y="%.1f" width="160" height="%.1f" fill="#e8eef6"/>'
               % (60 - (mean + margin) * scale, 2 * margin * scale))
    for i, count in enumerate(bins):
        height = min(count * scale, 60)
        out.append('<rect x="%d" y="%.1f" width="7" height="%.1f" fill="#1f5fa8"/>' % (8 * i, 60 - height, height))
    out.append("</g>")
    return "\n".join(out)


def main():
    picture, inputs = sys.argv[1], [argument.split("=", 1) for argument in sys.argv[2:]]
    charts = []
    print("| model, kind | quantity | outbreaks | 90% interval holds | 80% | mean rank | ranks |")
    print("|---|---|---|---|---|---|---|")
    for row, (name, path) in enumerate(inputs):
        by_quantity, refused, alarms, tested = collections.OrderedDict(), collections.Counter(), 0, 0
        with open(path, newline="") as file:
            for r in csv.DictReader(file):
                if r["quantity"] == "none":
                    refused[r["error"].split(":")[0][:60]] += 1
                    continue
                by_quantity.setdefault(r["quantity"], []).append(r)
        for column, (quantity, rows) in enumerate(by_quantity.items()):
            ranks = [float(r["rank"]) for r in rows]
            held = share(rows, "p05", "p95")
            print("| %s | %s | %d | %.3f +- %.3f | %.3f | %.3f | %.2g |"
                  % (name, quantity, len(rows), held, 1.96 * math.sqrt(held * (1 - held) / len(rows)),
                     share(rows, "p10", "p90"), sum(ranks) / len(ranks), ks_p(ranks)))
            charts.append(histogram(ranks, 20 + 180 * column, 30 + 95 * row, "%s: %s" % (name, quantity)))
            if column == 0:
                p = [float(r["p_value"]) for r in rows if float(r["p_value"]) >= 0]
                alarms, tested = sum(x < 0.05 for x in p), len(p)
        print("<!-- %s: p < 0.05 in %d of %d; refused %s -->" % (name, alarms, tested, dict(refused)), file=sys.stderr)
    with open(picture, "w") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 930 %d" font-family="sans-serif" font-size="9">'
                   '<rect width="100%%" height="100%%" fill="white"/>\n%s\n</svg>\n'
                   % (30 + 95 * len(inputs), "\n".join(charts)))


main()
