"""simulate --debate: claims as data beside a scenario, each answered by a variant in the same world."""

import csv
import io

from program import ProgramTest, scenario_text

CLAIM = """[[claim]]
claim = "{claim}"
who = "somebody"
source = "a post"
{more}
outcome = "{outcome}"
label = "hosts"
unit = "hosts"
"""
RECORD = 'recorded = {0}\nrecord_source = "a count"\n'
FASTER = 'variant = "three times as fast"\nset = ["worm.scan_rate_per_s=15"]'
COLUMNS = ["claim", "who", "variant", "outcome", "unit", "median", "p05", "p95", "recorded", "verdict"]


class Debate(ProgramTest):
    def folder_of(self, *claims):
        (self.folder / "tiny").mkdir(exist_ok=True)
        self.write("tiny/scenario.toml", scenario_text())
        if claims:
            self.write("tiny/debate.toml", "\n".join(claims))
        return "./tiny/scenario.toml"

    def three(self):
        return self.folder_of(
            CLAIM.format(claim="it was faster", more=FASTER, outcome="half_infected_after_h") + RECORD.format(1e6),
            CLAIM.format(claim="all of them", more="", outcome="ever_infected") + "claimed_low = 1\n" + RECORD.format(5),
            CLAIM.format(claim="nothing of the kind", more="", outcome="no_such_outcome") + RECORD.format(5))

    def test_each_claim_is_answered_in_the_same_world(self):
        path = self.three()
        alone = self.simulate(path, "--runs", "5", "--seed", "3")
        whole = self.simulate(path, "--runs", "5", "--seed", "3", "--debate")
        self.assertNotIn("debate", alone)
        debate = whole.pop("debate")
        self.assertEqual(whole, alone)
        faster, everybody, nothing = debate
        for row in debate:
            self.assertEqual(list(row)[:len(COLUMNS)], COLUMNS)
        variant = self.simulate(path, "--runs", "5", "--seed", "3", "--set", "worm.scan_rate_per_s=15")
        asked = variant["outcomes"]["half_infected_after_h"]
        self.assertEqual({k: faster[k] for k in ("median", "p05", "p95")}, {k: asked[k] for k in ("median", "p05", "p95")})
        self.assertEqual(faster["verdict"], "excluded")
        self.assertEqual(everybody["median"], alone["outcomes"]["ever_infected"]["median"])
        self.assertEqual(everybody["verdict"], "right")
        self.assertIsNone(nothing["median"])
        self.assertEqual(nothing["verdict"], "no answer")

    def test_table_csv_and_folder(self):
        path = self.three()
        out = self.run_program("simulate", path, "--runs", "3", "--debate", "--out", "r").out
        self.assertIn("all of them", out)
        rows = list(csv.DictReader(io.StringIO(
            self.run_program("simulate", path, "--runs", "3", "--debate", "--format", "csv").out)))
        self.assertEqual(list(rows[0])[:len(COLUMNS)], COLUMNS)
        self.assertEqual(len(rows), 3)
        written = list(csv.DictReader(io.StringIO((self.folder / "r" / "debate.csv").read_text(encoding="utf-8"))))
        self.assertEqual(written, rows)
        self.assertIn("What was claimed", (self.folder / "r" / "report.html").read_text(encoding="utf-8"))
        self.run_program("verify", "r")

    def test_the_users_sets_come_before_the_claims(self):
        path = self.three()
        debate = self.simulate(path, "--runs", "3", "--debate", "--set", "population.vulnerable=700")["debate"]
        self.assertEqual(debate[1]["median"], 700)

    def test_a_scenario_without_a_debate(self):
        ended = self.run_program("simulate", self.folder_of(), "--debate", code=2)
        self.assertIn("has no debate", ended.err)
        self.assertIn("debate.toml", ended.err)

    def test_a_variant_that_cannot_be(self):
        path = self.folder_of(CLAIM.format(claim="x", more='variant = "broken"\nset = ["worm.scan_rate=1"]',
                                           outcome="ever_infected") + RECORD.format(5))
        ended = self.run_program("simulate", path, "--runs", "1", "--debate", code=3)
        self.assertIn("broken", ended.err)
        self.assertIn("debate.toml:1", ended.err)

    def test_a_file_that_is_none(self):
        path = self.folder_of("claim = 3")
        self.assertIn("debate.toml:1:9", self.run_program("simulate", path, "--debate", code=3).err)
