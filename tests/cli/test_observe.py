"""observe, follow and what a store answers, from outside: files with known content go in, the counts come out."""

import gzip
import json
import os
import signal
import subprocess
import time

import program
from program import PATIENCE, ProgramTest, start

HONEYNET = os.path.join(os.environ.get("SECONDWAVE_SHARED", os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__))))), "shared", "data")), "honeynet-2005")


def web_line(i, request="/index.html", address=None):
    minute, second = divmod(i, 60)
    hour, minute = divmod(minute, 60)
    return (f'{address or f"203.0.113.{i % 200}"} - - [01/Aug/2001:{hour:02}:{minute:02}:{second:02} +0000] '
            f'"GET {request} HTTP/1.0" 404 {i % 500}\n')


def web_log(lines):
    """Every tenth line is Code Red II."""
    return "".join(web_line(i, "/default.ida?" + "X" * 60 + "%u9090%u6858%ucbd3" if i % 10 == 0 else "/index.html")
                   for i in range(lines))


class ObserveTest(ProgramTest):
    def observe(self, *arguments, sensor="web", store="s.db", **more):
        return self.run_program("observe", *arguments, "--store", store, "--sensor", sensor, "--format", "json", **more)

    def sources(self, *arguments, store="s.db"):
        return self.run_program("sources", "--store", store, "--format", "json", *arguments).json

    def series(self, *arguments, store="s.db"):
        rows = self.run_program("series", "--store", store, *arguments).out.splitlines()
        self.assertEqual(rows[0], "time,bin_s,count,kind,sensor,label")
        return [row.split(",") for row in rows[1:]]

    def content(self, store="s.db"):
        """Everything that queries say, but the paths and numbers of inputs."""
        everything = self.sources(store=store)
        return (everything, [self.series("--by", "minute", "--count", kind, store=store)
                             for kind in ("sources", "new_sources", "sightings", "packets", "targets")])


