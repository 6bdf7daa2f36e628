"""compare: variants of a scenario in one world, from outside."""

import csv
import io

from program import ProgramTest, scenario_text

TINY = scenario_text(end="end = 2001-07-19T10:10:00Z")


class Compare(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", TINY)

    def compare(self, *arguments, **more):
        return self.run_program("compare", "./tiny.toml", "--runs", "10", "--seed", "3", *arguments, **more)

    def test_the_answer(self):
        whole = self.compare("--variant", "slow:worm.scan_rate_per_s=0.5", "--variant",
                             "patch:response.p.kind=patch,response.p.rate_per_h=10,response.p.target=all",
                             "--format", "json").json
        self.assertEqual((whole["scenario"], whole["runs"], whole["seed"], whole["construction"], whole["partial"]),
                         ("tiny", 10, 3, "pressure", False))
        self.assertEqual([v["name"] for v in whole["variants"]], ["slow", "patch"])
        self.assertEqual({row["name"] for row in whole["ranking"]}, {"slow", "patch"})
        prevented = [row["prevented"] for row in whole["ranking"]]
        self.assertEqual(prevented, sorted(prevented, reverse=True))
        for variant in whole["variants"]:
            hosts = variant["hosts"]
            self.assertEqual(hosts["pairs"], 5000)
            self.assertEqual(hosts["saved"] + hosts["lost"] + hosts["infected_in_both"] + hosts["infected_in_neither"],
                             5000)
            self.assertGreater(hosts["saved"], 0)
            difference = variant["differences"]["ever_infected"]
            self.assertLessEqual(difference["p05"], difference["median"])
            self.assertLessEqual(difference["mean_low"], difference["mean"])
            self.assertAlmostEqual(-difference["mean"], hosts["prevented_per_run"]["mean"])
            self.assertEqual(set(variant["gains"]), {"network", "prefix"})
            self.assertEqual(sum(variant["replicates"].values()), 10)

    def test_each_is_the_run_that_it_would_be_alone(self):
        whole = self.compare("--variant", "slow:worm.scan_rate_per_s=0.5", "--format", "json", "--jobs", "2").json
        alone = ["./tiny.toml", "--runs", "10", "--seed", "3", "--construction", "pressure"]
        self.assertEqual(whole["base"]["run_hash"], self.simulate(*alone)["run_hash"])
        self.assertEqual(whole["variants"][0]["run_hash"],
                         self.simulate(*alone, "--set", "worm.scan_rate_per_s=0.5")["run_hash"])
        one = self.compare("--variant", "slow:worm.scan_rate_per_s=0.5", "--format", "json", "--jobs", "1").json
        self.assertEqual(one, whole)

    def test_a_variant_without_a_change_differs_in_nothing(self):
        whole = self.compare("--variant", "same:", "--format", "json").json
        self.assertEqual(whole["variants"][0]["hosts"]["saved"], 0)
        self.assertEqual(whole["variants"][0]["hosts"]["lost"], 0)
        self.assertEqual(whole["variants"][0]["run_hash"], whole["base"]["run_hash"])

    def test_other_hosts_have_no_pairs_and_say_why(self):
        hosts = self.compare("--variant", "more:population.vulnerable=600", "--format", "json").json["variants"][0]["hosts"]
        self.assertIsNone(hosts["pairs"])
        self.assertIn("not the same", hosts["reason"])

    def test_values_with_commas(self):
        whole = self.compare("--variant", "x:worm.scan_rate_per_s={value=0.5, source=\"a, b\"},worm.success_probability=0.9",
                             "--format", "json").json
        self.assertEqual(len(whole["variants"][0]["sets"]), 2)

    def test_table_csv_and_folder(self):
        text = self.compare("--variant", "slow:worm.scan_rate_per_s=0.5", "--out", "r").out
        self.assertIn("slow less base", text)
        rows = list(csv.DictReader(io.StringIO(
            self.compare("--variant", "slow:worm.scan_rate_per_s=0.5", "--format", "csv").out)))
        self.assertIn("ever_infected", [row["outcome"] for row in rows])
        self.assertEqual((self.folder / "r" / "differences.csv").read_text(encoding="utf-8").count("\n"), len(rows) + 1)
        for name in ("compare.json", "gains.csv", "manifest.json"):
            self.assertTrue((self.folder / "r" / name).exists(), name)
        self.run_program("verify", "r")

    def test_what_is_refused(self):
        self.assertIn("did you mean", self.compare("--variant", "a:worm.scan_rate=1", code=3).err)
        self.assertIn("variant a", self.compare("--variant", "a:worm.scan_rate=1", code=3).err)
        self.assertIn("two variants are called a", self.compare("--variant", "a:", "--variant", "a:", code=2).err)
        self.assertIn("taken", self.compare("--variant", "base:", code=2).err)
        self.assertIn("needs a name", self.compare("--variant", "worm.scan_rate_per_s=1", code=2).err)
        self.assertIn("is not a name", self.compare("--variant", "a b:", code=2).err)
        self.assertIn("has no value", self.compare("--variant", "a:worm", code=2).err)
        self.assertIn("--variant", self.compare(code=2).err)
