"""Simulated sensors write; what is read back are the counts of the counting sensor, bin for bin, in every format."""

import collections
import csv
import resource
import signal
import sys
import time

import program
from program import ProgramTest, scenario_text

ENDINGS = {"pcap": "pcapng", "apache": "access.log", "iis": "iis.log", "iptables": "kern.log", "zeek": "conn.log"}
SENSOR = """[[sensor]]
name = "{name}"
prefixes = {prefixes}
bin_s = 3600
packets_per_target = {packets}
loss = {loss}
{outages}
"""
OUTAGES = """[[sensor.outage]]
from = 2001-07-19T12:10:00Z
until = 2001-07-19T13:20:30Z

[[sensor.outage]]
from = 2001-07-19T15:00:00Z
until = 2001-07-19T15:00:20Z
"""


def sensor(name="dark", prefixes='["0.0.0.0/26", "0.0.0.128/27"]', packets=3, loss=0, outages=""):
    return SENSOR.format(name=name, prefixes=prefixes, packets=packets, loss=loss, outages=outages)


class LoopTest(ProgramTest):
    def written(self, text, *arguments, formats="pcap,apache,iis,iptables,zeek", name="s.toml", **more):
        """Simulates a scenario and writes its sensors into the folder `seen`."""
        self.write(name, text)
        return self.run_program("simulate", name, "--runs", "1", "--sensor-files", "seen", "--sensor-format", formats,
                                *arguments, **more)

    def counted(self, name="dark"):
        """What the counting sensor said: kind to a dictionary of times."""
        kinds = collections.defaultdict(dict)
        with open(self.folder / "seen" / f"{name}.counts.csv", encoding="ascii") as file:
            for row in csv.DictReader(file):
                kinds[row["kind"]][row["time"]] = int(row["count"])
        return kinds

    def observed(self, file, *arguments, sensor_name="x"):
        store = file.replace("/", "-") + ".db"
        report = self.run_program("observe", file, "--store", store, "--sensor", sensor_name, "--format", "json",
                                  *arguments).json
        self.assertEqual(report["files"][0]["bad"], 0)
        return store, report

    def series(self, store, kind, *arguments):
        out = self.run_program("series", "--store", store, "--count", kind, *arguments).out.splitlines()
        rows = [row.split(",") for row in out[1:]]
        return {row[0]: int(row[2]) for row in rows}

    def assert_comes_out(self, name, form, label=None):
        counted = self.counted(name)
        file = f"{form}-{label}.{ENDINGS[form]}"
        (self.folder / "seen" / f"{name}.{ENDINGS[form]}").rename(self.folder / file)
        store, report = self.observed(file)
        self.assertEqual(report["sources"], sum(counted["new_sources"].values()))
        self.assertEqual(report["sightings"], sum(counted["targets"].values()))
        for kind in ("targets", "sources", "new_sources", "packets"):
            expected = {t: n for t, n in counted[kind].items() if n > 0}
            if kind == "packets" and form in ("apache", "iis"):
                expected = {}  # a web server writes down requests
            got = {t: n for t, n in self.series(store, kind).items() if n > 0}
            self.assertEqual(got, expected, f"{kind} of {form}")
        if label:
            labels = {each for row in self.run_program("sources", "--store", store, "--format", "json").json["sources"]
                      for each in row["labels"]}
            self.assertEqual(labels, {label}, form)
        return store


