#!/usr/bin/env python3
"""Which rows of a record notice when a parameter of its scenario changes?

Changes each parameter below by a share (default 30%) down and up, runs `scenario verify` and prints a table: the rows whose
median leaves its band, and the independent row that moves most. "-" says that no row leaves its band: the record does not
identify that parameter by itself.

    scripts/sensitivity.py --program build/dev/src/cli/secondwave --runs 20

Data goes to standard output (--format table, csv or json), progress to standard error.
"""

import argparse
import csv
import json
import math
import os
import re
import subprocess
import sys

REGIONS = ("americas", "europe", "asia")


def of_classes(kind, key):
    return [f"population.class.{kind}-{region}.{key}" for region in REGIONS]


# What is changed together, and what it is called.
PARAMETERS = {
    "vulnerable hosts": ["population.vulnerable"],
    "mean scan rate": ["worm.scan_rate_per_s"],
    "inequality of rates (gamma shape)": ["worm.scan_rate_shape"],
    "success of a hit": ["worm.success_probability"],
    "success on 1 August": ["worm.success_change.0.factor"],
    "first hosts": ["outbreak.initially_infected"],
    "wrong dates": ["population.clock.0.share"],
    "clocks wrong by hours": ["population.clock.1.share"],
    "restarts": ["response.reboots.rate_per_h"],
    "patched, always on": ["response.patch-always-on.share"],
    "patched, others": ["response.patch-on-off.share"],
    "time to patch": ["response.patch-always-on.time_constant_h", "response.patch-on-off.time_constant_h"],
    "time to a new address": of_classes("dynamic", "lease_h"),
    "share of machines with such addresses": of_classes("dynamic", "share"),
    "share of office machines": of_classes("office", "share"),
    "share of home machines": of_classes("home", "share"),
    "rate of home machines": of_classes("home", "scan_rate_factor"),
}
WHOLE = {"population.vulnerable", "outbreak.initially_infected"}
AT_MOST_1 = ("success_change.0.factor", ".share", "success_probability")


def program_json(program, *arguments):
    ended = subprocess.run([program, *arguments, "--format", "json", "--quiet"], stdout=subprocess.PIPE, check=False)
    if ended.returncode not in (0, 1) or not ended.stdout:
        sys.exit(f"sensitivity: {' '.join(arguments)} ended with exit code {ended.returncode}")
    return json.loads(ended.stdout)


def base_values(program, scenario):
    rows = program_json(program, "scenario", "explain", scenario)["parameters"]
    return {row["parameter"]: row["value"] for row in rows}


def changed(key, value, factor):
    value = float(value) * factor
    is_probability = key.endswith(AT_MOST_1) and not key.startswith("population.class.")
    value = min(value, 1.0) if is_probability else value
    return f"{key}={round(value) if key in WHOLE else float(f'{value:.6g}')}"


def verify(program, options, sets):
    words = [word for one in sets for word in ("--set", one)]
    return program_json(program, "scenario", "verify", options.scenario, "--runs", str(options.runs), "--seed",
                        str(options.seed), "--jobs", str(options.jobs), *words)["rows"]


def missed(rows):
    return [row for row in rows if row["gated"] and not row["holds"]]


def names(rows):
    """Independent rows first; those that set a parameter in brackets."""
    independent = [row["name"] for row in rows if row["role"] == "independent"]
    others = [f"({row['name']})" for row in rows if row["role"] != "independent"]
    return ", ".join(independent + others) or "-"


def largest_move(base, down, up):
    """The independent row whose median moves furthest, in the logarithm, relative to the width of its band."""
    best = ("-", 0.0)
    for rows in (down, up):
        for before, after in zip(base, rows):
            if before["role"] != "independent" or not before["gated"]:
                continue
            if not before["simulated_median"] or not after["simulated_median"]:
                move = math.inf
            else:
                width = math.log(before["expected_high"] / before["expected_low"])
                move = math.log(after["simulated_median"] / before["simulated_median"]) / width
            if abs(move) > abs(best[1]):
                best = (before["name"], move)
    return best


def table(program, options):
    """A row for each parameter, as it comes."""
    values = base_values(program, options.scenario)
    base = verify(program, options, [])
    yield {"parameter": "(none)", "value": "", "down": names(missed(base)), "up": "", "independent_breaks": "",
           "moves_most": "", "move_in_bands": ""}
    for label, keys in PARAMETERS.items():
        absent = [key for key in keys if key not in values]
        if absent:
            sys.exit(f"sensitivity: {options.scenario} has no {absent[0]}")
        sides = {}
        for side, factor in (("down", 1 - options.by), ("up", 1 + options.by)):
            print(f"{label} x {factor:g}", file=sys.stderr)
            sides[side] = verify(program, options, [changed(key, values[key], factor) for key in keys])
        name, move = largest_move(base, sides["down"], sides["up"])
        lost = missed(sides["down"]) + missed(sides["up"])
        yield {"parameter": label, "value": values[keys[0]], "down": names(missed(sides["down"])),
               "up": names(missed(sides["up"])),
               "independent_breaks": "yes" if any(row["role"] == "independent" for row in lost) else "no",
               "moves_most": name, "move_in_bands": f"{move:+.2f}"}


def show(rows, form):
    """Each row as soon as it is known, but for JSON, which is one object."""
    if form == "json":
        json.dump({"sensitivity": list(rows)}, sys.stdout, indent=2)
        print()
        return
    for number, row in enumerate(rows):
        if form == "csv":
            writer = csv.DictWriter(sys.stdout, list(row), lineterminator="\n")
            if number == 0:
                writer.writeheader()
            writer.writerow(row)
        else:
            if number == 0:
                print("| " + " | ".join(row) + " |\n|" + "---|" * len(row))
            print("| " + " | ".join(str(value) for value in row.values()) + " |")
        sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="secondwave", help="the program; default: secondwave on the PATH")
    parser.add_argument("--scenario", default="code-red-2001")
    parser.add_argument("--by", type=float, default=0.3, help="the share by which each parameter changes; default 0.3")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2001)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--only", default="", help="parameters whose name matches this regular expression; default: all")
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    options = parser.parse_args()
    if not 0 < options.by < 1:
        parser.error("--by lies between 0 and 1")
    for label in [label for label in PARAMETERS if not re.search(options.only, label)]:
        del PARAMETERS[label]
    program = os.path.expanduser(options.program)
    show(table(program, options), options.format)


if __name__ == "__main__":
    main()
