"""signatures list, test."""

import csv
import gzip
import io
import os
import pathlib
import struct
import unittest

from program import ProgramTest

LABELS = ("code-red-1 code-red-2 nimda slammer blaster nachi sasser witty mirai wannacry scanner-research scan "
          "backscatter other").split()

LINE = '{source} - - [{time} +0000] "{request}" 404 276\n'
NIMDA = ["/scripts/root.exe", "/MSADC/root.exe", "/c/winnt/system32/cmd.exe", "/d/winnt/system32/cmd.exe",
         "/scripts/..%255c../winnt/system32/cmd.exe", "/scripts/..%c1%1c../winnt/system32/cmd.exe",
         "/scripts/..%c0%2f../winnt/system32/cmd.exe", "/scripts/..%252f../winnt/system32/cmd.exe"]

RULE = '[[rule]]\nname = "mine"\nlabel = "scan"\nsource = "me"\nwhy = "a test"\n[rule.request]\ncontains = "/cgi-bin/"\n'


def line(source, request, time="18/Sep/2001:13:02:11"):
    return LINE.format(source=source, time=time, request=request)


def web_log():
    text = line("192.0.2.1", "GET / HTTP/1.0")
    text += line("192.0.2.2", "GET /default.ida?" + "N" * 224 + " HTTP/1.0")
    text += line("192.0.2.3", "GET /default.ida?" + "X" * 224 + " HTTP/1.0")
    for minute, url in enumerate(NIMDA):
        text += line("192.0.2.4", f"GET {url}?/c+dir HTTP/1.0", f"18/Sep/2001:13:{minute:02}:00")
    for url in NIMDA[:7]:
        text += line("192.0.2.5", f"GET {url}?/c+dir HTTP/1.0")
    return text


def pcap(packets):
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    for packet in packets:
        data += struct.pack("<IIII", 1_474_000_000, 0, len(packet), len(packet)) + packet
    return data


def syn(target, port, sequence, ip_id):
    ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40, ip_id, 0, 64, 6, 0, 0x08080808, target)
    return ip + struct.pack(">HHIIBBHHH", 40000, port, sequence, 0, 0x50, 2, 1024, 0, 0)


class List(ProgramTest):
    def test_every_rule_has_a_label_a_kind_and_a_source(self):
        listed = self.run_program("signatures", "list", "--format", "json").json
        self.assertEqual(list(listed), ["signatures"])
        rules = listed["signatures"]
        self.assertEqual(len({rule["rule"] for rule in rules}), len(rules))
        for rule in rules:
            self.assertIn(rule["label"], LABELS)
            self.assertIn(rule["kind"], ["request", "alert", "packet", "sequence"])
            for key in ("source", "why", "cannot_tell", "file"):
                self.assertTrue(rule[key], rule)
            self.assertTrue(os.path.isfile(rule["file"]))
        self.assertLessEqual(set(LABELS[:11]), {rule["label"] for rule in rules})

    def test_csv_and_table(self):
        rows = list(csv.DictReader(io.StringIO(self.run_program("signatures", "list", "--format", "csv").out)))
        self.assertIn("slammer-packet", [row["rule"] for row in rows])
        self.assertEqual(list(rows[0])[:4], ["rule", "label", "kind", "source"])
        self.assertIn("slammer-packet", self.run_program("signatures", "list").out)

    def test_rules_of_ones_own(self):
        folder = self.folder / "rules"
        folder.mkdir()
        (folder / "mine.toml").write_text(RULE)
        listed = self.run_program("signatures", "list", "--signatures", "rules", "--format", "json").json["signatures"]
        self.assertEqual([rule["rule"] for rule in listed], ["mine"])

    def test_what_is_wrong_is_said_with_its_place(self):
        folder = self.folder / "rules"
        folder.mkdir()
        (folder / "mine.toml").write_text(RULE.replace("contains", "contain"))
        ended = self.run_program("signatures", "list", "--signatures", "rules", code=3)
        self.assertIn("mine.toml:7:1: rule.0.request.contain is not a key", ended.err)
        self.assertIn("did you mean contains?", ended.err)
        self.run_program("signatures", "list", "--signatures", "nowhere", code=2)
        self.run_program("signatures", "test", "nothing", "--signatures", "nowhere", code=2)