class Writers(LoopTest):
    def test_every_format_gives_back_what_was_counted(self):
        self.written(scenario_text(end="end = 2001-07-19T18:00:00Z", vulnerable="400", rate="0.1", seeds="10",
                                   more=sensor()))
        self.assertGreater(sum(self.counted()["targets"].values()), 300)
        for form in ENDINGS:
            self.assert_comes_out("dark", form)

    def test_loss_outages_and_several_packets(self):
        """Rates on both sides of the limit at which whole bins are drawn, and 2.5 packets a target."""
        self.written(scenario_text(end="end = 2001-07-19T18:00:00Z", vulnerable="300", rate="0.8", seeds="50",
                                   worm='scan_rate_law = "gamma"\nscan_rate_shape = 0.5',
                                   more=sensor(packets=2.5, loss=0.35, outages=OUTAGES)))
        counted = self.counted()
        self.assertEqual(counted["packets"]["2001-07-19T12:00:00Z"] > 0, True)
        self.assertLess(counted["packets"]["2001-07-19T12:00:00Z"], counted["packets"]["2001-07-19T14:00:00Z"] / 3)
        for form in ENDINGS:
            self.assert_comes_out("dark", form)

    def test_leases_hours_and_shared_addresses(self):
        classes = """[[population.class]]
name = "home"
share = 2
lease_h = 1.5

[[population.class]]
name = "office"
share = 1
hosts_per_address = 3
"""
        self.written(scenario_text(end="end = 2001-07-19T18:00:00Z", vulnerable="300", bits="20", rate="2", seeds="100",
                                   population=classes, more=sensor(prefixes='["0.0.0.0/20", "0.0.240.0/20"]')),
                     formats="pcap,zeek")
        counted = self.counted()
        self.assertGreater(sum(counted["new_sources"].values()), 330)  # more addresses than hosts
        for form in ("pcap", "zeek"):
            self.assert_comes_out("dark", form)

    def test_a_worm_that_prefers_its_neighbours(self):
        scopes = "\n".join(f"[[worm.scope]]\nprefix_length = {n}\nshare = {share}\n" for n, share in ((0, 1), (8, 4)))
        self.written(scenario_text(end="end = 2001-07-19T14:00:00Z", vulnerable="2000", rate="1", seeds="50",
                                   worm=scopes, more=sensor(prefixes='["0.0.1.128/25", "0.0.7.0/24"]', packets=1)),
                     formats="zeek")
        store = self.assert_comes_out("dark", "zeek")
        # Half of what reaches 0.0.1.128/25 comes from its own /8 of this small space, the 256 addresses of 0.0.1.
        near = sum(1 for row in self.run_program("sources", "--store", store, "--format", "json").json["sources"]
                   if row["address"].startswith("0.0.1."))
        self.assertGreater(near, 0)

    def test_what_each_worm_looks_like_is_what_signatures_know(self):
        text = scenario_text(end="end = 2001-07-19T12:00:00Z", vulnerable="100", rate="0.1", seeds="50",
                             more=sensor(packets=1))
        labels = {"code-red-1": "apache", "code-red-2": "iis", "slammer": "pcap", "witty": "iptables", "nachi": "zeek",
                  "mirai": "pcap"}
        for worm, form in labels.items():
            self.written(text, "--sensor-worm", worm, formats=form)
            self.assert_comes_out("dark", form, label=worm)
            for file in (self.folder / "seen").iterdir():
                file.unlink()

    def test_readers_know_that_it_is_simulated_and_targets_are_nobodys(self):
        self.written(scenario_text(end="end = 2001-07-19T12:00:00Z", vulnerable="50", rate="0.5", seeds="20",
                                   more=sensor()), "--sensor-noise", "30")
        for form, ending in ENDINGS.items():
            store, _ = self.observed(f"seen/dark.{ending}")
            address = self.run_program("sources", "--store", store, "--top", "1", "--format", "json").json["sources"][0]
            evidence = self.run_program("evidence", address["address"], "--store", store, "--format", "json").json
            self.assertEqual({each["origin"] for each in evidence["activity"]}, {"simulated"}, form)
        for line in (self.folder / "seen" / "dark.conn.log").read_text().splitlines():
            if not line.startswith("#"):
                self.assertRegex(line.split("\t")[4], r"^192\.0\.2\.\d+$")

    def test_the_mark_of_one_file_says_nothing_of_another(self):
        self.written(scenario_text(end="end = 2001-07-19T12:00:00Z", vulnerable="50", rate="0.5", seeds="20",
                                   more=sensor()), formats="iis,zeek")
        for form in ("iis", "zeek"):
            simulated = (self.folder / "seen" / f"dark.{ENDINGS[form]}").read_text()
            real = simulated.replace("simulated by secondwave", "of a real one").replace("10:", "11:")
            self.write(f"both-{form}.log", simulated + real)
            store, _ = self.observed(f"both-{form}.log")
            address = self.run_program("sources", "--store", store, "--top", "1", "--format", "json").json["sources"][0]
            evidence = self.run_program("evidence", address["address"], "--store", store, "--format", "json").json
            self.assertEqual({each["origin"] for each in evidence["activity"]}, {"simulated", "observed"}, form)

    def test_noise_is_beside_the_worm(self):
        self.written(scenario_text(end="end = 2001-07-19T18:00:00Z", vulnerable="100", rate="0.05", seeds="50",
                                   more=sensor()), "--sensor-noise", "200", "--sensor-worm", "code-red-1")
        counted = self.counted()
        for form in ENDINGS:
            store, report = self.observed(f"seen/dark.{ENDINGS[form]}")
            noise = [row for row in self.run_program("sources", "--store", store, "--format", "json").json["sources"]
                     if row["address"].startswith(("198.18.", "198.19."))]
            of_noise = sum(row["sightings"] for row in noise)
            self.assertGreater(of_noise, 1400)
            self.assertLess(of_noise, 1800)
            self.assertEqual(report["sightings"] - of_noise, sum(counted["targets"].values()), form)
            self.assertEqual(report["sources"] - len(noise), sum(counted["new_sources"].values()), form)

    def test_the_same_seed_writes_the_same_bytes(self):
        text = scenario_text(end="end = 2001-07-19T13:00:00Z", vulnerable="100", rate="1", seeds="50", more=sensor())
        seen = []
        for jobs, seed in (("1", "7"), ("3", "7"), ("1", "8")):
            self.written(text, "--jobs", jobs, "--seed", seed)
            seen.append({file.name: file.read_bytes() for file in sorted((self.folder / "seen").iterdir())})
            for file in (self.folder / "seen").iterdir():
                file.unlink()
        self.assertEqual(seen[0], seen[1])
        self.assertTrue(all(seen[0][name] != seen[2][name] for name in seen[0]))

    def test_another_replicate(self):
        text = scenario_text(end="end = 2001-07-19T13:00:00Z", vulnerable="100", rate="1", seeds="50", more=sensor())
        self.write("s.toml", text)
        self.run_program("simulate", "s.toml", "--runs", "3", "--sensor-files", "seen", "--sensor-replicate", "2",
                         "--out", "result")
        self.assert_comes_out("dark", "pcap")
        ended = self.run_program("simulate", "s.toml", "--runs", "3", "--sensor-files", "more", "--sensor-replicate",
                                 "3", code=2)
        self.assertIn("there are 3 replicates", ended.err)