class Observe(ObserveTest):
    def test_what_goes_in_comes_out(self):
        self.write("a.log", web_log(1000) + "what is this\n")
        report = self.observe("a.log").json
        self.assertEqual((report["sightings"], report["sources"]), (1000, 200))
        file = report["files"][0]
        self.assertEqual((file["path"], file["format"], file["records"], file["bad"]), ("a.log", "web_log", 1001, 1))
        self.assertEqual(file["first_bad"]["line"], 1001)
        self.assertEqual((file["first"], file["last"]), ("2001-08-01T00:00:00Z", "2001-08-01T00:16:39Z"))
        red = self.sources("--label", "code-red-2")
        self.assertEqual(red["count"], 20)
        self.assertEqual(sum(each["sightings"] for each in red["sources"]), 100)
        first = next(each for each in red["sources"] if each["address"] == "203.0.113.0")
        self.assertEqual(first["first_seen"], "2001-08-01T00:00:00Z")
        self.assertEqual(first["last_seen"], "2001-08-01T00:13:20Z")
        self.assertEqual(first["sensors"], ["web"])
        minutes = self.series("--by", "minute", "--count", "sightings")
        self.assertEqual([row[2] for row in minutes], ["60"] * 16 + ["40"])
        self.assertEqual(minutes[3][0], "2001-08-01T00:03:00Z")
        self.assertEqual([row[2] for row in self.series("--by", "minute", "--count", "new_sources")][:5],
                         ["60", "60", "60", "20", "0"])
        self.assertEqual(self.series("--by", "day"), [["2001-08-01T00:00:00Z", "86400", "200", "sources", "web", "all"]])
        asked = self.series("--from", "2001-07-31T23:00:00Z", "--to", "2001-08-01T02:00:00Z")
        self.assertEqual([row[2] for row in asked], ["0", "200", "0"])

    def test_each_byte_once_under_any_name_and_packing(self):
        text = web_log(3000)
        self.write("a.log", text)
        self.observe("a.log")
        before = self.content()
        self.write("b.log", text)
        self.write("c.gz", gzip.compress(text.encode()))
        report = self.observe("a.log", "b.log", "c.gz").json
        self.assertEqual([file["new_records"] for file in report["files"]], [0, 0, 0])
        self.assertEqual(report["sightings"], 3000)
        self.assertEqual(self.content(), before)
        # Grown, then rotated and packed: only what is new.
        self.write("a.log.1.gz", gzip.compress(web_log(3500).encode()))
        file = self.observe("a.log.1.gz").json["files"][0]
        self.assertEqual((file["status"], file["new_records"], file["records"]), ("grown", 500, 3500))
        # Another file with a common front.
        self.write("d.log", web_log(2900) + web_line(5000))
        self.assertEqual(self.observe("d.log").json["files"][0]["status"], "new")

    def test_copies_side_by_side(self):
        text = web_log(3000)
        os.mkdir(self.folder / "logs")
        self.write("logs/a", text)
        self.write("logs/b.gz", gzip.compress(text.encode()))
        self.write("logs/front", web_log(1500))
        self.write("logs/other", web_log(50)[100:])
        report = self.observe("logs", "--jobs", "4").json
        self.assertEqual(len(report["files"]), 4)
        self.assertEqual(report["sightings"], 3049)
        self.assertEqual(self.observe("logs/*").json["sightings"], 3049)

    def test_forget_and_replace(self):
        self.write("a.log", web_log(1000))
        self.write("b.log", web_log(600)[80:])
        self.observe("a.log")
        before = self.content()
        self.observe("b.log")
        self.run_program("store", "forget", "b.log", "--store", "s.db")
        self.assertEqual(self.content(), before)
        self.observe("b.log")
        other = self.observe("b.log", "--labelled-only")
        self.assertIn("--replace reads it anew", other.err)
        replaced = self.observe("b.log", "--labelled-only", "--replace").json["files"][0]
        self.assertEqual((replaced["status"], replaced["sightings"], replaced["unmatched"]), ("replaced", 59, 541))
        self.run_program("store", "forget", "nothing", "--store", "s.db", code=2)
        info = self.run_program("store", "info", "--store", "s.db", "--format", "json").json
        self.assertEqual([each["path"] for each in info["inputs"]], ["a.log", "b.log"])
        self.run_program("store", "forget", "1", "b.log", "--store", "s.db")
        self.assertEqual(self.sources()["count"], 0)

    def test_another_time_zone_is_as_a_fresh_read(self):
        text = "".join(f"Aug  1 {h:02}:00:00 gate kernel: IN=eth0 OUT= SRC=203.0.113.{h} DST=192.0.2.1 LEN=404 TOS=0x00 "
                       f"PREC=0x00 TTL=110 ID=1 PROTO=UDP SPT=1060 DPT=1434 LEN=384\n" for h in range(24))
        self.write("fw.log", text)
        self.observe("fw.log", "--year", "2003", sensor="fw")
        self.observe("fw.log", "--year", "2003", "--tz", "-05:00", "--replace", sensor="fw")
        self.observe("fw.log", "--year", "2003", "--tz", "-05:00", sensor="fw", store="fresh.db")
        self.assertEqual(self.content(), self.content("fresh.db"))
        self.assertEqual(self.sources("--sort", "first_seen")["sources"][0]["first_seen"], "2003-08-01T05:00:00Z")

    def test_sequences_are_judged_whatever_the_order_of_files(self):
        urls = ["/scripts/root.exe?/c+dir", "/MSADC/root.exe?/c+dir", "/c/winnt/system32/cmd.exe?/c+dir",
                "/d/winnt/system32/cmd.exe?/c+dir", "/scripts/..%255c../winnt/system32/cmd.exe?/c+dir",
                "/_vti_bin/..%255c../..%255c../..%255c../winnt/system32/cmd.exe?/c+dir",
                "/_mem_bin/..%255c../..%255c../..%255c../winnt/system32/cmd.exe?/c+dir",
                "/msadc/..%255c../..%255c../..%255c/..%c1%1c../..%c1%1c../..%c1%1c../winnt/system32/cmd.exe?/c+dir",
                "/scripts/..%c1%1c../winnt/system32/cmd.exe?/c+dir", "/scripts/..%c0%2f../winnt/system32/cmd.exe?/c+dir"]
        early = "".join(web_line(i, url, "198.51.100.1") for i, url in enumerate(urls[:5]))
        late = "".join(web_line(600 + i, url, "198.51.100.1") for i, url in enumerate(urls[5:]))
        scanner = web_line(10, urls[0], "198.51.100.2")
        self.write("1.log", early + scanner)
        self.write("2.log", late)
        self.observe("2.log")
        self.assertEqual(self.sources("--label", "nimda")["count"], 0)
        self.observe("1.log")
        nimda = self.sources("--label", "nimda")
        self.assertEqual([each["address"] for each in nimda["sources"]], ["198.51.100.1"])
        self.assertEqual(nimda["sources"][0]["sightings"], 10)
        self.observe("1.log", "2.log", store="other.db")
        self.assertEqual(self.content(), self.content("other.db"))

    def test_evidence_is_short_and_escaped(self):
        self.write("a.log", web_line(0, "/default.ida?" + "X" * 900 + "%u9090%u6858%ucbd3") +
                   web_line(1, "/\x1b[31m\u202e" + "y" * 5, "203.0.113.0"))
        self.observe("a.log")
        evidence = self.run_program("evidence", "203.0.113.0", "--store", "s.db", "--format", "json").json
        self.assertEqual({each["label"] for each in evidence["samples"]}, {"code-red-2", "other"})
        for sample in evidence["samples"]:
            self.assertLessEqual(len(sample["text"].encode()), 200)
            self.assertEqual(sample["input"], "a.log")
        self.run_program("evidence", "203.0.113.0", "--store", "s.db")
        self.run_program("evidence", "203.0.113.9", "--store", "s.db")
        self.run_program("evidence", "nobody", "--store", "s.db", code=2)

    def test_own_and_known_sources_are_shown_apart(self):
        self.write("a.log", web_log(1000))
        self.observe("a.log")
        self.write("known.txt", "# research\n203.0.113.64/26 Some University\n")
        found = self.sources("--own", "203.0.113.0/27", "--known", "known.txt")
        self.assertEqual(found["count"], 200 - 32 - 64)
        self.assertEqual(found["apart"]["count"], 96)
        self.assertEqual({each["known_as"] for each in found["apart"]["sources"]}, {"own network", "Some University"})
        self.assertEqual(self.series("--by", "day", "--own", "203.0.113.0/27")[0][2], "168")

    def test_outages_are_empty_fields(self):
        self.write("a.log", web_log(1000))
        self.write("s.toml", 'name = "web"\n[[outage]]\nfrom = 2001-08-01T00:05:30Z\nto = 2001-08-01T00:07:00Z\n'
                   'why = "disk full"\n')
        self.run_program("observe", "a.log", "--store", "s.db", "--sensor-file", "s.toml")
        counts = [row[2] for row in self.series("--by", "minute", "--count", "sightings")]
        self.assertEqual(counts[4:8], ["60", "", "", "60"])

    def test_standard_input(self):
        command = [str(program.prefix() / "bin" / "secondwave"), "observe", "-", "--store", "s.db", "--sensor", "web",
                   "--format", "json"]
        def pipe(text):
            return json.loads(subprocess.run(command, cwd=self.folder, input=text.encode(), check=True,
                                             stdout=subprocess.PIPE).stdout)["files"][0]
        self.assertEqual(pipe(web_log(2000))["status"], "new")
        self.assertEqual(pipe(web_log(2000))["status"], "unchanged")
        self.assertEqual(pipe(web_log(2500))["new_records"], 500)
        self.assertEqual(pipe(web_log(1000) + web_line(9999))["status"], "new")

    def test_a_pipe_is_committed_as_it_comes(self):
        child = subprocess.Popen([str(program.prefix() / "bin" / "secondwave"), "observe", "-", "--store", "s.db",
                                  "--sensor", "web"], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        child.stdin.write(web_log(100).encode())
        child.stdin.flush()
        until = time.monotonic() + 20 * PATIENCE
        count = 0
        while count != 100 and time.monotonic() < until:
            time.sleep(0.2)
            rows = program.run("series", "--store", "s.db", "--by", "day", "--count", "sightings", cwd=self.folder)
            count = sum(int(row.split(",")[2]) for row in rows.out.splitlines()[1:]) if rows.code == 0 else 0
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(20 * PATIENCE), 130)
        child.stdin.close()
        self.assertEqual(count, 100)


    def test_a_pipe_that_says_nothing_can_be_interrupted(self):
        reading, writing = os.pipe()
        command = [str(program.prefix() / "bin" / "secondwave"), "observe", "-", "--store", "s.db", "--sensor", "web"]
        child = subprocess.Popen(command, cwd=self.folder, env=program.environment(), stdin=reading,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.close(reading)
        time.sleep(1)
        child.send_signal(signal.SIGINT)
        try:
            out, err = child.communicate(timeout=10 * PATIENCE)
        finally:
            os.close(writing)
            child.kill()
        self.assertEqual(child.returncode, 130, err)
        self.assertIn(b"interrupted", out)
        self.assertNotIn(b"failed", out)
        self.assertFalse((self.folder / "s.db").exists(), "nothing was read")


class Follow(ObserveTest):
    def test_grows_is_rotated_and_is_cut(self):
        path = self.write("a.log", web_log(100))
        child = start(["follow", "a.log", "--store", "s.db", "--sensor", "web", "--poll", "0.05", "--until-idle", "3",
                       "--format", "json"], self.folder)
        def said(count):
            until = time.monotonic() + 20 * PATIENCE
            while time.monotonic() < until:
                rows = program.run("series", "--store", "s.db", "--by", "day", "--count", "sightings", cwd=self.folder)
                if rows.code == 0 and sum(int(row.split(",")[2]) for row in rows.out.splitlines()[1:]) == count:
                    return True
                time.sleep(0.05)
            return False
        self.assertTrue(said(100))
        with open(path, "a") as file:
            file.write(web_line(200)[:30])
            file.flush()
            time.sleep(0.2)
            file.write(web_line(200)[30:] + web_line(201))
        self.assertTrue(said(102))
        os.rename(path, self.folder / "a.log.1")
        self.write("a.log", web_log(50)[30:])
        self.assertTrue(said(151))
        with open(path, "w") as file:
            file.write(web_line(70000))
        self.assertTrue(said(152))
        out, err = child.communicate(timeout=60 * PATIENCE)
        self.assertEqual(child.returncode, 0, err)
        self.assertEqual(json.loads(out)["sightings"], 152)
        # What was followed is known to observe.
        self.assertEqual(self.observe("a.log", "a.log.1").json["files"][1]["status"], "unchanged")

    def test_ctrl_c_ends_it(self):
        self.write("a.log", web_log(100))
        child = start(["follow", "a.log", "absent.log", "--store", "s.db", "--sensor", "web"], self.folder)
        time.sleep(1.5)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=20 * PATIENCE)
        self.assertEqual(child.returncode, 0)
        self.assertEqual(self.observe("a.log").json["sightings"], 100)


