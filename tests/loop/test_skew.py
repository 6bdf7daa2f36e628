"""Clocks that are wrong: on simulated sensors skew and drift are found, and corrected where that is asked for."""

import collections
import os
import sys

import program
from program import ProgramTest, scenario_text
from test_writers import sensor

HONEYNET = os.path.join(os.environ.get("SECONDWAVE_SHARED", os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__))))), "shared", "data")), "honeynet-2005")


class SkewTest(ProgramTest):
    def observe(self, file, sensor_name, *arguments):
        self.run_program("observe", file, "--store", "s.db", "--sensor", sensor_name, *arguments)

    def skew(self, *names):
        for each in self.run_program("skew", "--store", "s.db", "--format", "json").json["skews"]:
            if {each["sensor"], each["reference"]} == set(names):
                return each
        self.fail(f"no estimate for {names}")

    def hours(self, *arguments):
        rows = self.run_program("series", "--store", "s.db", "--count", "sightings", *arguments).out.splitlines()[1:]
        return collections.Counter({row.split(",")[0]: int(row.split(",")[2]) for row in rows if int(row.split(",")[2])})


class Simulated(SkewTest):
    """One simulated telescope, logged twice: by a clock that is right, and by one that is 5 h ahead and gains 1 s a day."""

    SKEW_S, DRIFT_S_PER_DAY = 18_000, 1

    def setUp(self):
        super().setUp()
        self.write("s.toml", scenario_text(end="end = 2001-07-24T10:00:00Z", vulnerable="300", rate="0.008", seeds="100",
                                           more=sensor()))
        self.run_program("simulate", "s.toml", "--runs", "1", "--sensor-files", "seen", "--sensor-format", "zeek")
        right = (self.folder / "seen" / "dark.conn.log").read_text()
        start = 995536800  # 19 July, 10:00
        wrong = []
        for line in right.splitlines(keepends=True):
            if not line.startswith("#"):
                time, rest = line.split("\t", 1)
                time = float(time) + self.SKEW_S + (float(time) - start) / 86400 * self.DRIFT_S_PER_DAY
                line = f"{time:.6f}\t{rest}"
            wrong.append(line)
        self.write("wrong.log", "".join(wrong))
        self.observe("seen/dark.conn.log", "right")
        self.observe("wrong.log", "wrong")

    def test_five_hours_and_a_second_a_day_are_found_and_corrected(self):
        found = self.skew("wrong", "right")
        sign = 1 if found["sensor"] == "wrong" else -1
        self.assertAlmostEqual(sign * found["skew_s"], self.SKEW_S + 2.5, delta=1.5)
        self.assertAlmostEqual(sign * found["drift_s_per_day"], self.DRIFT_S_PER_DAY, delta=0.1)
        right = self.hours("--sensor", "right")
        self.assertGreater(sum(right.values()), 200)
        self.assertNotEqual(self.hours("--sensor", "wrong"), right)
        for reference, other in (("right", "wrong"), ("wrong", "right")):
            corrected = self.hours("--sensor", other, "--correct-skew", reference)
            expected = self.hours("--sensor", reference)
            self.assertEqual(sum(corrected.values()), sum(expected.values()))
            # A sighting within the error of the estimate of an hour's edge may fall on its other side.
            different = (corrected - expected) + (expected - corrected)
            self.assertLessEqual(sum(different.values()), 4, (reference, different))

    def test_what_was_done_is_said_and_the_times_of_sources_are_moved(self):
        ended = self.run_program("sources", "--store", "s.db", "--sensor", "wrong", "--correct-skew", "right", "--sort",
                                 "first_seen", "--format", "json")
        self.assertIn("times of wrong are shown by the clock of right", ended.err)
        self.assertIn("s a day", ended.err)
        right = self.run_program("sources", "--store", "s.db", "--sensor", "right", "--sort", "first_seen", "--format",
                                 "json").json
        self.assertEqual(ended.json["sources"][0]["address"], right["sources"][0]["address"])
        self.assertEqual(ended.json["sources"][0]["first_seen"][:15], right["sources"][0]["first_seen"][:15])

    def test_where_clocks_cannot_be_compared_it_refuses(self):
        self.write("web.log", '203.0.113.9 - - [19/Jul/2001:12:00:00 +0000] "GET / HTTP/1.0" 200 5\n')
        self.observe("web.log", "web")
        ended = self.run_program("series", "--store", "s.db", "--correct-skew", "right", code=3)
        self.assertIn("the clock of web cannot be corrected to that of right: no overlap: cannot say", ended.err)
        self.run_program("series", "--store", "s.db", "--sensor", "wrong", "--correct-skew", "right")
        self.assertIn("did you mean right?", self.run_program("series", "--store", "s.db", "--correct-skew", "rigt",
                                                              code=2).err)


class Honeynet(SkewTest):
    def setUp(self):
        super().setUp()
        if not os.path.isdir(HONEYNET):
            self.skipTest(f"no {HONEYNET}: set SECONDWAVE_SHARED to the folder that holds honeynet-2005")

    def test_firewall_and_snort_agree_and_the_web_server_has_no_overlap(self):
        for number in (4, 5, 6):
            self.observe(os.path.join(HONEYNET, f"access_log.{number}"), "web")
        self.observe(os.path.join(HONEYNET, "iptables-feb25-28.syslog.gz"), "fw", "--year", "2005")
        self.observe(os.path.join(HONEYNET, "snort-feb25-28.syslog.gz"), "snort", "--year", "2005")
        found = self.skew("fw", "snort")
        self.assertLess(abs(found["skew_s"]), 1)
        self.assertEqual(found["method"], "common events")
        self.assertEqual(self.skew("web", "fw")["skew_s"], None)
        self.assertEqual(self.skew("web", "fw")["reason"], "no overlap: cannot say")


if __name__ == "__main__":
    sys.exit(program.unittest.main())
