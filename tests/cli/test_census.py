"""census from outside: 100,000 hosts at a name server on loopback, kill -9 and resume, hostile names, the counts."""

import collections
import csv
import io
import ipaddress
import json
import os
import pathlib
import pty
import signal
import sqlite3
import subprocess
import time

import program
from program import ProgramTest, start
from test_observe import web_line

HOSTS = 100_000
FIRST = int(ipaddress.ip_address("10.0.0.0"))
QUICK = ["--qps", "0", "--tries", "3", "--timeout", "0.5", "--back-off", "0.05"]


def planned(address):
    """What the responder of tests/support says of an address: its outcome and name."""
    which = address % 20
    if which >= 10:
        name = "host-" + str(ipaddress.ip_address(address)).replace(".", "-") + ".pool.example.net"
        return "answered", name
    return {0: "server_failure", 1: "timeout", 8: "no_data", 9: "refused"}.get(which, "no_such_name"), None


class Responder:
    """Answers on loopback; `end` gives how many questions came."""

    def __init__(self):
        path = pathlib.Path(os.environ["SECONDWAVE_BUILD"]) / "tests" / "support" / "dns_responder"
        self.child = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = "127.0.0.1:" + self.child.stdout.readline().strip()

    def end(self):
        return int(self.child.communicate()[0] or 0)


class CensusTest(ProgramTest):
    def store_of(self, lines, store="s.db", *options):
        self.write("web.log", "".join(lines))
        self.run_program("observe", "web.log", "--store", store, "--sensor", "web", *options)
        return store

    def setUp(self):
        super().setUp()
        # Those that are installed are large, and not everywhere the same.
        self.write("small.csv", "192.0.2.0/25,DE\n")

    def census(self, *arguments, store="s.db", **more):
        networks = [] if "--networks" in arguments else ["--networks", "small.csv"]
        return self.run_program("census", "--store", store, "--format", "json", *networks, *arguments, **more)

    def hosts(self, *arguments, **more):
        return self.census("--hosts", *arguments, **more).json["hosts"]

    def hostile_store(self):
        return self.store_of(web_line(i, address=f"192.0.2.{i}") for i in range(12))

    def responder(self):
        responder = Responder()
        self.addCleanup(responder.end)
        return responder


