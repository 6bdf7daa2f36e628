"""Ctrl-C: the code 130, and a partial result that is readable and marked so."""

import json
import os
import shutil
import signal
import subprocess
import time

from program import PATIENCE, SMALL, ProgramTest, scenario_text, start

# Some hundred replicates a second, for hours.
LONG = ["uniform-si", "--set", "population.vulnerable=20000", "--set", "worm.scan_rate_per_s=100", "--runs", "1000000",
        "--jobs", "2"]


def interrupt(test, arguments, after_s, number=signal.SIGINT, longest_s=20):
    """Starts, waits, sends the signal; gives code, output and messages, and how long the end took."""
    child = start(arguments, test.folder)
    time.sleep(after_s)
    test.assertIsNone(child.poll(), "ended before it could be interrupted")
    child.send_signal(number)
    began = time.monotonic()
    try:
        out, err = child.communicate(timeout=longest_s * PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        test.fail(f"not ended {longest_s * PATIENCE:.0f} s after the signal: {arguments}")
    return child.returncode, out, err, time.monotonic() - began


def interrupt_after_progress(test, out):
    """Interrupts a long simulation that writes into a folder; gives the code."""
    return interrupt(test, ["simulate", *LONG, "--out", out], 1.5)[0]


class Interruption(ProgramTest):
    def test_a_partial_result_is_marked(self):
        code, out, err, _ = interrupt(self, ["simulate", *LONG, "--out", "r", "--format", "json"], 1.5)
        self.assertEqual(code, 130, err)
        result = json.loads(out)
        self.assertIs(result["partial"], True)
        manifest = json.loads((self.folder / "r" / "manifest.json").read_text())
        self.assertIs(manifest["partial"], True)
        self.assertEqual(manifest["runs"], 1000000)
        self.assertGreater(manifest["runs_done"], 0)
        self.assertLess(manifest["runs_done"], 1000000)
        self.assertEqual(len(manifest["replicate_digests"]), manifest["runs_done"])
        rows = (self.folder / "r" / "replicates.csv").read_text().splitlines()
        self.assertEqual(len(rows), 1 + manifest["runs_done"])
        self.assertIn(b"partial", err)
        self.assertIn("Interrupted", (self.folder / "r" / "report.html").read_text())
        self.assertEqual(os.listdir(self.folder), ["r"])
        self.assertEqual(manifest["run_hash"], result["run_hash"])

    def test_what_was_done_equals_a_run_of_that_many(self):
        self.assertEqual(interrupt_after_progress(self, "r"), 130)
        manifest = json.loads((self.folder / "r" / "manifest.json").read_text())
        few = [str(min(manifest["runs_done"], 5)) if value == "1000000" else value for value in LONG]
        self.run_program("simulate", *few, "--out", "few")
        again = json.loads((self.folder / "few" / "manifest.json").read_text())
        self.assertEqual(again["replicate_digests"], manifest["replicate_digests"][:5])

    def test_sigterm_too(self):
        code, _, err, _ = interrupt(self, ["simulate", *LONG], 1.0, signal.SIGTERM)
        self.assertEqual(code, 130, err)

    def test_quiet_is_quiet(self):
        code, out, err, _ = interrupt(self, ["simulate", *LONG, "--quiet", "--format", "json"], 1.0)
        self.assertEqual((code, err), (130, b""))
        self.assertIs(json.loads(out)["partial"], True)

    def test_before_the_first_replicate_is_done(self):
        slow = ["uniform-si", "--set", "population.vulnerable=50000000", "--set", "worm.scan_rate_per_s=0.01",
                "--construction", "pressure", "--runs", "2", "--jobs", "1", "--out", "r"]
        code, _, err, _ = interrupt(self, ["simulate", *slow], 0.5)
        self.assertEqual(code, 130, err)
        if (self.folder / "r").exists():
            manifest = json.loads((self.folder / "r" / "manifest.json").read_text())
            self.assertEqual((manifest["partial"], manifest["runs_done"]), (True, 0))
            self.run_program("verify", "r")

    def test_infections_of_a_partial_result(self):
        code, _, err, _ = interrupt(self, ["simulate", *LONG, "--out", "r", "--infections"], 1.5)
        self.assertEqual(code, 130, err)
        manifest = json.loads((self.folder / "r" / "manifest.json").read_text())
        if shutil.which("zstd"):
            packed = self.folder / "r" / "infections.csv.zst"
            last = subprocess.run(f"zstd -dcq '{packed}' | tail -n 1", shell=True, check=True,
                                  stdout=subprocess.PIPE).stdout.decode()
            self.assertEqual(int(last.split(",")[0]), manifest["runs_done"] - 1)

    def test_an_earlier_result_is_replaced_only_by_one(self):
        self.run_program("simulate", *SMALL, "--out", "r")
        before = (self.folder / "r" / "manifest.json").read_text()
        child = start(["simulate", *LONG, "--out", "r"], self.folder)
        time.sleep(1.0)
        child.kill()  # no time for anything
        child.communicate()
        self.assertEqual((self.folder / "r" / "manifest.json").read_text(), before)
        self.run_program("verify", "r")
        for left in os.listdir(self.folder):
            self.assertTrue(left == "r" or "partial" in left)
            if left != "r":
                self.assertFalse((self.folder / left / "manifest.json").exists())
                self.assertNotEqual(self.run_program("verify", left, code=None).code, 0)

    def test_verify_and_scenario_verify(self):
        text = scenario_text(end="", bits="32", vulnerable="20000", rate="100")
        (self.folder / "s").mkdir()
        (self.folder / "s" / "scenario.toml").write_text(text)
        (self.folder / "s" / "expected.toml").write_text(
            '[[outcome]]\nname = "ever_infected"\nlabel = "all"\nunit = "hosts"\nlow = 1\nhigh = 2\n'
            'role = "independent"\nsource = "a test"\n')
        code, out, err, _ = interrupt(self, ["scenario", "verify", "./s", "--runs", "1000000"], 1.0)
        self.assertEqual((code, out), (130, b""), err)

    def test_a_sensor_with_very_many_hits_can_be_interrupted(self):
        path = self.write("s.toml", scenario_text(
            end="end = 2001-08-19T00:00:00Z", bits="32", vulnerable="300000", rate="50", seeds="1000",
            more='[[sensor]]\nname = "eye"\nprefixes = ["0.0.0.0/2"]\nbin_s = 3\nloss = 0.5\n'
                 'packets_per_target = 2.5\n'))
        code, _, err, took_s = interrupt(self, ["simulate", path, "--runs", "4", "--jobs", "2"], 3)
        self.assertEqual(code, 130, err)
        self.assertLess(took_s, 5 * PATIENCE)
