#!/usr/bin/env python3
"""How right the census is about kinds of hosts and about hosts behind addresses: the tables of docs/quality.md.

usage: quality_census.py BUILD_FOLDER

Runs the program and the tests that were built there (a Release build: the worlds take half a minute). Prints Markdown:
precision and recall of each class on the labelled names with 95% intervals (Wilson), how often a confidence was right,
and how often the intervals of hosts hold the truth of simulated worlds. Never prints a name, so that nobody learns the
sealed set from it.
"""

import collections
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

QUESTIONS = ["access", "assignment", "role", "owner"]
BINS = [0.0, 0.5, 0.7, 0.8, 0.9, 1.01]


def wilson(hits, n):
    if n == 0:
        return None
    z = 1.96
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits, n):
    between = wilson(hits, n)
    return "-" if between is None else f"{hits / n:.2f} ({between[0]:.2f} to {between[1]:.2f})"


def labelled(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def classified(program, rows):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".tsv", newline="\n") as file:
        for row in rows:
            file.write(f"{row[0]}\t{row[1]}\n")
        file.flush()
        command = [program, "census", "--classify", file.name, "--format", "json", "--max-bad", "0"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    hosts = json.loads(done.stdout)["hosts"]
    assert len(hosts) == len(rows), "a name is missing in the answer"
    return hosts


def class_table(rows, hosts):
    print("| question | class | names | precision | recall |\n|---|---|---|---|---|")
    for column, question in enumerate(QUESTIONS, start=2):
        truth = collections.Counter(row[column] for row in rows)
        said = collections.Counter(host[question] for host in hosts)
        right = collections.Counter(row[column] for row, host in zip(rows, hosts) if row[column] == host[question])
        total = sum(right.values())
        print(f"| **{question}** | all | {len(rows)} | {share(total, len(rows))} | |")
        for value, names in truth.most_common():
            print(f"| {question} | {value} | {names} | {share(right[value], said[value])} | {share(right[value], names)} |")
        for value in sorted(set(said) - set(truth)):
            print(f"| {question} | {value} | 0 | {share(0, said[value])} | - |")


def wrong_statements(row, host):
    """Given answers that are not what the label says; `unknown` is no statement."""
    return [q for i, q in enumerate(QUESTIONS, start=2) if host[q] != "unknown" and host[q] != row[i]]


def calibration_table(rows, hosts):
    print("\n| confidence | names | all that was said is right | mean confidence |\n|---|---|---|---|")
    for low, high in zip(BINS, BINS[1:]):
        inside = [(r, h) for r, h in zip(rows, hosts) if low < h["confidence"] <= high or (low == 0 == h["confidence"])]
        inside = [(r, h) for r, h in inside if any(h[q] != "unknown" for q in QUESTIONS)]
        if not inside:
            continue
        right = sum(not wrong_statements(r, h) for r, h in inside)
        mean = sum(h["confidence"] for _, h in inside) / len(inside)
        print(f"| {low:.1f} to {min(high, 1):.1f} | {len(inside)} | {share(right, len(inside))} | {mean:.2f} |")


def coverage_table(tests):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "worlds.xml"
        subprocess.run([tests, "--gtest_filter=HostWorlds.*", f"--gtest_output=xml:{out}"], stdout=subprocess.DEVNULL)
        cases = list(xml.etree.ElementTree.parse(out).getroot().iter("testcase"))
    print("\n### Hosts behind addresses: 90% intervals on simulated worlds\n")
    print("| worlds | interval holds the hosts | interval holds the raw count of addresses |\n|---|---|---|")
    for case in cases:
        value = {each.get("name"): int(each.get("value")) for each in case.iter("property")}
        worlds = value["worlds"]
        print(f"| {case.get('name')} | {share(value['held'], worlds)} of {worlds} | {share(value['raw'], worlds)} |")


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1])
    folder = pathlib.Path(__file__).resolve().parent.parent / "tests" / "census" / "names"
    for path in [folder / "sealed.tsv", folder / "open.tsv"]:
        rows = list(labelled(path))
        hosts = classified(build / "src" / "cli" / "secondwave", rows)
        whole = sum(all(h[q] == r[i] for i, q in enumerate(QUESTIONS, start=2)) for r, h in zip(rows, hosts))
        print(f"\n### {pathlib.Path(path).name}: {len(rows)} names, all four answers right: {share(whole, len(rows))}\n")
        class_table(rows, hosts)
        calibration_table(rows, hosts)
    coverage_table(build / "tests" / "census" / "test_census")


if __name__ == "__main__":
    main()