class KillAndResume(CensusTest):
    def kept(self):
        """Answers that another process would find in the store."""
        database = sqlite3.connect(self.folder / "s.db")
        count = database.execute("SELECT count(*) FROM host_name").fetchone()[0]
        database.close()
        return count

    def test_every_outcome_lands_in_its_class_and_none_is_lost(self):
        self.store_of(web_line(i // 10, address=str(ipaddress.ip_address(FIRST + i))) for i in range(HOSTS))
        responder = self.responder()
        ask = ["census", "--store", "s.db", "--format", "json", "--resolver", responder.address, *QUICK,
               "--networks", "small.csv"]
        for kept in (1, HOSTS // 2):
            child = start(ask, self.folder)
            while self.kept() < kept and child.poll() is None:
                time.sleep(0.01)
            child.send_signal(signal.SIGKILL)
            child.communicate()
        whole = self.run_program(*ask, longest_s=60)
        result = whole.json
        self.assertIn(f"asking {responder.address} (--resolver)", whole.err)
        self.assertLess(result["asked"]["names"], HOSTS // 2 + 1, "the answers before the kill were kept")
        expected = collections.Counter(planned(FIRST + i)[0] for i in range(HOSTS))
        for outcome, count in expected.items():
            self.assertEqual(result["names"][outcome], count, outcome)
        self.assertEqual(sum(expected.values()), result["sources"])
        self.assertEqual(result["tables"]["domain"]["rows"][0]["key"], "example.net")
        self.assertEqual(result["tables"]["domain"]["rows"][1]["key"], "example.org", "the owner of the zone")
        listed = program.run("census", "--store", "s.db", "--no-lookup", "--hosts", "--format", "csv",
                             "--networks", "small.csv", cwd=self.folder)
        rows = list(csv.DictReader(io.StringIO(listed.out)))
        self.assertEqual(len(rows), HOSTS)
        for host in rows:
            outcome, name = planned(int(ipaddress.ip_address(host["address"])))
            self.assertEqual((host["lookup"], host["name"]), (outcome, name or ""), host)
        again = self.census("--resolver", responder.address, *QUICK, longest_s=60).json
        self.assertEqual(again["asked"]["names"], 0, "all of it is in the cache")


class Names(CensusTest):
    def test_files_of_names_and_another_store(self):
        self.store_of([web_line(i, address=f"192.0.2.{i}") for i in range(5)])
        self.write("names.tsv", "192.0.2.1\tWWW.Example.co.uk\n192.0.2.9\telsewhere.example\n")
        self.write("zdns.jsonl", '{"name":"192.0.2.2","status":"NXDOMAIN","timestamp":"2001-08-02T00:00:00Z"}\n'
                   '{"name":"192.0.2.3","status":"TIMEOUT","timestamp":"2001-08-02T00:00:00Z"}\n')
        ended = self.census("--offline", "names.tsv", "--offline", "zdns.jsonl")
        result = ended.json
        self.assertNotIn("asking", ended.err)
        self.assertEqual(result["asked"]["resolvers"], [])
        self.assertEqual([file["of_hosts"] for file in result["offline"]], [1, 2])
        self.assertEqual({k: result["names"][k] for k in ("answered", "no_such_name", "timeout", "not_asked")},
                         {"answered": 1, "no_such_name": 1, "timeout": 1, "not_asked": 2})
        self.assertEqual([(r["key"], r["hosts"]) for r in result["tables"]["domain"]["rows"]], [("example.co.uk", 1)])
        self.assertEqual(result["tables"]["tld"]["unknown"], 4)
        self.store_of([web_line(i, address=f"192.0.2.{i}") for i in range(3)], "other.db")
        hosts = self.hosts("--offline", "s.db", store="other.db")
        self.assertEqual([host["name"] for host in hosts], [None, "www.example.co.uk", None])

    def test_blanks_around_a_name_are_no_part_of_it(self):
        self.hostile_store()
        self.write("names.tsv", "192.0.2.1\ta.example.com  \n192.0.2.2\t b.example.com.\t more\n192.0.2.3\t   \n")
        result = self.census("--offline", "names.tsv", "--by", "tld", "--max-bad", "0.5").json
        self.assertEqual([(r["key"], r["hosts"]) for r in result["tables"]["tld"]["rows"]], [("com", 2)])
        self.assertEqual(result["offline"][0]["bad"], 1)

    def test_names_are_pruned_merged_and_not_shown_to_strangers(self):
        self.hostile_store()
        self.write("names.tsv", "192.0.2.1\told.example.com\n")
        os.utime(self.folder / "names.tsv", (1_000_000_000, 1_000_000_000))
        self.census("--offline", "names.tsv")
        self.write("more.tsv", "192.0.2.1\tnew.example.com\n")
        self.census("--offline", "more.tsv")
        self.write("other.log", web_line(1, address="198.51.100.1"))
        self.run_program("observe", "other.log", "--store", "t.db", "--sensor", "web")
        self.run_program("store", "merge", "s.db", "--store", "t.db")

        def kept(store):
            database = sqlite3.connect(self.folder / store)
            names = [row[0] for row in database.execute("SELECT name FROM host_name ORDER BY first_us")]
            database.close()
            return names
        self.assertEqual(kept("t.db"), ["old.example.com", "new.example.com"])
        ended = self.run_program("store", "prune", "--older-than", "2001-10-01T00:00:00Z", "--store", "t.db")
        self.assertIn("1 names of addresses", ended.err)
        self.assertEqual(kept("t.db"), ["new.example.com"])
        self.run_program("store", "anonymise", "u.db", "--store", "s.db")
        self.assertEqual(kept("u.db"), [])
        self.assertNotIn(b"example.com", (self.folder / "u.db").read_bytes())

    def test_old_names_stay_with_their_dates(self):
        self.store_of([web_line(0, address="192.0.2.1")])
        for day, name in ((1, "old.example"), (2, "old.example"), (3, "new.example")):
            self.write("z", json.dumps({"name": "192.0.2.1", "status": "NOERROR", "timestamp": f"2001-08-0{day}T00:00:00Z",
                                        "data": {"answers": [{"type": "PTR", "answer": name, "ttl": 60}]}}))
            self.census("--offline", "z")
        self.write("z", '{"name":"192.0.2.1","status":"SERVFAIL","timestamp":"2001-08-04T00:00:00Z"}')
        host = self.hosts("--offline", "z")[0]
        self.assertEqual((host["lookup"], host["name"], host["named_at"]),
                         ("server_failure", "new.example", "2001-08-03T00:00:00Z"))
        self.write("z", '{"name":"192.0.2.1","status":"NXDOMAIN","timestamp":"2001-08-05T00:00:00Z"}')
        host = self.hosts("--offline", "z")[0]
        self.assertEqual((host["lookup"], host["name"]), ("no_such_name", None))

    def test_hostile_names_are_harmless_in_every_output(self):
        self.hostile_store()
        names = [b"\x1b[31mred.example", b"=cmd|'/C calc'!A0.example", b"<script>alert(1)</script>.example",
                 "\u202egnp.example".encode(), b"a" * 255 + b".example", b"\xff\xfe.example", b'",1.example',
                 b"+1.example", b"-.example", b"@x.example", b"\x00.example", b"\r.example"]
        self.write("names.tsv", b"".join(b"192.0.2.%d\t%s\n" % each for each in enumerate(names)))
        for form in ("table", "csv", "json"):
            for more in ([], ["--hosts"]):
                out = self.run_program("census", "--store", "s.db", "--offline", "names.tsv", "--format", form,
                                       "--networks", "small.csv", *more).out
                if form == "csv":  # nothing that a spreadsheet would run
                    for field in out.replace("\n", ",").split(","):
                        self.assertFalse(field.lstrip('"').startswith(("=", "+", "@")), field)
        by_address = {host["address"]: host["name"] for host in self.hosts("--no-lookup")}
        self.assertEqual(by_address["192.0.2.0"], "\\027[31mred.example")
        self.assertEqual(by_address["192.0.2.3"], "\\226\\128\\174gnp.example")

    def test_nobody_is_asked_about_what_a_simulation_drew_unless_a_resolver_is_named(self):
        self.store_of([web_line(i, address=f"10.0.0.{i}") for i in range(20)], "s.db", "--origin", "simulated")
        responder = self.responder()
        self.assertEqual(self.census("--no-lookup").json["simulated"], 20)
        result = self.census("--resolver", responder.address, *QUICK, "--confirm").json
        self.assertEqual(result["asked"]["names"], 20)
        self.assertEqual(result["names"]["answered"], 10)
        self.assertEqual(result["names"]["denied"], 10, "their names lead nowhere")


class Networks(CensusTest):
    def test_countries_networks_days_and_hours(self):
        lines = [web_line(i, address=f"10.0.0.{i}") for i in range(30)]
        lines += [web_line(3600 * 5 + i, address=f"10.1.0.{i}").replace("01/Aug", "03/Aug") for i in range(10)]
        lines += [web_line(3600 * 5 + i, address=f"10.0.0.{i}").replace("01/Aug", "03/Aug") for i in range(5)]
        self.store_of(lines)
        self.write("geoip", "10.0.0.0,10.0.255.255,US\n10.1.0.0,10.1.0.4,KR\n")
        self.write("routeviews-rv2-20010801-0000.pfx2as", "10.0.0.0\t8\t64500\n10.1.0.0\t16\t64501\n")
        ended = self.census("--no-lookup", "--networks", "geoip", "--networks", "routeviews-rv2-20010801-0000.pfx2as",
                            "--by-day")
        result = ended.json
        self.assertIn("years from the sightings", ended.err, "the geoip file is of today")
        self.assertGreater(result["networks"][0]["years_from_sightings"], 20)
        self.assertEqual(result["networks"][1]["date"], "2001-08-01T00:00:00Z")
        self.assertEqual(result["networks"][1]["years_from_sightings"], 0)
        country = result["tables"]["country"]
        self.assertEqual([(r["key"], r["hosts"], r["by_day"]) for r in country["rows"]],
                         [("US", 30, [30, 0, 5]), ("KR", 5, [0, 0, 5])])
        self.assertEqual(country["unknown"], 5)
        self.assertAlmostEqual(country["rows"][0]["share"], 0.75)
        self.assertEqual([(r["key"], r["hosts"]) for r in result["tables"]["as"]["rows"]],
                         [("AS64500", 30), ("AS64501", 10)])
        self.assertEqual([r["key"] for r in result["tables"]["network"]["rows"]], ["10.0.0.0/8", "10.1.0.0/16"])
        self.assertEqual(result["days"], [
            {"day": "2001-08-01", "hosts": 30, "new_hosts": 30, "silent": 25},
            {"day": "2001-08-02", "hosts": 0, "new_hosts": 0, "silent": 0},
            {"day": "2001-08-03", "hosts": 15, "new_hosts": 10, "silent": 15}])
        self.assertEqual((result["hours"]["utc"][0], result["hours"]["utc"][5]), (30, 15))
        self.assertEqual((result["hours"]["local"][19], result["hours"]["local"][14]), (30, 5), "Chicago and Seoul")
        self.assertEqual(sum(result["silence"]["last_seen"]), 40)
        part = self.census("--no-lookup", "--to", "2001-08-02T00:00:00Z", "--networks", "geoip", "--by", "country").json
        self.assertEqual((part["sources"], list(part["tables"])), (30, ["country"]))

    def test_a_simulated_19_july_gives_its_shares_back(self):
        """Victims of the engine, placed by the shares of 2001, scan a telescope; the census of its capture finds the
        shares of countries and top-level domains that went in."""
        shares = {"US": 43.91, "KR": 10.57, "CN": 5.05, "TW": 4.21, "CA": 3.47, "GB": 3.32, "DE": 3.28, "AU": 2.39,
                  "JP": 2.31, "NL": 2.16}
        hosts = 60_000
        self.run_program("simulate", "code-red-july", "--set", "population.placement.table=plan", "--set",
                         f"population.vulnerable={hosts}", "--set", f"worm.scan_rate_per_s={8.6 * 359104 / hosts:.4f}",
                         "--set", "sensor.cas-16.packets_per_target=1", "--runs", "1", "--sensor-files", "july",
                         "--quiet", "--format", "json", longest_s=60)
        self.run_program("observe", "july/cas-16.pcapng", "--store", "s.db", "--sensor", "cas-16", longest_s=60)
        plan = str(program.prefix() / "share" / "secondwave" / "tables" / "plan.csv")
        listed = program.run("census", "--store", "s.db", "--no-lookup", "--networks", plan, "--hosts", "--format", "csv",
                             cwd=self.folder)
        self.assertGreater(listed.out.count("\n"), 0.8 * hosts, "most hosts meet a /16 within the day")
        domains = {"US": "net", "KR": "kr", "CN": "cn", "TW": "tw"}
        names = [f"{host['address']}\th{i}.example.{domains[host['country']]}\n"
                 for i, host in enumerate(csv.DictReader(io.StringIO(listed.out))) if host["country"] in domains]
        self.write("names.tsv", "".join(names))
        result = self.census("--offline", "names.tsv", "--networks", plan, "--by", "country", "--by", "tld").json
        found = {row["key"]: 100 * row["share"] for row in result["tables"]["country"]["rows"]}
        for code, share in shares.items():
            self.assertAlmostEqual(found[code], share, delta=0.5, msg=code)
        found = {row["key"]: 100 * row["share"] for row in result["tables"]["tld"]["rows"]}
        for code, domain in domains.items():
            self.assertAlmostEqual(found[domain], shares[code], delta=0.5, msg=domain)


class Estimates(CensusTest):
    def two_sensors(self):
        """30 addresses seen by one sensor, 25 by another, 20 by both."""
        self.store_of(web_line(i, address=f"192.0.2.{i}") for i in range(30))
        self.write("b.log", "".join(web_line(i + 60, address=f"192.0.2.{i}") for i in range(10, 35)))
        self.run_program("observe", "b.log", "--store", "s.db", "--sensor", "other")

    def test_two_sensors(self):
        self.two_sensors()
        for more, name in (([], "hosts"), (["--hosts"], "estimate")):
            found = self.census("--no-lookup", *more).json[name]
            self.assertIsNone(found["estimate"])
            self.assertIn("fewer than four days", found["reason"])
            recapture = found["recapture"]
            self.assertEqual([recapture[n] for n in ("first", "second", "seen_first", "seen_second", "seen_both")],
                             ["the sensor web", "the sensor other", 30, 25, 20])
            self.assertEqual(recapture["addresses"], round(31 * 26 / 21 - 1))
            self.assertTrue(35 <= recapture["addresses"] <= recapture["p95"])
        ended = self.run_program("census", "--store", "s.db", "--no-lookup", "--networks", "small.csv", "--format", "csv")
        rows = [row for row in csv.DictReader(io.StringIO(ended.out)) if row["table"] in ("recapture", "estimate")]
        self.assertEqual({(r["table"], r["key"]): r["hosts"] for r in rows if r["key"] in ("both", "addresses", "reason")},
                         {("estimate", "reason"): "", ("recapture", "both"): "20", ("recapture", "addresses"): "37"})
        for form, out in (("table", "out"), ("csv", "err")):
            ended = self.run_program("census", "--store", "s.db", "--no-lookup", "--networks", "small.csv", "--hosts",
                                     "--format", form)
            self.assertIn("Addresses in use, seen or not: 37 (90% interval", getattr(ended, out))
            self.assertIn("fewer than four days", getattr(ended, out))

    def test_one_sensor_two_days_and_one_day(self):
        lines = [web_line(i, address=f"192.0.2.{i}") for i in range(12)]
        lines += [web_line(86400 + i, address=f"192.0.2.{i}").replace("[01/Aug/2001:24", "[02/Aug/2001:00")
                  for i in range(6, 12)]
        self.store_of(lines)
        recapture = self.census("--no-lookup").json["hosts"]["recapture"]
        self.assertEqual((recapture["first"], recapture["second"], recapture["seen_both"]), ("2001-08-01", "2001-08-02", 6))
        one = self.census("--no-lookup", "--to", "2001-08-02T00:00:00Z").json["hosts"]["recapture"]
        self.assertIsNone(one["addresses"])
        self.assertIn("one sensor on one day", one["reason"])

    def test_what_is_left_out_is_counted(self):
        self.two_sensors()
        self.write("known.txt", "192.0.2.30/31 a scanner\n")
        ended = self.census("--no-lookup", "--own", "192.0.2.0/29", "--known", "known.txt")
        self.assertEqual(ended.json["apart"], {"a scanner": 2, "own network": 8})
        self.assertEqual(ended.json["sources"], 25)
        self.assertIn("8 sources are left out: own network", ended.err)
        part = self.census("--no-lookup", "--sensor", "other", "--own", "192.0.2.0/29", "--hosts").json
        self.assertEqual(part["apart"], {}, "that sensor saw none of them")


class Wrong(CensusTest):
    def test_words_for_what_is_wrong(self):
        self.hostile_store()
        for arguments, code, word in (
                (["census"], 2, "--store is missing"),
                (["census", "--store", "none.db", "--no-lookup"], 2, "there is no store"),
                (["census", "--store", "s.db", "--resolver", "dns.example"], 2, "no address of a resolver"),
                (["census", "--store", "s.db", "--no-lookup", "--qps", "-1"], 2, "is not a number"),
                (["census", "--store", "s.db", "--no-lookup", "--label", "codered"], 2, "label"),
                (["census", "--store", "s.db", "--offline", "none.tsv"], 2, "none.tsv"),
                (["census", "--classify", "none.tsv"], 2, "none.tsv"),
                (["census", "--classify", "web.log", "--store", "s.db"], 2, "--classify and --store contradict"),
                (["census", "--classify", "web.log", "--out", "o"], 2, "--classify and --out contradict"),
                (["census", "--classify", "web.log", "--hosts"], 2, "--classify and --hosts contradict"),
                (["census", "--classify", "web.log", "--by", "tld"], 2, "--classify and --by contradict"),
                (["census", "--store", "s.db", "--no-lookup", "--resolver", "127.0.0.1"], 2, "contradict"),
                (["census", "--store", "s.db", "--no-lookup", "--hosts", "--by", "tld"], 2, "contradict"),
                (["census", "--store", "s.db", "--offline", "web.log"], 3, "12 of 12 lines are bad"),
                (["census", "--store", "s.db", "--no-lookup", "--networks", "web.log"], 3, "web.log"),
                (["census", "--store", "s.db", "--no-lookup", "--networks", "s.db"], 3, "no table of networks")):
            ended = self.run_program(*arguments, code=code)
            self.assertIn(word, ended.err)

    def test_a_resolver_that_is_not_there(self):
        self.store_of(web_line(i // 10, address=str(ipaddress.ip_address(FIRST + i))) for i in range(2000))
        responder = Responder()
        responder.end()
        ended = self.census("--resolver", responder.address, *QUICK, code=1)
        self.assertIn("nobody answers questions at 127.0.0.1", ended.err)

    def test_a_resolver_that_is_silent(self):
        self.store_of(web_line(i, address=str(ipaddress.ip_address(FIRST + 1 + 20 * i))) for i in range(10))
        responder = self.responder()  # which says nothing of such addresses
        ended = self.census("--resolver", responder.address, "--qps", "0", "--tries", "1", "--timeout", "0.2")
        self.assertEqual((ended.json["names"]["timeout"], ended.json["asked"]["answers"]), (10, 0))
        self.assertIn("no answer came at all", ended.err)

    def test_a_terminal_sees_how_much_time_is_left(self):
        self.store_of(web_line(i // 10, address=str(ipaddress.ip_address(FIRST + 10 + i % 10 + i // 10 * 20)))
                      for i in range(300))
        responder = self.responder()
        controller, terminal = pty.openpty()
        child = start(["census", "--store", "s.db", "--resolver", responder.address, "--qps", "300", "--networks",
                       "small.csv"], self.folder, env={"TERM": "xterm"}, stderr=terminal)
        os.close(terminal)
        shown = b""
        while True:
            try:
                piece = os.read(controller, 4096)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            shown += piece
        os.close(controller)
        child.communicate()
        self.assertEqual(child.returncode, 0)
        self.assertRegex(shown.decode(), r"of 300 names .*/s .* left")
        self.assertLess(shown.find(b"asking 127.0.0.1"), shown.find(b"of 300 names"), "first who will be asked")

    def test_interrupted_it_keeps_what_it_has_and_says_so(self):
        self.store_of(web_line(i // 10, address=str(ipaddress.ip_address(FIRST + i))) for i in range(2000))
        responder = self.responder()
        child = start(["census", "--store", "s.db", "--format", "json", "--resolver", responder.address, "--qps", "200",
                       "--networks", "small.csv"], self.folder)
        time.sleep(1.5)
        child.send_signal(signal.SIGINT)
        out = child.communicate()[0]
        self.assertEqual(child.returncode, 130)
        result = json.loads(out)
        self.assertTrue(result["interrupted"])
        self.assertGreater(result["names"]["answered"], 0)
        self.assertGreater(result["names"]["not_asked"], 0)


if __name__ == "__main__":
    import unittest
    unittest.main()