class Test(ProgramTest):
    def hits(self, *arguments):
        return self.run_program("signatures", "test", *arguments, "--format", "json").json["hits"]

    def test_requests_by_line(self):
        self.write("access_log", web_log())
        hits = self.hits("access_log")
        self.assertEqual([(hit["line"], hit["source"], hit["rule"], hit["label"]) for hit in hits[:2]],
                         [(2, "192.0.2.2", "code-red-1-request", "code-red-1"),
                          (3, "192.0.2.3", "code-red-2-request", "code-red-2")])
        self.assertEqual(hits[0]["time"], "2001-09-18T13:02:11Z")
        self.assertLessEqual(max(len(hit["text"].encode()) for hit in hits), 203)
        for source, label, steps in (("192.0.2.4", "nimda", 8), ("192.0.2.5", "scan", 7)):
            of_source = [hit for hit in hits if hit["source"] == source]
            self.assertEqual({hit["label"] for hit in of_source}, {label})
            self.assertEqual(len({hit["step"] for hit in of_source}), steps)

    def test_packed_and_limited(self):
        self.write("access_log.gz", gzip.compress(web_log().encode()))
        ended = self.run_program("signatures", "test", "access_log.gz", "--limit", "1", "--format", "json")
        self.assertEqual(len(ended.json["hits"]), 1)
        self.assertIn("17 hits", ended.err)
        self.assertIn("the first 1 are shown", ended.err)

    def test_packets_by_offset(self):
        target = 0xC6336401
        self.write("scan.pcap", pcap([syn(target, 23, target, 1), syn(target, 443, 5, 54321),
                                      syn(target, 80, 7, (target ^ 80 ^ 7) & 0xFFFF), syn(target, 80, 7, 9)]))
        hits = self.hits("scan.pcap")
        self.assertEqual([hit["rule"] for hit in hits], ["mirai-syn", "zmap-syn", "masscan-syn"])
        self.assertEqual([hit["label"] for hit in hits], ["mirai", "scanner-research", "scan"])
        self.assertGreaterEqual(hits[0]["offset"], 24)

    def test_what_is_shown_is_harmless(self):
        request = b"GET /default.ida?XXXXXXXX\x1b[2J\xe2\x80\xae\xff\x00 HTTP/1.0"
        text = line("192.0.2.1", "@").encode().replace(b"@", request)
        self.write("access_log", text * 3)
        for form in ("table", "csv", "json"):  # run_program looks at what comes out
            self.assertIn("code-red-2", self.run_program("signatures", "test", "access_log", "--format", form).out)

    def test_what_cannot_be_read(self):
        self.write("junk", bytes(range(256)) * 100)
        self.write("half.gz", gzip.compress(os.urandom(1000) + web_log().encode() * 100)[:1500])
        self.write("empty", "")
        self.run_program("signatures", "test", "junk", code=3)
        self.run_program("signatures", "test", "half.gz", code=3)
        self.run_program("signatures", "test", "empty", code=3)
        self.run_program("signatures", "test", "nothing", code=2)
        self.run_program("signatures", "test", ".", code=2)

    def test_bad_records(self):
        self.write("access_log", web_log() + "nonsense\n" * 3)
        ended = self.run_program("signatures", "test", "access_log", code=3)
        self.assertIn("more than 10%", ended.err)
        self.run_program("signatures", "test", "access_log", "--max-bad", "0.5")


HONEYNET = pathlib.Path(os.environ.get(
    "SECONDWAVE_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data")) / "honeynet-2005"


@unittest.skipUnless(HONEYNET.is_dir(), f"no real logs at {HONEYNET} (SECONDWAVE_SHARED)")
class Honeynet(ProgramTest):
    def hits(self, *names, more=()):
        hits = []
        for name in names:
            ended = self.run_program("signatures", "test", HONEYNET / name, "--limit", "1000000", "--format", "json", *more)
            hits += ended.json["hits"]
        return hits

    def test_web_logs(self):
        hits = self.hits("access_log.6", "access_log.5", "access_log.4")
        code_red = [hit["source"] for hit in hits if hit["label"] == "code-red-2"]
        self.assertEqual((len(code_red), len(set(code_red))), (15, 13))
        self.assertEqual(len({hit["source"] for hit in hits if hit["label"] == "nimda"}), 22)
        self.assertEqual(len({hit["source"] for hit in hits if hit["label"] == "scan"}), 6)

    def test_firewall_and_alerts(self):
        hits = self.hits("iptables-feb25-28.syslog.gz", more=("--year", "2005"))
        slammer = [hit["source"] for hit in hits if hit["label"] == "slammer"]
        self.assertEqual((len(slammer), len(set(slammer))), (672, 180))
        self.assertEqual(len({hit["source"] for hit in hits if hit["label"] == "nachi"}), 92)
        alerts = self.hits("snort-feb25-28.syslog.gz", more=("--year", "2005"))
        self.assertEqual(len({hit["source"] for hit in alerts if hit["label"] == "slammer"}), 180)


if __name__ == "__main__":
    unittest.main()