class Refused(LoopTest):
    def refused(self, text, *arguments, words, **more):
        ended = self.written(text, *arguments, code=2, **more)
        self.assertIn(words, ended.err)
        self.assertFalse((self.folder / "seen").exists())

    def test_what_makes_no_sense(self):
        end = "end = 2001-07-19T13:00:00Z"
        good = scenario_text(end=end, more=sensor())
        self.refused(scenario_text(end=end), words="has no sensor")
        self.refused(good, formats="pcap,netflow", words="there is no format 'netflow'")
        self.refused(good, "--sensor-worm", "slamer", words="did you mean slammer?")
        self.refused(good, "--sensor-worm", "slammer", formats="apache", words="a web server does not see slammer")
        self.refused(good, "--sensor-worm", "slammer", formats="pcap", words="packets_per_target=1")
        self.refused(good, "--construction", "reference", words="reference construction")
        self.refused(scenario_text(end=end, bits="32", more=sensor(prefixes='["16.0.0.0/7"]')), words="10.0.0.0/8")
        self.write("s.toml", good)
        self.assertIn("no folder is named", self.run_program("simulate", "s.toml", "--sensor-noise", "3", code=2).err)

    def test_a_folder_with_something_in_it_is_left_alone(self):
        (self.folder / "seen").mkdir()
        self.write("seen/mine.txt", "mine")
        ended = self.written(scenario_text(end="end = 2001-07-19T13:00:00Z", more=sensor()), code=2)
        self.assertIn("nothing was changed", ended.err)
        self.assertEqual([file.name for file in (self.folder / "seen").iterdir()], ["mine.txt"])


BIG = scenario_text(end="end = 2001-07-20T10:00:00Z", vulnerable="2000", rate="0.3", seeds="2000",
                    more=sensor(prefixes='["0.0.0.0/18"]'))


class Trouble(LoopTest):
    def test_a_full_disk_leaves_nothing_half(self):
        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

        ended = self.written(BIG, formats="pcap,zeek", code=1, before=small_files)
        self.assertIn("limit of file size", ended.err)
        self.assertFalse((self.folder / "seen").exists())

    def test_an_interruption_leaves_readable_parts_marked_so(self):
        self.write("s.toml", BIG)
        child = program.start(["simulate", "s.toml", "--runs", "1", "--sensor-files", "seen", "--sensor-format",
                               "pcap,zeek"], self.folder)
        part = self.folder / "seen" / "dark.pcapng.partial"
        until = time.monotonic() + 60
        while time.monotonic() < until and not (part.exists() and part.stat().st_size > 1 << 20):
            time.sleep(0.002)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 130, err)
        names = sorted(file.name for file in (self.folder / "seen").iterdir())
        self.assertEqual(names, ["dark.conn.log.partial", "dark.pcapng.partial"])
        for name in names:
            _, report = self.observed(f"seen/{name}")
            self.assertGreater(report["sightings"], 1000)


if __name__ == "__main__":
    sys.exit(program.unittest.main())