class StoreCommands(ObserveTest):
    def test_merge_adds_what_is_not_known_once(self):
        self.write("a.log", web_log(1000))
        self.write("b.log", web_log(500)[90:])
        self.observe("a.log")
        self.observe("a.log", "b.log", store="t.db")
        self.run_program("store", "merge", "t.db", "--store", "s.db")
        self.assertEqual(self.content(), self.content("t.db"))
        self.run_program("store", "merge", "t.db", "--store", "s.db")
        self.assertEqual(self.content(), self.content("t.db"))
        # A later state is known as one where it was read from the earlier one on.
        self.write("a.log", web_log(1200))
        self.observe("a.log", store="fresh.db")
        self.assertIn("a.log", self.run_program("store", "merge", "fresh.db", "--store", "s.db", code=1).err)
        self.observe("a.log", store="t.db")
        self.run_program("store", "merge", "t.db", "--store", "s.db")
        self.assertEqual(sum(int(row[2]) for row in self.series("--count", "sightings")), 1200 + 499)
        self.assertEqual(self.observe("a.log").json["files"][0]["status"], "unchanged")
        self.run_program("store", "merge", "s.db", "--store", "s.db", code=2)

    def test_anonymise_keeps_prefixes_and_counts(self):
        self.write("a.log", web_log(1000))
        self.observe("a.log")
        self.run_program("store", "anonymise", "o.db", "--store", "s.db", "--key", "k")
        self.run_program("store", "anonymise", "p.db", "--store", "s.db", "--key", "k")
        self.assertEqual(self.content("o.db"), self.content("p.db"))
        mine, theirs = self.content(), self.content("o.db")
        self.assertEqual(mine[1], theirs[1])
        new = [each["address"] for each in theirs[0]["sources"]]
        self.assertEqual(len({address.rsplit(".", 1)[0] for address in new}), 1)
        self.assertNotEqual({each["address"] for each in mine[0]["sources"]}, set(new))
        self.assertNotIn(b"203.0.113", (self.folder / "o.db").read_bytes())
        self.assertEqual(oct((self.folder / "k").stat().st_mode & 0o777), "0o600")
        evidence = self.run_program("evidence", new[0], "--store", "o.db", "--format", "json").json
        self.assertEqual(evidence["samples"], [])
        self.run_program("store", "anonymise", "o.db", "--store", "s.db", code=2)

    def test_prune(self):
        self.write("a.log", web_log(1000))
        self.observe("a.log")
        self.run_program("store", "prune", "--older-than", "2001-08-01T00:10:00Z", "--store", "s.db")
        counts = [row[2] for row in self.series("--by", "minute", "--count", "sightings")]
        self.assertEqual(counts, ["60"] * 6 + ["40"])
        self.assertEqual(self.observe("a.log").json["files"][0]["status"], "unchanged")
        self.run_program("store", "prune", "--older-than", "365d", "--store", "s.db")
        self.assertEqual([row[2] for row in self.series("--by", "minute", "--count", "sightings")], counts)


