"""docs/tutorial-census.md, run as it stands: the commands between ```sh and ```, in order, in one empty folder."""

import csv
import email
import email.policy
import os
import pathlib
import re
import subprocess
import tomllib

from program import ProgramTest, environment, prefix

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tutorial-census.md"


class Tutorial(ProgramTest):
    def test_from_log_lines_to_a_note_for_each_owner(self):
        blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        self.assertEqual(len(blocks), 5)
        env = environment({"PATH": f"{prefix() / 'bin'}:{os.environ['PATH']}"})
        shown = []
        for block in blocks:
            ended = subprocess.run(["bash", "-eu", "-c", block], cwd=self.folder, env=env, capture_output=True,
                                   timeout=120, check=False)
            self.assertEqual(ended.returncode, 0, f"{block}\n{ended.stderr.decode()}")
            shown.append(ended.stdout.decode("utf-8"))
        log, read, census, told, again = shown
        self.assertIn("simulated by secondwave", log)
        self.assertRegex(read, r"sightings from 3\d\d sources")
        for word in ("country", "tld", "example.net", "addresses by local time"):
            self.assertIn(word, census)
        self.assertIn("EXERCISE", told)
        self.assertIn("Example Network", told)
        self.assertIn("Nothing new", again)
        page = (self.folder / "census" / "report.html").read_text("utf-8")
        self.assertGreaterEqual(page.count("<svg "), 4)
        self.assertNotIn("<script", page)
        self.check_notices(self.folder / "notices" / "0001-exercise")
        refused = self.run_program("notify", "--store", "knocks.db", "--out", "real", code=3)
        self.assertIn("--exercise", refused.err)

    def check_notices(self, folder):
        with open(folder / "notices.csv", encoding="utf-8", newline="") as text:
            owners = list(csv.DictReader(text))
        with open(folder / "notified.csv", encoding="utf-8", newline="") as text:
            hosts = {row["address"] for row in csv.DictReader(text)}
        self.assertEqual(sum(int(row["addresses"]) for row in owners), len(hosts), "every host is in one notice")
        self.assertEqual({row["exercise"] for row in owners}, {"yes"})
        kinds = [row["owner_kind"] for row in owners]
        self.assertEqual(kinds.count("contact"), 3)
        self.assertGreater(kinds.count("prefix"), 0)
        mail = email.message_from_bytes(next(folder.glob("abuse_example.net-*.eml")).read_bytes(),
                                        policy=email.policy.default)
        self.assertIn("EXERCISE", mail["subject"])
        self.assertIn("www-", mail.get_content(), "names of the census stand in the notice")
        with open(prefix() / "share" / "secondwave" / "tables" / "advice.toml", "rb") as text:
            advice = {one["label"]: one for one in tomllib.load(text)["advice"]}
        words = " ".join(mail.get_content().split())
        self.assertIn(advice["code-red-1"]["what"], words, "advice is given whole")


if __name__ == "__main__":
    import unittest
    unittest.main()
