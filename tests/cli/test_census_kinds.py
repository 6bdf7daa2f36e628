"""census from outside: kinds of hosts by their names, and hosts behind addresses."""

import csv
import io
import json
import random
import unittest

import program
from program import ProgramTest

KEYS = ["address", "name", "access", "assignment", "role", "owner", "confidence", "because"]


class Classify(ProgramTest):
    def classify(self, text, *arguments, form="json", **more):
        self.write("names.tsv", text)
        return self.run_program("census", "--classify", "names.tsv", "--format", form, *arguments, **more)

    def test_one_object_with_a_host_a_line(self):
        result = self.classify("192.0.2.1\tdsl-192-0-2-1.pool.example.net\n198.51.100.7\tmail.generaldynamics.com\n").json
        self.assertEqual(list(result), ["hosts"])
        subscriber, server = result["hosts"]
        self.assertEqual(list(subscriber), KEYS)
        self.assertEqual([subscriber[key] for key in KEYS[:6]],
                         ["192.0.2.1", "dsl-192-0-2-1.pool.example.net", "dsl", "dynamic", "client", "home"])
        self.assertIn("dsl", subscriber["because"])
        self.assertEqual((server["assignment"], server["role"]), ("static", "mail"), "no substrings")
        self.assertNotIn("dynamics", server["because"])
        self.assertTrue(0 < subscriber["confidence"] <= 1)

    def test_nothing_in_is_no_host_out(self):
        self.assertEqual(self.classify("").json, {"hosts": []})

    def test_hostile_names_are_harmless_in_every_form(self):
        names = ["<script>dsl</script>.example.net", "=cmd|' /C calc'!A0", "\u202edsl-1.example.net", "a\x1b[2Jb.net",
                 '"dsl".example.net', "x" * 255 + ".example.net", "\\000\\255.example.net", "."]
        text = "".join(f"192.0.2.{i}\t{name}\n" for i, name in enumerate(names))
        hosts = self.classify(text).json["hosts"]
        self.assertEqual(len(hosts), len(names))
        self.assertEqual(hosts[1]["name"], names[1])
        for host in hosts:
            self.assertEqual(host["assignment"], "unknown")
        for form in ["csv", "table"]:
            out = self.classify(text, form=form).raw_out
            self.assertNotIn(b"\x1b", out)
        rows = list(csv.DictReader(io.StringIO(self.classify(text, form="csv").out)))
        self.assertEqual(len(rows), len(names))
        self.assertTrue(rows[1]["name"].startswith("'="), "no formula")

    def test_bad_lines_are_counted_and_too_many_are_an_error(self):
        good = "".join(f"192.0.2.{i}\tns{i}.example.com\n" for i in range(40))
        ended = self.classify(good + "no tab\n" + "192.0.2.1\t" + "y" * 5000 + "\n")
        self.assertEqual(len(ended.json["hosts"]), 40)
        self.assertIn("2 bad lines", ended.err)
        self.assertIn("line 41", ended.err)
        self.write("names.tsv", "one\ntwo\n" + good[:30])
        ended = self.run_program("census", "--classify", "names.tsv", "--format", "json", code=3)
        self.assertIn("names.tsv:1", ended.err)
        self.run_program("census", "--classify", "absent.tsv", code=2)

    def test_a_large_file_is_streamed(self):
        line = "198.51.100.%d\tdsl-198-51-100-%d.dyn.example-telco.net\n"
        self.write("names.tsv", "".join(line % (i % 256, i % 256) for i in range(200_000)))
        ended = program.run("census", "--classify", "names.tsv", "--format", "csv", cwd=self.folder, longest_s=20)
        self.assertEqual((ended.code, ended.raw_out.count(b"\n")), (0, 200_001))
        self.assertLess(ended.bytes_held, 120 << 20)


def world(days, servers, homes, seed):
    """Lines of a web log: servers seen every day, homes on two days in three under an address that changes."""
    luck = random.Random(seed)
    lines = []

    def visit(address, day):
        for _ in range(luck.randint(2, 6)):
            at = f"{1 + day:02}/Aug/2001:{luck.randint(8, 20):02}:{luck.randint(0, 59):02}:{luck.randint(0, 59):02} +0000"
            lines.append(f'{address} - - [{at}] "GET /default.ida?XXXX HTTP/1.0" 404 200\n')

    for server in range(servers):
        for day in range(days):
            visit(f"10.1.{server // 256}.{server % 256}", day)
    for _ in range(homes):
        address = luck.randrange(1 << 16)
        for day in range(days):
            if luck.random() < 0.3:
                address = luck.randrange(1 << 16)
            if luck.random() < 2 / 3:
                visit(f"10.2.{address // 256}.{address % 256}", day)
    return "".join(lines)


class HostsBehindAddresses(ProgramTest):
    def store(self, text):
        self.write("web.log", text)
        self.run_program("observe", "web.log", "--store", "s.db", "--sensor", "web")

    def census(self, *arguments, **more):
        return self.run_program("census", "--store", "s.db", "--no-lookup", "--format", "json", *arguments, **more)

    def test_an_estimate_with_its_interval_method_and_assumptions(self):
        self.store(world(days=10, servers=150, homes=400, seed=4))
        self.write("names.tsv", "".join(f"10.1.{i // 256}.{i % 256}\twww{i}.example.com\n" for i in range(150)))
        result = self.census("--offline", "names.tsv", "--by", "role").json
        hosts = result["hosts"]
        self.assertEqual(hosts["addresses"], result["sources"])
        self.assertGreater(hosts["addresses"], 1.8 * 550, "addresses count too many")
        self.assertLess(hosts["p05"], 550)
        self.assertGreater(hosts["p95"], 550)
        self.assertIn("Jolly-Seber", hosts["method"])
        self.assertGreaterEqual(len(hosts["assumptions"]), 3)
        self.assertEqual([each["stratum"] for each in hosts["strata"]], ["assignment unknown", "static"])
        web = result["tables"]["role"]["rows"][0]
        self.assertEqual((web["key"], web["hosts"]), ("web", 150))
        self.assertAlmostEqual(web["estimate"], 150, delta=6)
        rows = program.run("census", "--store", "s.db", "--no-lookup", "--format", "csv", cwd=self.folder).out.splitlines()
        count = next(row for row in rows if row.startswith("estimate,hosts,"))
        self.assertAlmostEqual(float(count.split(",")[4]), hosts["estimate"], delta=1)
        text = program.run("census", "--store", "s.db", "--no-lookup", cwd=self.folder).out
        self.assertIn("Hosts behind the", text)

    def test_few_days_give_a_reason(self):
        self.store(world(days=2, servers=20, homes=20, seed=5))
        hosts = self.census().json["hosts"]
        self.assertIsNone(hosts["estimate"])
        self.assertIn("four days", hosts["reason"])

    def test_what_is_wrong_with_the_sensor(self):
        self.store(world(days=1, servers=3, homes=0, seed=6))
        for arguments, word in [(["--scan-rate", "6"], "--sensor-prefix"), (["--sensor-prefix", "10.0.0.0/99"], "prefix"),
                                (["--scan-rate", "fast", "--sensor-prefix", "198.18.0.0/16"], "MEAN"),
                                (["--sensor-prefix", "10.0.0.0/8", "--sensor-prefix", "10.1.0.0/16"], "overlap")]:
            ended = self.census(*arguments, code=2)
            self.assertIn(word, ended.err)


if __name__ == "__main__":
    unittest.main()