class Honeynet(ObserveTest):
    """The numbers of the README beside the data."""

    def setUp(self):
        super().setUp()
        if not os.path.isdir(HONEYNET):
            self.skipTest(f"no {HONEYNET}: set SECONDWAVE_SHARED to the folder that holds honeynet-2005")

    def total(self, *arguments):
        return sum(int(row[2]) for row in self.series("--by", "day", "--count", "sightings", *arguments))

    def test_the_counts_of_its_readme(self):
        logs = [os.path.join(HONEYNET, f"access_log.{n}") for n in (4, 5, 6)]
        self.observe(*logs)
        self.observe(os.path.join(HONEYNET, "iptables-feb25-28.syslog.gz"), "--year", "2005", sensor="fw")
        self.observe(os.path.join(HONEYNET, "snort-feb25-28.syslog.gz"), "--year", "2005", sensor="snort")
        self.assertEqual((self.total("--label", "code-red-2"), self.sources("--label", "code-red-2")["count"]), (15, 13))
        self.assertEqual(self.sources("--label", "nimda")["count"], 22)
        self.assertEqual(self.sources("--label", "scan", "--sensor", "web")["count"], 6)
        for sensor in ("fw", "snort"):
            self.assertEqual(self.total("--label", "slammer", "--sensor", sensor), 672)
            self.assertEqual(self.sources("--label", "slammer", "--sensor", sensor)["count"], 180)
        self.assertEqual(self.sources("--label", "nachi", "--sensor", "fw")["count"], 92)
        self.assertEqual(self.sources("--sensor", "fw")["count"], 3216)


if __name__ == "__main__":
    import unittest
    unittest.main()
