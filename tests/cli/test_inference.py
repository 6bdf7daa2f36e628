"""fit, forecast and score from outside."""

import csv
import io
import json
import math
import pathlib

from program import ProgramTest

PREFIX = ["--sensor-prefix", "198.18.0.0/16"]


def targets(hour):
    """What a /16 expects in an hour of N = 360,000 hosts at 2 targets/s, half of them infected at hour 24."""
    growth = 360000 * 2 * 3600 / 2**32
    area = [math.log1p(math.exp(growth * (t - 24))) / growth for t in (hour, hour + 1)]
    return round(360000 * 2 * 3600 / 65536 * (area[1] - area[0]))


def counts(hours):
    rows = ["time,count,bin_s,kind"]
    for hour in range(hours):
        rows.append("2001-08-%02dT%02d:00:00Z,%d,3600,targets" % (1 + hour // 24, hour % 24, targets(hour)))
    return "\n".join(rows) + "\n"


class Inference(ProgramTest):
    def file(self, text, name="counts.csv"):
        path = pathlib.Path(self.folder) / name
        path.write_text(text)
        return str(path)

    def test_fit_gives_what_went_in(self):
        ended = self.run_program("fit", self.file(counts(48)), *PREFIX, "--scan-rate", "2", "--format", "json")
        estimates = json.loads(ended.out)["estimates"]
        self.assertAlmostEqual(estimates["growth_rate_per_hour"]["estimate"], 0.6035, delta=0.01)
        self.assertAlmostEqual(estimates["vulnerable_hosts"]["estimate"], 360000, delta=8000)
        self.assertTrue(estimates["half_infected_at"]["estimate"].startswith(("2001-08-01T23:5", "2001-08-02T00:0")))

    def test_without_a_scan_rate_no_host_is_counted(self):
        ended = self.run_program("fit", self.file(counts(48)), *PREFIX, "--format", "json")
        estimates = json.loads(ended.out)["estimates"]
        self.assertIsNone(estimates["vulnerable_hosts"]["estimate"])
        self.assertIn("--scan-rate", estimates["vulnerable_hosts"]["reason"])
        self.assertIsNotNone(estimates["growth_rate_per_hour"]["estimate"])

    def test_bad_series_are_bad_data(self):
        for rows in ("2001-08-01T00:00:00Z,-1", "2001-08-01T01:00:00Z,1\n2001-08-01T00:00:00Z,1",
                     "2001-08-01T00:00:00Z,5", "2001-08-01T00:00:00Z,0\n2001-08-01T01:00:00Z,0\n2001-08-01T02:00:00Z,0"):
            ended = self.run_program("fit", self.file("time,count\n" + rows + "\n"), *PREFIX, code=3)
            self.assertEqual(ended.out, "", rows)

    def test_beliefs_of_a_hindcast_need_a_source_from_before(self):
        ended = self.run_program("hindcast", "code-red-2002", code=2)
        text = """[pool]
low = 30000
high = 400000
source = "somebody"
known_at = %s
"""
        for known, why in (("2001-08-02T00:00:00Z", "before August 2001"), ("2001-07-30T00:00:00Z", "[scan_rate]")):
            path = self.file(text % known, "priors.toml")
            ended = self.run_program("hindcast", "code-red-2001", "--priors", path, code=3)
            self.assertIn(why, ended.err)

    def test_forecast_and_score_go_round(self):
        series = self.file(counts(48))
        names = []
        for method in ("engine", "persistence"):
            ended = self.run_program("forecast", series, *PREFIX, "--at", "2001-08-01T20:00:00Z", "--horizon", "6h",
                                     "--method", method, "--particles", "100", "--scan-rate", "2")
            rows = list(csv.DictReader(io.StringIO(ended.out)))
            self.assertEqual(len(rows), 6 * 23)
            names.append(self.file(ended.out, method + ".csv"))
        scored = self.run_program("score", *names, "--truth", series, "--format", "json")
        models = json.loads(scored.out)["models"]
        self.assertEqual(models["engine"]["n"], 6)
        self.assertLess(models["engine"]["crps"], models["persistence"]["crps"])
        late = self.file("time,count\n2005-01-01T00:00:00Z,4\n2005-01-01T01:00:00Z,4\n", "late.csv")
        self.run_program("score", names[0], "--truth", late, code=3)
