"""scenario list, show, lint, explain, verify."""

import csv
import io
import os
import tempfile

from program import ProgramTest, scenario_text

LIBRARY = ["blaster", "code-red-2-local", "code-red-2001", "code-red-2001-always-on", "code-red-july",
           "code-red-july-equal-rates", "code-red-v1", "conficker", "mirai", "morris", "nimda", "sasser", "slammer",
           "uniform-si", "wannacry", "witty"]
COLUMNS = ["name", "expected_low", "expected_high", "simulated_median", "p05", "p95", "holds", "source"]


class List(ProgramTest):
    def test_json(self):
        listed = self.run_program("scenario", "list", "--format", "json").json
        self.assertEqual(list(listed), ["scenarios"])
        self.assertEqual(sorted(one["name"] for one in listed["scenarios"]), LIBRARY)
        for one in listed["scenarios"]:
            self.assertEqual(set(one), {"name", "title", "path"})
            self.assertTrue(one["title"])
            self.assertTrue(os.path.isfile(one["path"]), one["path"])

    def test_csv_and_table(self):
        rows = list(csv.DictReader(io.StringIO(self.run_program("scenario", "list", "--format", "csv").out)))
        self.assertEqual(sorted(row["name"] for row in rows), LIBRARY)
        self.assertEqual(list(rows[0]), ["name", "title", "path"])
        out = self.run_program("scenario", "list").out
        for name in LIBRARY:
            self.assertIn(name, out)


class Show(ProgramTest):
    def test_what_is_shown_is_a_scenario_with_the_same_result(self):
        for name in LIBRARY:
            shown = self.run_program("scenario", "show", name).out
            self.write("again.toml", shown)
            small = ["--runs", "1", "--set", "population.vulnerable=2000", "--set",
                     "outbreak.initially_infected=5"]
            if name.startswith("code-red-july"):
                small += ["--set", "population.placement.table=plan"]
            self.assertEqual(self.simulate("./again.toml", *small)["run_hash"],
                             self.simulate(name, *small)["run_hash"], name)
            self.assertEqual(self.run_program("scenario", "show", "./again.toml").out, shown)

    def test_inheritance_and_sets_are_applied(self):
        out = self.run_program("scenario", "show", "code-red-july-equal-rates", "--set",
                               "population.vulnerable=1234").out
        self.assertNotIn("inherits", out)
        self.assertIn("1234", out)
        self.assertIn("cas-16", out)

    def test_json(self):
        shown = self.run_program("scenario", "show", "uniform-si", "--format", "json").json
        self.assertIn("format = 1", shown["scenarios"][0]["toml"])


class Lint(ProgramTest):
    def test_the_library_is_clean(self):
        for name in LIBRARY:
            self.run_program("scenario", "lint", name, "--strict")

    def test_numbers_without_a_source_are_warnings(self):
        path = self.write("bare.toml", scenario_text())
        ended = self.run_program("scenario", "lint", path, "--format", "json")
        findings = ended.json["findings"]
        self.assertTrue(findings)
        self.assertEqual({one["severity"] for one in findings}, {"warning"})
        for one in findings:
            self.assertEqual(set(one), {"severity", "file", "line", "column", "finding", "remedy"})
            self.assertGreater(one["line"], 0)
        self.assertEqual(self.lint_code(path, "--strict"), 3)

    def test_all_errors_at_once(self):
        path = self.write("bad.toml", scenario_text(vulnerable="-5", rate="nan").replace("seeds", "seedz"))
        code = self.lint_code(path)
        self.assertEqual(code, 3)

    def lint_code(self, *arguments):
        """Lint's findings are data also where its code is 3."""
        from program import run
        ended = run("scenario", "lint", *arguments, "--format", "json", cwd=self.folder)
        self.assertTrue(ended.json["findings"])
        return ended.code


class Explain(ProgramTest):
    def test_every_parameter_with_unit_value_and_source(self):
        for name in LIBRARY:
            rows = self.run_program("scenario", "explain", name, "--format", "json").json["parameters"]
            for row in rows:
                self.assertLessEqual({"parameter", "value", "unit", "source"}, set(row))
            found = {row["parameter"]: row for row in rows}
            rate = found["worm.scan_rate_per_s"]
            self.assertEqual(rate["unit"], "targets/s")
            self.assertTrue(rate["source"])
            self.assertIn("population.vulnerable", found)

    def test_a_set_shows_as_such(self):
        rows = self.run_program("scenario", "explain", "uniform-si", "--set", "worm.scan_rate_per_s=9", "--format",
                                "json").json["parameters"]
        rate = next(row for row in rows if row["parameter"] == "worm.scan_rate_per_s")
        self.assertIn("9", str(rate["value"]))
        self.assertIn("command line", rate["source"])


