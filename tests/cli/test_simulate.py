"""simulate: what it prints, and what its numbers depend on."""

import csv
import io
import os
import shutil

from program import SMALL, ProgramTest, prefix, scenario_text, small

UNITS = {
    "growth_rate_per_hour": "1/h",
    "doubling_time_min": "min",
    "time_1_to_99_percent_h": "h",
    "peak_new_per_min": "hosts/min",
    "ever_infected": "hosts",
    "addresses_seen": "addresses",
    "half_infected_after_h": "h",
    "active": "copies",
}


class Output(ProgramTest):
    def test_json(self):
        ended = self.run_program("simulate", *SMALL, "--seed", "7", "--format", "json")
        self.assertTrue(ended.out.endswith("}\n"))
        result = ended.json
        self.assertEqual(result["scenario"], "uniform-si")
        self.assertEqual(result["runs"], 3)
        self.assertEqual(result["seed"], 7)
        self.assertRegex(result["run_hash"], r"^[0-9a-f]{64}$")
        for name, unit in UNITS.items():
            outcome = result["outcomes"][name]
            self.assertEqual(outcome["unit"], unit)
            for key in ("median", "p05", "p95"):
                self.assertIsInstance(outcome[key], (int, float), name)
            self.assertLessEqual(outcome["p05"], outcome["median"])
            self.assertLessEqual(outcome["median"], outcome["p95"])
        self.assertEqual(result["outcomes"]["ever_infected"]["median"], 2000)
        self.assertEqual(result["outcomes"]["active"]["median"], 2000)

    def test_csv(self):
        ended = self.run_program("simulate", *SMALL, "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(ended.out)))
        self.assertEqual(list(rows[0])[:5], ["outcome", "unit", "median", "p05", "p95"])
        values = {row["outcome"]: row for row in rows}
        outcomes = self.simulate(*SMALL)["outcomes"]
        self.assertEqual(set(values), set(outcomes))
        for name, outcome in outcomes.items():
            for key in ("median", "p05", "p95"):
                self.assertEqual(float(values[name][key]), outcome[key])

    def test_table_for_people(self):
        ended = self.run_program("simulate", *SMALL, "--seed", "77")
        self.assertIn("growth_rate_per_hour", ended.out)
        self.assertIn("seed 77", ended.out)
        self.assertIn(self.simulate(*SMALL, "--seed", "77")["run_hash"], ended.out)

    def test_a_plain_locale_gets_plain_characters(self):
        ended = self.run_program("simulate", *SMALL, env={"LC_ALL": "C"})
        self.assertTrue(ended.out.isascii(), str(ended))

    def test_the_seed_is_printed_also_where_none_was_given(self):
        for form in ("table", "csv", "json"):
            ended = self.run_program("simulate", *SMALL, "--format", form)
            self.assertIn("seed 1", ended.err)
        self.assertEqual(self.simulate(*SMALL)["seed"], 1)

    def test_quiet(self):
        for form in ("table", "csv", "json"):
            ended = self.run_program("simulate", *SMALL, "--format", form, "--quiet")
            self.assertEqual(ended.err, "")
            self.assertTrue(ended.out)

    def test_stdout_has_data_only(self):
        loud = self.run_program("simulate", *SMALL, "--format", "json", "--out", "r")
        quiet = self.run_program("simulate", *SMALL, "--format", "json", "--quiet")
        self.assertEqual(loud.json["run_hash"], quiet.json["run_hash"])
        self.assertTrue(loud.err)

    def test_the_largest_seed(self):
        self.assertEqual(self.simulate(*SMALL, "--seed", "18446744073709551615")["seed"], 18446744073709551615)
        self.assertEqual(self.simulate(*SMALL, "--seed", "0")["seed"], 0)

    def test_what_was_never_reached_is_null_with_a_reason(self):
        path = self.write("slow.toml", scenario_text(rate="1e-6", seeds="1"))
        outcomes = self.simulate(path, "--runs", "3", "--jobs", "1")["outcomes"]
        growth = outcomes["growth_rate_per_hour"]
        self.assertIsNone(growth["median"])
        self.assertIsNone(growth["p05"])
        self.assertTrue(growth["reason"])
        self.assertEqual(outcomes["ever_infected"]["median"], 1)
        rows = self.run_program("simulate", path, "--runs", "3", "--format", "csv").out
        row = next(r for r in csv.DictReader(io.StringIO(rows)) if r["outcome"] == "growth_rate_per_hour")
        self.assertEqual(row["median"], "")


class Hash(ProgramTest):
    def hash_of(self, *more, **environment):
        return self.simulate(*SMALL, *more, **environment)["run_hash"]

    def test_equal_on_repetition(self):
        self.assertEqual(self.run_program("simulate", *SMALL, "--format", "json").raw_out,
                         self.run_program("simulate", *SMALL, "--format", "json").raw_out)

    def test_the_same_for_any_number_of_threads(self):
        for scenario in (["uniform-si", "--set", "population.vulnerable=3000", "--set", "worm.scan_rate_per_s=100"],
                         ["code-red-2-local", "--set", "population.vulnerable=3000", "--set",
                          "population.placement.networks=200"],
                         ["code-red-july", "--set", "population.vulnerable=3000", "--set",
                          "population.placement.table=plan"]):
            hashes = {self.simulate(*scenario, "--runs", "7", "--jobs", jobs)["run_hash"]
                      for jobs in ("1", "2", "3", "0")}
            self.assertEqual(len(hashes), 1, scenario)

    def test_different_for_another_seed_count_or_scenario(self):
        hashes = [self.hash_of(), self.hash_of("--seed", "2"), self.simulate(*small(runs=4))["run_hash"],
                  self.hash_of("--set", "worm.scan_rate_per_s=5.000001"),
                  self.hash_of("--set", "population.vulnerable=2001"),
                  self.hash_of("--set", "outbreak.initially_infected=11"),
                  self.hash_of("--construction", "pressure")]
        self.assertEqual(len(set(hashes)), len(hashes))

    def test_the_first_replicates_do_not_depend_on_those_that_follow(self):
        self.run_program("simulate", *SMALL, "--out", "three")
        self.run_program("simulate", *small(runs=5), "--out", "five")
        three = (self.folder / "three" / "replicates.csv").read_text().splitlines()
        five = (self.folder / "five" / "replicates.csv").read_text().splitlines()
        self.assertEqual(three, five[:4])

    def test_independent_of_the_place_of_the_data(self):
        copy = self.folder / "copy"
        shutil.copytree(prefix() / "share" / "secondwave", copy)
        for scenario in (SMALL, ["code-red-2-local", "--set", "population.vulnerable=3000", "--runs", "2"]):
            here = self.simulate(*scenario)
            there = self.simulate(*scenario, env={"SECONDWAVE_DATA": str(copy)})
            self.assertEqual(here["run_hash"], there["run_hash"])

    def test_independent_of_the_form_and_of_the_folder(self):
        plain = self.hash_of()
        self.assertEqual(plain, self.hash_of("--out", "r"))
        self.assertEqual(plain, self.hash_of("--out", "i", "--infections"))

    def test_independent_of_time_zone_and_locale(self):
        self.assertEqual(self.hash_of(), self.hash_of(env={"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8"}))


class Sets(ProgramTest):
    def test_in_order(self):
        last = self.simulate(*SMALL, "--set", "population.vulnerable=100", "--set", "population.vulnerable=300")
        self.assertEqual(last["outcomes"]["ever_infected"]["median"], 300)
        last = self.simulate(*SMALL, "--set", "population.vulnerable=300", "--set", "population.vulnerable=100")
        self.assertEqual(last["outcomes"]["ever_infected"]["median"], 100)

    def test_all_ways_to_write_one(self):
        wanted = self.simulate(*SMALL, "--set", "worm.scan_rate_per_s=7")["run_hash"]
        for way in (["--set=worm.scan_rate_per_s=7"], ["--set", "worm.scan_rate_per_s=7.0"],
                    ["--set", "worm.scan_rate_per_s={ value = 7, assumed = 'a test' }"]):
            self.assertEqual(self.simulate(*SMALL, *way)["run_hash"], wanted)

    def test_a_set_may_stand_before_the_scenario(self):
        self.assertEqual(self.simulate("--set", "population.vulnerable=100", "--runs", "1", "uniform-si")["runs"], 1)

    def test_what_is_set_is_in_the_manifest(self):
        self.run_program("simulate", *SMALL, "--out", "r")
        self.assertIn("vulnerable = { value = 2000,", (self.folder / "r" / "manifest.json").read_text())


class UniformSi(ProgramTest):
    def test_growth_is_that_of_the_closed_form(self):
        for hosts, rate in ((100000, 20.0), (200000, 4.0)):
            result = self.simulate("uniform-si", "--runs", "50", "--jobs", "2", "--set",
                                   f"population.vulnerable={hosts}", "--set", f"worm.scan_rate_per_s={rate}", "--set",
                                   "outbreak.initially_infected=10")
            expected = hosts * rate * 3600 / 2**32
            growth = result["outcomes"]["growth_rate_per_hour"]["median"]
            self.assertLess(abs(growth / expected - 1), 0.01, (hosts, rate, growth, expected))

    def test_the_constructions_agree(self):
        # One law, drawn in three ways: the middle times of 20 outbreaks differ by chance alone.
        path = self.write("s.toml", scenario_text(bits="14", vulnerable="400", seeds="20", rate="0.2",
                                                       end="end = 2001-07-19T11:00:00Z"))
        half = {}
        for construction in ("order", "pressure", "reference"):
            outcomes = self.simulate(path, "--runs", "40", "--construction", construction)["outcomes"]
            self.assertEqual(outcomes["ever_infected"]["median"], 400)
            half[construction] = outcomes["half_infected_after_h"]["median"]
        self.assertLess(max(half.values()) / min(half.values()), 1.15, half)
        self.run_program("simulate", "code-red-2-local", "--construction", "order", code=2)
        self.run_program("simulate", "uniform-si", "--construction", "reference", code=2)


class Paths(ProgramTest):
    def test_a_scenario_may_be_a_path(self):
        path = self.write("own.toml", scenario_text())
        by_name = self.simulate("own.toml", "--runs", "2")
        self.assertEqual(by_name["scenario"], "tiny")
        os.mkdir(self.folder / "sub")
        there = self.simulate(path, "--runs", "2", cwd=self.folder / "sub")
        self.assertEqual(by_name["run_hash"], there["run_hash"])

    def test_inheritance_from_the_library_and_from_a_path(self):
        self.write("child.toml", 'format = 1\nname = "child"\ntitle = "t"\ninherits = "uniform-si"\n'
                                 "[population]\nvulnerable = 100\n")
        self.assertEqual(self.simulate("child.toml", "--runs", "2")["outcomes"]["ever_infected"]["median"], 100)
        self.write("parent.toml", scenario_text(vulnerable="70"))
        self.write("second.toml", 'format = 1\nname = "second"\ntitle = "t"\ninherits = "./parent.toml"\n'
                                  "[worm]\nscan_rate_per_s = 3\n")
        self.assertEqual(self.simulate("second.toml", "--runs", "2")["outcomes"]["ever_infected"]["median"], 70)
