"""The test bench of one machine: secondwave clock."""

import csv
import io

from program import ProgramTest, scenario_text

PHASES = """
[[worm.phase]]
does = "spread"
days = "1-19"
[[worm.phase]]
does = "flood"
days = "20-27"
[[worm.phase]]
does = "sleep"
days = "28-31"
"""


class Clock(ProgramTest):
    def setUp(self):
        super().setUp()
        text = scenario_text().replace("[outbreak]", PHASES + "\n[outbreak]")
        text = text.replace("[worm]\n", '[worm]\nreinfection = "sleeping"\n', 1)
        self.scenario = self.write("days.toml", text)

    def bench(self, *events, code=0, more=()):
        arguments = [part for event in events for part in ("--event", event)]
        return self.run_program("clock", self.scenario, *arguments, *more, code=code)

    def states(self, *events, **how):
        stretches = self.bench(*events, more=["--format", "json", "--quiet"], **how).json["stretches"]
        return [(one["from"][:10], one["state"]) for one in stretches]

    def test_a_copy_of_july(self):
        self.assertEqual(self.states("infect@2001-07-19T12:00:00Z"),
                         [("2001-07-19", "spreads"), ("2001-07-20", "floods"), ("2001-07-28", "sleeps")])

    def test_the_flawed_test_of_july(self):
        asleep = ["infect@2001-07-19T12:00:00Z", "set-clock@2001-07-30T12:00:00Z=2001-08-01T00:00:00Z"]
        self.assertEqual(self.states(*asleep)[-1][1], "sleeps")
        again = self.bench(*asleep, "infect@2001-07-30T13:00:00Z", more=["--format", "csv", "--days", "3"]).out
        last = list(csv.DictReader(io.StringIO(again)))[-1]
        self.assertEqual(last["state"], "spreads")
        self.assertIn("fresh copy", last["why"])
        self.assertEqual(last["clock_shows"], "2001-08-01T01:00:00Z")

    def test_the_picture(self):
        out = self.bench("infect@2001-07-19T12:00:00Z", "reboot@2001-08-02T00:00:00Z").out
        self.assertIn("no copy", out)
        self.assertIn("2001-07-19", out)

    def test_wrong_events(self):
        for events, words in [
            (["infekt@2001-07-19T12:00:00Z"], "did you mean infect@"),
            (["infect"], "this is no event"),
            (["infect@2001-02-29T12:00:00Z"], "day"),
            (["infect@2001-07-19T12:00:00Z=2001-08-01T00:00:00Z"], "only set-clock"),
            (["set-clock@2001-07-19T12:00:00Z"], "to which time"),
            (["set-clock@2001-07-19T12:00:00Z=1969-01-01T00:00:00Z"], "1970"),
            (["reboot@2001-07-19T12:00:00Z", "infect@2001-07-18T12:00:00Z"], "out of order"),
            ([], "nothing is done"),
        ]:
            with self.subTest(events=events):
                self.assertIn(words, self.bench(*events, code=2).err)