class Verify(ProgramTest):
    def test_uniform_si_holds(self):
        ended = self.run_program("scenario", "verify", "uniform-si", "--runs", "20", "--jobs", "2", "--format", "json")
        rows = ended.json["rows"]
        self.assertTrue(rows)
        for row in rows:
            self.assertLessEqual(set(COLUMNS), set(row))
            self.assertIs(row["holds"], True)
            self.assertLessEqual(row["expected_low"], row["simulated_median"])
            self.assertLessEqual(row["simulated_median"], row["expected_high"])

    def test_csv_has_the_columns_in_order(self):
        ended = self.run_program("scenario", "verify", "uniform-si", "--runs", "5", "--jobs", "2", "--format", "csv",
                                 code=None)
        rows = list(csv.DictReader(io.StringIO(ended.out)))
        self.assertEqual(list(rows[0])[:len(COLUMNS)], COLUMNS)

    def test_one_that_does_not_hold_gives_1(self):
        ended = self.run_program("scenario", "verify", "uniform-si", "--runs", "3", "--set", "worm.scan_rate_per_s=9",
                                 "--format", "json", code=1)
        self.assertIn(False, [row["holds"] for row in ended.json["rows"]])

    def test_another_scenario_beside_and_a_folder(self):
        (self.folder / "other.toml").write_text(scenario_text(vulnerable="77"))
        plain = self.run_program("scenario", "verify", "uniform-si", "--runs", "5", "--format", "json", code=None)
        both = self.run_program("scenario", "verify", "uniform-si", "--runs", "5", "--format", "json", "--beside",
                                "./other.toml", "--out", "r", code=None)
        for row, with_beside in zip(plain.json["rows"], both.json["rows"]):
            self.assertNotIn("beside_median", row)
            beside = with_beside.pop("beside_median")
            self.assertEqual(row, with_beside)
            if row["name"] == "ever_infected":
                self.assertEqual(beside, 77)
        self.assertEqual(plain.code, both.code)
        self.run_program("verify", "r")
        self.assertIn("tiny", self.run_program("scenario", "verify", "uniform-si", "--runs", "2", "--beside",
                                               "./other.toml", code=None).out)
        for wrong in (["--beside", "no-such"], ["--all", "--beside", "uniform-si"], ["--all", "--out", "q"]):
            name = [] if "--all" in wrong else ["uniform-si"]
            self.run_program("scenario", "verify", *name, *wrong, code=2)

    def test_what_was_never_reached_does_not_hold(self):
        folder = self.folder / "own"
        folder.mkdir()
        (folder / "scenario.toml").write_text(scenario_text(rate="1e-6", seeds="1"))
        (folder / "expected.toml").write_text(
            '[[outcome]]\nname = "growth_rate_per_hour"\nlabel = "growth"\nunit = "1/h"\nlow = 1\nhigh = 2\n'
            'role = "independent"\nsource = "a test"\n')
        ended = self.run_program("scenario", "verify", folder, "--runs", "2", "--format", "json", code=1)
        row = ended.json["rows"][0]
        self.assertIsNone(row["simulated_median"])
        self.assertIs(row["holds"], False)

    def test_all(self):
        data = self.folder / "data"
        for name, rate in (("good", "1"), ("bad", "2"), ("without", "1")):
            folder = data / "scenarios" / name
            folder.mkdir(parents=True)
            (folder / "scenario.toml").write_text(
                scenario_text(rate=rate, vulnerable="300").replace('"tiny"', f'"{name}"'))
            if name != "without":
                high = 1000 if name == "good" else 10
                (folder / "expected.toml").write_text(
                    f'[[outcome]]\nname = "ever_infected"\nlabel = "all"\nunit = "hosts"\nlow = 1\nhigh = {high}\n'
                    'role = "independent"\nsource = "a test"\n')
        env = {"SECONDWAVE_DATA": str(data)}
        ended = self.run_program("scenario", "verify", "--all", "--runs", "2", "--format", "json", code=1, env=env)
        rows = ended.json["rows"]
        self.assertEqual({(row["scenario"], row["holds"]) for row in rows}, {("good", True), ("bad", False)})
        self.run_program("scenario", "verify", "good", "--runs", "2", env=env)

    def test_a_broken_expectation_is_bad_data(self):
        for text in ("[[outcome]\n", "[[outcome]]\nname = 3\n", '[[outcome]]\nname = "x"\nlow = nan\nhigh = 1\n',
                     "\x00", "outcome = 1\n"):
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                with open(os.path.join(folder, "scenario.toml"), "w", encoding="utf-8") as file:
                    file.write(scenario_text())
                with open(os.path.join(folder, "expected.toml"), "w", encoding="utf-8") as file:
                    file.write(text)
                ended = self.run_program("scenario", "verify", folder, "--runs", "2", code=3)
                self.assertIn("expected.toml", ended.err)
