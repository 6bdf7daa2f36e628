"""Every row of data/record: whole, with a source, and not known before it happened. docs/record.md explains the series."""

import csv
import datetime
import math
import os
import pathlib
import re
import unittest

COLUMNS = ["series", "time", "bin_s", "count", "unit", "kind", "sensor", "key", "known_at", "known_at_basis", "quality",
           "source", "note"]
KINDS = {"packets", "sources", "targets", "cumulative", "rate", "share", "ratio", "fit", "time", "prediction"}
QUALITIES = {"read", "checked", "recalled", "derived"}

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = pathlib.Path(os.environ.get("SECONDWAVE_RECORD", HERE.parent.parent / "data" / "record"))
PAGE = HERE.parent.parent / "docs" / "record.md"


def utc(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def faults_of(row):
    """What is wrong with one row, in words; empty where nothing is."""
    faults = []
    for column in ("series", "unit", "source"):
        if not row[column].strip():
            faults.append(f"{column} is missing")
    if row["kind"] not in KINDS:
        faults.append(f"kind {row['kind']!r}")
    if row["quality"] not in QUALITIES:
        faults.append(f"quality {row['quality']!r}")
    if row["known_at_basis"] not in {"published", "assumed"}:
        faults.append(f"known_at_basis {row['known_at_basis']!r}")
    try:
        if not (math.isfinite(float(row["count"])) and float(row["count"]) >= 0):
            faults.append("count is negative or not a number")
    except ValueError:
        faults.append("count is not a number")
    try:
        bin_s = int(row["bin_s"] or 0)
        if row["kind"] in {"packets", "sources", "targets"} and bin_s <= 0:
            faults.append("a count per bin without bin_s")
        known, end = utc(row["known_at"]), utc(row["time"]) + datetime.timedelta(seconds=bin_s)
        if row["kind"] == "prediction":
            if known > end:
                faults.append("a prediction made after the time that it is about")
        elif known < end:
            faults.append("known before it happened")
    except ValueError as error:
        faults.append(f"time: {error}")
    if any(ord(c) < 32 or ord(c) > 126 for value in row.values() for c in value):
        faults.append("a character that is not plain ASCII")
    return faults


def read_all():
    rows = []
    for path in sorted(FOLDER.glob("*.csv")):
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, strict=True)
            assert reader.fieldnames == COLUMNS, f"{path.name}: columns {reader.fieldnames}"
            rows += [(f"{path.name}:{reader.line_num}", row) for row in reader]
    return rows


class Record(unittest.TestCase):
    def setUp(self):
        self.rows = read_all()

    def values(self, series):
        return [(row["time"], float(row["count"])) for _, row in self.rows if row["series"] == series]

    def test_every_row_is_whole(self):
        self.assertGreater(len(self.rows), 100)
        wrong = {place: faults_of(row) for place, row in self.rows if None in row.values() or faults_of(row)}
        self.assertEqual(wrong, {})

    def test_a_bad_row_is_noticed(self):
        good = next(row for _, row in self.rows if row["series"] == "intelsat-16-sources")
        for change in ({"source": " "}, {"time": "2001-07-32T00:00:00Z"}, {"known_at": "2001-07-01T00:00:00Z"},
                       {"count": "nan"}, {"quality": "doubtful"}, {"bin_s": ""}):
            self.assertTrue(faults_of({**good, **change}), change)

    def test_no_row_is_given_twice(self):
        seen = [(r["series"], r["time"], r["key"], r["kind"]) for _, r in self.rows]
        self.assertEqual(sorted(set(seen)), sorted(seen))

    def test_cumulative_counts_of_one_counter_do_not_fall(self):
        for series in ("cas-16-cumulative-sources", "incidents-org-total", "akamai-sources"):
            counts = [count for _, count in self.values(series)]
            self.assertEqual(counts, sorted(counts), series)

    def test_the_totals_of_incidents_org_are_their_ratios(self):
        ratios = [count for _, count in self.values("incidents-org-ratio")]
        totals = [count for _, count in self.values("incidents-org-total")]
        self.assertEqual(len(totals), len(ratios) + 1)
        back = 80000.0
        for ratio, total in zip(reversed(ratios), reversed(totals[:-1])):
            back /= ratio
            self.assertAlmostEqual(back, total, delta=1 + 0.001 * total)

    def test_the_answers_of_the_intelsat_sources_add_up(self):
        sums = {}
        for _, row in self.rows:
            if row["series"] == "intelsat-16-sources-by-answer":
                sums[row["time"]] = sums.get(row["time"], 0) + float(row["count"])
        sources = dict(self.values("intelsat-16-sources"))
        self.assertEqual(len(sources), 7)
        for time, total in sums.items():
            self.assertEqual(total, sources[time], time)

    def test_what_is_derived_follows_from_what_was_read(self):
        hosts = dict(self.values("caida-addresses-24h"))["2001-07-20T00:00:00Z"]
        day = dict(self.values("cas-16-daily-sources"))["2001-07-19T00:00:00Z"]
        self.assertAlmostEqual(self.values("cas-16-share-of-hosts")[0][1], 100 * day / hosts, delta=0.05)
        july, august = self.values("growth-19-july")[0][1], self.values("growth-1-august")[0][1]
        self.assertAlmostEqual(self.values("pool-ratio-august-july")[0][1], august / july, delta=0.001)
        self.assertAlmostEqual(self.values("doubling-19-july")[0][1], 60 * math.log(2) / july, delta=0.05)

    def test_the_page_explains_every_series(self):
        page = PAGE.read_text(encoding="utf-8")
        for series in sorted({row["series"] for _, row in self.rows}):
            self.assertTrue(re.search(rf"`{re.escape(series)}`", page), f"{series} is not in docs/record.md")


if __name__ == "__main__":
    unittest.main()
