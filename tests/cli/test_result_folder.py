"""The folder of --out: its files, their columns, and that it never takes what is not ours."""

import csv
import hashlib
import ipaddress
import json
import math
import os
import re
import shutil
import subprocess
import unittest

from program import SMALL, ProgramTest, prefix, scenario_text, small

LOCAL = ["code-red-2-local", "--set", "population.vulnerable=3000", "--set", "population.placement.networks=100",
         "--runs", "2", "--jobs", "2"]

WITH_SENSOR = scenario_text(bits="32", vulnerable="2000", rate="2000", seeds="20",
                            end="end = 2001-07-19T16:00:00Z",
                            more='[[sensor]]\nname = "eye"\nprefixes = ["198.18.0.0/16"]\n')


class Files(ProgramTest):
    def manifest(self, name="r"):
        return json.loads((self.folder / name / "manifest.json").read_text(encoding="utf-8"))

    def test_what_is_there(self):
        path = self.write("s.toml", WITH_SENSOR)
        result = self.simulate(path, "--runs", "4", "--seed", "5", "--out", "r")
        manifest = self.manifest()
        names = set(os.listdir(self.folder / "r"))
        self.assertLessEqual({"manifest.json", "curve.csv", "replicates.csv", "report.html", "ensemble.nc"}, names)
        self.assertTrue([n for n in names if n.endswith(".svg")])
        self.assertTrue([n for n in names if n.endswith(".png")])
        self.assertEqual(names, {"manifest.json", *manifest["files"], *manifest["other_files"]})
        for name, digest in manifest["files"].items():
            self.assertEqual(hashlib.sha256((self.folder / "r" / name).read_bytes()).hexdigest(), digest)
        self.assertEqual(manifest["run_hash"], result["run_hash"])
        self.assertEqual((manifest["runs"], manifest["runs_done"], manifest["seed"]), (4, 4, 5))
        self.assertIs(manifest["partial"], False)
        self.assertIn("format = 1", manifest["scenario_text"])
        self.assertTrue(manifest["program_version"])
        self.assertIsInstance(manifest["model_version"], int)
        self.assertIn(manifest["construction"], ("order", "pressure", "reference"))
        self.assertEqual(sorted(os.listdir(self.folder)), ["r", "s.toml"])

    def test_curve(self):
        path = self.write("s.toml", WITH_SENSOR)
        self.run_program("simulate", path, "--runs", "4", "--out", "r")
        with open(self.folder / "r" / "curve.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), ["time", "quantity", "p05", "p25", "median", "p75", "p95"])
        quantities = {row["quantity"] for row in rows}
        self.assertLessEqual({"ever_infected", "eye.packets", "eye.sources"}, quantities)
        for row in rows:
            self.assertRegex(row["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
            values = [float(row[key]) for key in ("p05", "p25", "median", "p75", "p95")]
            self.assertEqual(values, sorted(values))
        infected = [row for row in rows if row["quantity"] == "ever_infected"]
        self.assertEqual(infected[0]["time"], "2001-07-19T10:00:00Z")
        self.assertEqual(infected[-1]["time"], "2001-07-19T16:00:00Z")
        self.assertEqual(float(infected[0]["median"]), 20)
        medians = [float(row["median"]) for row in infected]
        self.assertEqual(medians, sorted(medians))
        self.assertEqual([row["time"] for row in infected], sorted({row["time"] for row in infected}))

    def test_replicates(self):
        result = self.simulate(*small(runs=5), "--out", "r")
        with open(self.folder / "r" / "replicates.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["replicate"] for row in rows], ["0", "1", "2", "3", "4"])
        self.assertEqual(list(rows[0])[0], "replicate")
        self.assertLessEqual(set(result["outcomes"]), set(rows[0]))
        for name, outcome in result["outcomes"].items():
            values = sorted(float(row[name]) for row in rows)
            self.assertEqual(values[2], outcome["median"], name)
        self.assertEqual([row["digest"] for row in rows], self.manifest()["replicate_digests"])
        self.assertEqual(len({row["digest"] for row in rows}), 5)

    def test_plots_and_report_open_from_disk(self):
        self.run_program("simulate", *SMALL, "--out", "r")
        for name in os.listdir(self.folder / "r"):
            data = (self.folder / "r" / name).read_bytes()
            if name.endswith(".png"):
                self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
                self.assertTrue(data.rstrip().endswith(b"IEND\xaeB`\x82"))
            if name.endswith(".svg"):
                self.assertIn(b"<svg", data)
                self.assertTrue(data.rstrip().endswith(b"</svg>"))
            if name.endswith(".nc"):
                self.assertEqual(data[:8], b"\x89HDF\r\n\x1a\n")
        page = (self.folder / "r" / "report.html").read_text(encoding="utf-8")
        self.assertIn(self.manifest()["run_hash"], page)
        self.assertTrue(page.rstrip().endswith("</html>"))
        for address in re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)""", page):
            self.assertNotRegex(address, r"^(https?:)?//", "the report must not ask the network for anything")

    def test_the_same_bytes_again(self):
        for name in ("a", "b"):
            self.run_program("simulate", *SMALL, "--out", name, "--infections")
        for name in self.manifest("a")["files"]:
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)
        self.assertIn("infections.csv.zst", self.manifest("a")["files"])

    def test_text_of_a_scenario_cannot_command_the_report(self):
        path = self.write("s.toml", scenario_text().replace('"A small outbreak for tests"',
                                                            '"<script>alert(1)</script> & <b>"'))
        ended = self.run_program("simulate", path, "--runs", "2", "--out", "r", code=None)
        if ended.code == 0:
            page = (self.folder / "r" / "report.html").read_text(encoding="utf-8")
            self.assertNotIn("<script>alert", page)

    def test_the_table_is_named_with_its_digest(self):
        self.run_program("simulate", *LOCAL, "--out", "r")
        table = prefix() / "share" / "secondwave" / "tables" / "plan.csv"
        stamp = self.manifest()["tables"][0]
        self.assertEqual(stamp["sha256"], hashlib.sha256(table.read_bytes()).hexdigest())
        self.assertEqual(stamp["name"], "plan")


@unittest.skipUnless(shutil.which("zstd"), "the command zstd is not installed")
class Infections(ProgramTest):
    def rows_of(self, name):
        packed = self.folder / name / "infections.csv.zst"
        text = subprocess.run(["zstd", "-dcq", str(packed)], check=True, stdout=subprocess.PIPE).stdout.decode("ascii")
        rows = list(csv.DictReader(text.splitlines()))
        self.assertEqual(list(rows[0]), ["replicate", "time_s", "host", "address", "source_host", "source_address"])
        return rows

    def check(self, rows, runs, hosts, seeds, once):
        self.assertEqual(sorted({row["replicate"] for row in rows}, key=int), [str(k) for k in range(runs)])
        for replicate in range(runs):
            mine = [row for row in rows if row["replicate"] == str(replicate)]
            times = [float(row["time_s"]) for row in mine]
            self.assertEqual(times, sorted(times))
            self.assertTrue(all(math.isfinite(t) and t >= 0 for t in times))
            address_of = {}
            infected_at = {}
            for row, time_s in zip(mine, times):
                host = int(row["host"])
                self.assertTrue(0 <= host < hosts)
                self.assertEqual(address_of.setdefault(host, row["address"]), row["address"])
                ipaddress.IPv4Address(row["address"])
                if once:
                    self.assertNotIn(host, infected_at)
                if row["source_host"]:
                    source = int(row["source_host"])
                    self.assertNotEqual(source, host)
                    self.assertIn(source, infected_at)
                    self.assertLessEqual(infected_at[source], time_s)
                    self.assertEqual(row["source_address"], address_of[source])
                else:
                    self.assertEqual((time_s, row["source_address"]), (0, ""))
                infected_at.setdefault(host, time_s)
            self.assertEqual(len(set(address_of.values())), len(address_of))
            self.assertEqual(sum(1 for row in mine if not row["source_host"]), seeds)

    def test_uniform(self):
        result = self.simulate(*SMALL, "--out", "r", "--infections")
        rows = self.rows_of("r")
        self.check(rows, 3, 2000, 10, once=True)
        self.assertEqual(len(rows), 3 * 2000)
        self.assertEqual(result["outcomes"]["ever_infected"]["median"], 2000)
        self.assertTrue(all(int(ipaddress.IPv4Address(row["address"])) < 2**20 for row in rows))

    def test_local_preference_by_country(self):
        self.run_program("simulate", *LOCAL, "--out", "r", "--infections")
        rows = self.rows_of("r")
        self.check(rows, 2, 3000, 10, once=True)
        first = [row for row in rows if row["replicate"] == "0"]
        self.assertLessEqual(len({row["address"].rsplit(".", 2)[0] for row in first}), 100)

    def test_reinfection(self):
        path = self.write("s.toml", scenario_text(
            bits="14", vulnerable="300", rate="0.5", more='[[response]]\nname = "boot"\nkind = "reboot"\n'
                                                          "rate_per_h = 1\n"))
        self.run_program("simulate", path, "--runs", "2", "--out", "r", "--infections")
        rows = self.rows_of("r")
        self.check(rows, 2, 300, 5, once=False)
        self.assertGreater(len(rows), 2 * 300)

    def test_the_digest_is_over_these_rows(self):
        # Two seeds: other rows, another digest; the same seed by another way: the same rows, the same digest.
        digests = {}
        for name, more in (("a", small()), ("b", [*small(), "--seed", "2"]), ("c", small(jobs=3))):
            self.run_program("simulate", *more, "--out", name, "--infections")
            manifest = json.loads((self.folder / name / "manifest.json").read_text())
            digests[name] = (manifest["run_hash"], tuple(tuple(row.items()) for row in self.rows_of(name)))
        self.assertEqual(digests["a"], digests["c"])
        self.assertNotEqual(digests["a"][0], digests["b"][0])
        self.assertNotEqual(digests["a"][1], digests["b"][1])


class Place(ProgramTest):
    def simulate_into(self, place, code=0, **more):
        return self.run_program("simulate", *SMALL, "--out", place, code=code, **more)

    def left(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    def test_parents_are_made(self):
        self.simulate_into("a/b/c/")
        self.assertTrue((self.folder / "a/b/c/manifest.json").is_file())

    def test_an_empty_folder_is_taken(self):
        os.mkdir(self.folder / "r")
        self.simulate_into("r")
        self.assertTrue((self.folder / "r/manifest.json").is_file())

    def test_an_earlier_result_is_replaced(self):
        self.run_program("simulate", *SMALL, "--out", "r", "--infections")
        first = json.loads((self.folder / "r/manifest.json").read_text())
        self.run_program("simulate", *SMALL, "--seed", "9", "--out", "r")
        second = json.loads((self.folder / "r/manifest.json").read_text())
        self.assertNotEqual(first["run_hash"], second["run_hash"])
        self.assertFalse((self.folder / "r/infections.csv.zst").exists())
        self.assertEqual(os.listdir(self.folder), ["r"])
        self.run_program("verify", "r")

    def test_what_is_not_ours_is_never_touched(self):
        for name in ("thesis.txt", ".hidden", "sub/deep.txt", "manifest.json", "curve.csv"):
            folder = self.folder / "mine"
            path = folder / name
            path.parent.mkdir(parents=True)
            path.write_text("precious")
            before = self.left()
            ended = self.simulate_into("mine", code=2)
            self.assertIn("mine", ended.err)
            self.assertEqual(self.left(), before)
            self.assertEqual(path.read_text(), "precious")
            shutil.rmtree(folder)

    def test_a_note_beside_our_files_keeps_the_folder(self):
        self.simulate_into("r")
        (self.folder / "r" / "notes.txt").write_text("precious")
        before = {path: path.read_bytes() for path in (self.folder / "r").iterdir()}
        self.assertIn("notes.txt", self.simulate_into("r", code=2).err)
        self.assertEqual({path: path.read_bytes() for path in (self.folder / "r").iterdir()}, before)

    def test_a_file_a_folder_of_others_and_the_own_folder(self):
        self.write("file", "precious")
        os.symlink("nowhere", self.folder / "dangling")
        for place in ("file", ".", "", "/", "..", "dangling"):
            with self.subTest(place=place):
                self.simulate_into(place, code=2)
        self.assertEqual((self.folder / "file").read_text(), "precious")

    def test_where_nothing_can_be_written(self):
        self.write("file", "precious")
        for place in ("file/r", "file/a/b", "/proc/r", "/proc/self/r", "/dev/null/r", "x" * 300, "a/" * 3000 + "r"):
            with self.subTest(place=place[:40]):
                before = self.left()
                ended = self.simulate_into(place, code=1)
                self.assertIn("cannot", ended.err)
                self.assertEqual(self.left(), before)
                self.assertEqual(ended.raw_out, b"")

    def test_strange_names_of_folders(self):
        for place in ("with space", "ümläut", "--dash", "a\nb", "q'\"$(x)`y`", "*", b"\xff\xfe", b"\x1b[31mred"):
            name = os.fsdecode(place) if isinstance(place, bytes) else place
            self.run_program("simulate", *SMALL, f"--out=./{name}")
            self.assertTrue((self.folder / name / "manifest.json").is_file())
            self.run_program("verify", f"./{name}")

    def test_a_link_to_a_folder_is_followed(self):
        os.mkdir(self.folder / "real")
        os.symlink("real", self.folder / "link")
        self.simulate_into("link")
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertTrue((self.folder / "real" / "manifest.json").is_file())

    def test_without_gnuplot_there_is_a_result_with_a_warning(self):
        ended = self.simulate_into("r", env={"PATH": "/nowhere"})
        self.assertIn("warning", ended.err)
        self.assertTrue((self.folder / "r/report.html").is_file())
        self.run_program("verify", "r")
