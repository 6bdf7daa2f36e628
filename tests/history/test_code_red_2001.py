"""The scenario code-red-2001 against data/record: what its pages call recorded is what the record says."""

import os
import pathlib
import tomllib
import unittest

from test_record import FOLDER, read_all

SCENARIO = pathlib.Path(os.environ.get("SECONDWAVE_SCENARIOS", FOLDER.parent.parent / "scenarios")) / "code-red-2001"

# Outcome to (series, time) of the record.
ROWS = {
    "july_probe_growth": ("growth-19-july", "2001-07-20T00:00:00Z"),
    "july_addresses": ("caida-addresses-24h", "2001-07-20T00:00:00Z"),
    "july_share_percent": ("cas-16-share-of-hosts", "2001-07-20T00:00:00Z"),
    "july_peak_packets": ("plateau-19-july", "2001-07-20T00:00:00Z"),
    "july_peak_new_per_min": ("caida-peak-new-per-minute", "2001-07-19T16:30:00Z"),
    "july_sources_19h": ("cas-16-hourly-sources", "2001-07-19T19:00:00Z"),
    "july_packets": ("cas-16-daily-packets", "2001-07-19T00:00:00Z"),
    "august_addresses_14_5h": ("press", "2001-08-01T14:30:00Z"),
    "august_addresses_18_25h": ("press", "2001-08-01T18:15:00Z"),
    "august_addresses_20h": ("press", "2001-08-01T20:00:00Z"),
    "august_addresses_21h": ("press", "2001-08-01T21:00:00Z"),
    "august_addresses_24h": ("caida", "2001-08-02T00:00:00Z"),
    "august_addresses_27h": ("press", "2001-08-02T03:00:00Z"),
    "august_addresses_37h": ("press", "2001-08-02T13:00:00Z"),
    "august_addresses_45h": ("press", "2001-08-02T21:00:00Z"),
    "slash_24_packets_20h": ("slash-24-connections", "2001-08-01T20:00:00Z"),
    **{f"intelsat_hour_0{h}": ("intelsat-16-sources", f"2001-08-01T0{h}:00:00Z") for h in range(7)},
}


def toml(name):
    return tomllib.loads((SCENARIO / name).read_text(encoding="utf-8"))


class CodeRed2001(unittest.TestCase):
    def setUp(self):
        self.record = {(row["series"], row["time"]): float(row["count"]) for _, row in read_all()
                       if row["key"] == "" and row["kind"] != "prediction"}
        self.expected = toml("expected.toml")["outcome"]

    def test_what_is_called_recorded_is_in_the_record(self):
        found = {row["name"]: row.get("record") for row in self.expected}
        for name, place in ROWS.items():
            self.assertEqual(found[name], self.record[place], name)

    def test_what_is_worked_out_from_the_record(self):
        found = {row["name"]: row.get("record") for row in self.expected}
        hours = sum(self.record["intelsat-16-sources", f"2001-08-01T0{hour}:00:00Z"] for hour in range(7))
        self.assertEqual(found["intelsat_seven_hours"], hours)
        ratio = self.record["press", "2001-08-02T13:00:00Z"] / self.record["press", "2001-08-02T03:00:00Z"]
        self.assertAlmostEqual(found["august_ratio_37_27h"], ratio, places=3)

    def test_the_record_lies_in_its_band_where_it_must(self):
        for row in self.expected:
            if row.get("gate", True) and "record" in row:
                self.assertLessEqual(row["low"], row["record"], row["name"])
                self.assertLessEqual(row["record"], row["high"], row["name"])

    def test_six_or_more_rows_are_independent(self):
        independent = [row["name"] for row in self.expected
                       if row["role"] == "independent" and row.get("gate", True)]
        self.assertGreaterEqual(len(independent), 6, independent)

    def test_every_outcome_is_asked_for(self):
        asked = {one["name"] for one in toml("scenario.toml")["outcome"]}
        for row in self.expected:
            if "at" not in row:
                self.assertIn(row["name"], asked)
        for claim in toml("debate.toml")["claim"]:
            self.assertIn(claim["outcome"], asked)

    def test_claims_that_quote_the_record(self):
        for claim in toml("debate.toml")["claim"]:
            if claim["outcome"] == "intelsat_hour_00":
                self.assertEqual(claim["recorded"], self.record["intelsat-16-sources", "2001-08-01T00:00:00Z"])
            if claim["outcome"] == "august_addresses_24h":
                self.assertEqual(claim["recorded"], self.record["caida", "2001-08-02T00:00:00Z"])
            if claim["outcome"] == "august_addresses_10h":
                self.assertEqual(claim["recorded"], self.record["incidents-org-total", "2001-08-01T10:00:00Z"])
            if claim["outcome"] == "august_addresses_6h":
                self.assertEqual(claim["recorded"], self.record["incidents-org-total", "2001-08-01T06:00:00Z"])


if __name__ == "__main__":
    unittest.main()
