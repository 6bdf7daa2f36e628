"""Scenarios whose values are impossible, absurd, or at the edge of what is possible: a clear error with the contract's
code, or a correct result with nulls and reasons. Never a crash, a hang or a machine without memory."""

import json

from program import ProgramTest, scenario_text


class Attack(ProgramTest):
    def bad(self, text, *words, code=3, runs="2", more=()):
        """Refused, naming the file; `words` are in the message."""
        path = self.write("s.toml", text)
        ended = self.run_program("simulate", path, "--runs", runs, "--jobs", "1", *more, code=code)
        self.assertIn("s.toml", ended.err)
        for word in words:
            self.assertIn(word, ended.err)
        return ended

    def good(self, text, runs="2", more=(), **kwargs):
        path = self.write("s.toml", text)
        ended = self.run_program("simulate", path, "--runs", runs, "--jobs", "2", "--format", "json", *more, **kwargs)
        outcomes = ended.json["outcomes"]
        for name, outcome in outcomes.items():
            if outcome["median"] is None:
                self.assertTrue(outcome["reason"], name)
        return outcomes

    def either(self, text, **kwargs):
        """An error in words, or a sound result."""
        path = self.write("s.toml", text)
        ended = self.run_program("simulate", path, "--runs", "2", "--jobs", "2", "--format", "json", code=None, **kwargs)
        self.assertIn(ended.code, (0, 1, 3), str(ended))
        if ended.code == 0:
            self.assertEqual(ended.json["runs"], 2)
        return ended


class BadValues(Attack):
    def test_dates(self):
        for end in ("2001-02-30T00:00:00Z", "2001-13-01T00:00:00Z", "2001-07-20T25:00:00Z", "2001-07-20T00:61:00Z",
                    "2001-07-20", "00:00:00", "2001-07-20T00:00:00", '"2001-07-20T00:00:00Z"', "20010720",
                    "2001-07-19T10:00:00Z", "2001-07-19T09:00:00Z", "0000-00-00T00:00:00Z", "1e9", "true", "[]", "{}",
                    "2001-07-20T00:00:00+99:00", "2001-02-29T00:00:00Z", "9999999-01-01T00:00:00Z"):
            with self.subTest(end=end):
                self.assertRegex(self.bad(scenario_text(end=f"end = {end}")).err, r"s\.toml:\d+")

    def test_the_ends_of_the_calendar(self):
        for start, end in (("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z"),
                           ("9999-12-31T23:00:00Z", "9999-12-31T23:59:59Z"),
                           ("1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:01Z"),
                           ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
                           ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000001Z")):
            text = scenario_text(end=f"end = {end}").replace("2001-07-19T10:00:00Z", start)
            with self.subTest(start=start, end=end):
                self.either(text)

    def test_numbers_that_are_none(self):
        self.bad(scenario_text(rate="1e999"), "s.toml:15:")
        for value in ("nan", "-nan", "+nan", "inf", "-inf", "-1", "-0.5", "1e308", "-1e308", '"5"', '""',
                      "true", "[5]", "[]", "{}", "{ value = nan }", "{ value = 1, value2 = 2 }",
                      "{ uniform = [2, 1] }", "{ uniform = [nan, 1] }", "{ uniform = [1] }", "{ normal = [1, -1] }",
                      "{ normal = [1, inf] }", "{ lognormal = [-1, 1] }", "{ lognormal = [1, 1e9] }",
                      "{ value = 1, source = 'a', assumed = 'b' }", "2001-07-19T10:00:00Z"):
            with self.subTest(value=value):
                ended = self.bad(scenario_text(rate=value), "worm.scan_rate_per_s")
                self.assertRegex(ended.err, r"s\.toml:\d+:\d+")
                self.bad(scenario_text(vulnerable=value), "population.vulnerable")

    def test_ranges(self):
        for text in (
                scenario_text(rate="0"), scenario_text(rate="1e-308"), scenario_text(rate="1e10"),
                scenario_text(vulnerable="0"), scenario_text(vulnerable="0.5"), scenario_text(vulnerable="10.5"),
                scenario_text(vulnerable="4294967297", bits="32"), scenario_text(vulnerable="65537"),
                scenario_text(vulnerable="1e18"), scenario_text(vulnerable="9223372036854775807"),
                scenario_text(vulnerable="9223372036854775808"), scenario_text(bits="0"), scenario_text(bits="33"),
                scenario_text(bits="-1"), scenario_text(bits="16.0"), scenario_text(seeds="0"),
                scenario_text(seeds="501"), scenario_text(seeds="-1"), scenario_text(seeds="1.5"),
                scenario_text(worm="success_probability = 1.1"), scenario_text(worm="success_probability = -0.1"),
                scenario_text(worm="latency_s = -1"), scenario_text(worm="latency_s = 1e300"),
                scenario_text(worm='scan_rate_law = "zipf"'), scenario_text(worm='scan_rate_law = "gamma"'),
                scenario_text(worm='scan_rate_law = "gamma"\nscan_rate_shape = 0'),
                scenario_text(worm='scan_rate_law = "lognormal"\nscan_rate_shape = 101'),
                scenario_text(worm="scope = []"), scenario_text(worm="scope = [{ prefix_length = 33, share = 1 }]"),
                scenario_text(worm="scope = [{ prefix_length = 0, share = 0 }]"),
                scenario_text(worm="scope = [{ prefix_length = 0, share = 0 }, { prefix_length = 8, share = 0 }]"),
                scenario_text(worm="scope = [{ prefix_length = 8, share = 1 }, { prefix_length = 8, share = 1 }]"),
                scenario_text(worm="scope = [{ prefix_length = 17, share = 1 }]"),
                scenario_text(worm="scope = [{ prefix_length = 0, share = -1 }]"),
                scenario_text(worm="scope = 5"), scenario_text(worm="scope = [5]"),
                scenario_text(population="class = [{ name = 'a', share = 0, scan_rate_per_s = 1 }]"),
                scenario_text(population="class = [{ name = 'a', share = 1, scan_rate_per_s = -1 }]"),
                scenario_text(population="class = [{ name = '', share = 1, scan_rate_per_s = 1 }]"),
                scenario_text(end="")[:-1] + "[[sensor]]\nname = 's'\nprefixes = ['0.0.0.0/8']\n",
                scenario_text(worm="no_such_key = 1"), scenario_text(more="[nonsense]\nx = 1"),
                scenario_text(population="placement = { method = 'country' }"),
                scenario_text(population="placement = { networks = 70000 }"),
                scenario_text(population="placement = { networks = 1, network_length = 8 }").replace("= 500", "= 257"),
                scenario_text(population="countries = { US = 101 }\nplacement = { method = 'country', table = 'plan' }"),
                scenario_text(population="countries = { US = 60, DE = 41 }\n"
                                         "placement = { method = 'country', table = 'plan' }"),
                scenario_text(population="countries = { usa = 1 }\nplacement = { method = 'country', table = 'plan' }"),
                scenario_text().replace("format = 1", "format = 2"), scenario_text().replace("format = 1", ""),
                scenario_text().replace('name = "tiny"', 'name = "../evil"'),
                scenario_text().replace('name = "tiny"', 'name = ""'), scenario_text() + "format = 1\n"):
            with self.subTest(text=text):
                self.assertRegex(self.bad(text).err, r"s\.toml:\d+")

    def test_did_you_mean(self):
        ended = self.bad(scenario_text().replace("scan_rate_per_s", "scan_rate_per_sec"), "worm.scan_rate_per_sec")
        self.assertIn("scan_rate_per_s", ended.err.split("scan_rate_per_sec", 1)[1])

    def test_seeds_and_hosts_at_their_ends(self):
        self.assertEqual(self.good(scenario_text(vulnerable="1", seeds="1"))["ever_infected"]["median"], 1)
        outcomes = self.good(scenario_text(vulnerable="1", seeds="1", end=""))
        self.assertEqual(outcomes["ever_infected"]["median"], 1)
        self.assertIsNone(outcomes["growth_rate_per_hour"]["median"])
        outcomes = self.good(scenario_text(vulnerable="500", seeds="500"))
        self.assertEqual(outcomes["ever_infected"]["median"], 500)
        self.assertEqual(outcomes["time_1_to_99_percent_h"]["median"], 0)
        self.assertEqual(self.good(scenario_text(vulnerable="65536"))["ever_infected"]["median"], 65536)
        self.assertEqual(self.good(scenario_text(vulnerable="2", bits="1", seeds="1"))["ever_infected"]["median"], 2)
        for construction in ("pressure", "reference"):
            self.good(scenario_text(vulnerable="1", seeds="1"), more=["--construction", construction])
            self.good(scenario_text(vulnerable="2", bits="1", seeds="2"), more=["--construction", construction])

    def test_as_many_hosts_as_there_are_addresses(self):
        for construction in ("auto", "pressure"):
            ended = self.run_program("simulate", "uniform-si", "--set", "population.vulnerable=4294967296", "--runs",
                                     "1", "--jobs", "1", "--construction", construction, code=None)
            self.assertIn(ended.code, (1, 3), str(ended))
            self.assertRegex(ended.err, "memory|vulnerable")

    def test_more_hosts_than_there_is_memory_for(self):
        for hosts in ("4294967295", "1000000000", "300000000"):
            ended = self.run_program("simulate", "uniform-si", "--set", f"population.vulnerable={hosts}", "--runs",
                                     "1", "--jobs", "1", code=None)
            self.assertIn(ended.code, (0, 1, 3), str(ended))

    def test_so_slow_that_nothing_happens(self):
        outcomes = self.good(scenario_text(rate="1e-6", vulnerable="2", seeds="1"))
        self.assertEqual(outcomes["ever_infected"]["median"], 1)
        self.assertIsNone(outcomes["growth_rate_per_hour"]["median"])
        outcomes = self.good(scenario_text(worm="success_probability = 0"))
        self.assertEqual(outcomes["ever_infected"]["median"], 5)
        self.good(scenario_text(rate="1e-6", vulnerable="2", seeds="1", bits="32", end=""))
        outcomes = self.good(scenario_text(worm="success_probability = 0", end=""))
        self.assertEqual(outcomes["ever_infected"]["median"], 5)
        for construction in ("order", "pressure"):
            self.good(scenario_text(worm="success_probability = 0", end=""), more=["--construction", construction])
        self.either(scenario_text(worm="success_probability = 1e-300", end=""))
        self.either(scenario_text(worm="success_probability = 5e-324", end=""))
        self.either(scenario_text(worm="success_probability = 1e-300"))

    def test_so_fast_that_all_happens_at_once(self):
        outcomes = self.good(scenario_text(rate="1e6"))
        self.assertEqual(outcomes["ever_infected"]["median"], 500)
        self.assertEqual(outcomes["peak_new_per_min"]["median"], 500)
        for end in ("", "end = 2001-07-20T00:00:00Z"):
            for construction in ("order", "pressure"):
                self.good(scenario_text(rate="1e6", vulnerable="100", end=end), more=["--construction", construction])
        for rate in ("1.1e6", "1e7", "1e9"):
            self.bad(scenario_text(rate=rate), "s.toml:15:", "worm.scan_rate_per_s")

    def test_without_end_and_a_rate_of_nothing_the_reference_ends_too(self):
        path = self.write("s.toml", scenario_text(worm="success_probability = 0", end=""))
        ended = self.run_program("simulate", path, "--runs", "1", "--construction", "reference", code=None)
        self.assertIn(ended.code, (0, 1, 2, 3))

    def test_windows(self):
        self.good(scenario_text(end="end = 2001-07-19T10:00:01Z"))
        self.good(scenario_text(end="end = 2001-07-19T10:00:00.000001Z"))
        self.good(scenario_text(end="end = 2101-07-19T10:00:00Z"))

    def test_uncertain_numbers_that_hardly_fit(self):
        self.either(scenario_text(vulnerable="{ normal = [500, 1e9] }"))
        self.either(scenario_text(rate="{ normal = [1e-6, 1e-30] }"))
        self.either(scenario_text(worm="success_probability = { normal = [-1000, 1] }"))
        self.either(scenario_text(worm="success_probability = { normal = [1000, 0.001] }"))
        self.either(scenario_text(vulnerable="{ uniform = [1, 65536] }", seeds="400"))
        self.either(scenario_text(vulnerable="{ uniform = [400, 500] }", seeds="{ uniform = [300, 500] }"))
        self.either(scenario_text(rate="{ lognormal = [1e9, 5] }"))


class Laws(Attack):
    def test_unequal_rates(self):
        for law, shape in (("gamma", "0.01"), ("gamma", "100"), ("lognormal", "0.01"), ("lognormal", "100"),
                           ("lognormal", "10")):
            with self.subTest(law=law, shape=shape):
                self.either(scenario_text(worm=f'scan_rate_law = "{law}"\nscan_rate_shape = {shape}'))
                self.either(scenario_text(rate="1e9", worm=f'scan_rate_law = "{law}"\nscan_rate_shape = {shape}'))

    def test_latency_longer_than_the_window(self):
        outcomes = self.good(scenario_text(worm="latency_s = 31622400"))
        self.assertGreater(outcomes["ever_infected"]["median"], 5)
        self.good(scenario_text(worm='latency_s = 31622400\nlatency_law = "exponential"'))
        self.good(scenario_text(worm="latency_s = 1e-300"))

    def test_all_scopes_at_once(self):
        scopes = ", ".join(f"{{ prefix_length = {n}, share = 1 }}" for n in range(33))
        self.good(scenario_text(bits="32", vulnerable="2000", worm=f"scope = [{scopes}]", rate="100"))
        self.good(scenario_text(worm="scope = [{ prefix_length = 16, share = 1 }]"))
        self.good(scenario_text(worm="scope = [{ prefix_length = 0, share = 1e-300 }, { prefix_length = 8, share = 1e9 }]"))

    def test_many_classes(self):
        classes = ", ".join(f"{{ name = 'c{n}', share = {n}, scan_rate_per_s = {n + 1} }}" for n in range(256))
        self.good(scenario_text(population=f"class = [{classes}]"))

    def test_responses(self):
        def with_rule(**keys):
            rule = "".join(f"{key} = {value}\n" for key, value in keys.items())
            return scenario_text(more=f"[[response]]\nname = 'r'\n{rule}")
        for kind in ("patch", "clean", "reboot"):
            self.good(with_rule(kind=f"'{kind}'", rate_per_h="0"))
            self.good(with_rule(kind=f"'{kind}'", rate_per_h="1e-300"))
            self.either(with_rule(kind=f"'{kind}'", rate_per_h="1e6"))
            self.bad(with_rule(kind=f"'{kind}'", rate_per_h="1e9"), "rate_per_h")
            self.bad(with_rule(kind=f"'{kind}'", rate_per_h="-1"), "rate_per_h")
            self.good(with_rule(kind=f"'{kind}'", rate_per_h="1", **{"from": "2002-01-01T00:00:00Z"}))
            self.good(with_rule(kind=f"'{kind}'", rate_per_h="1", **{"from": "1990-01-01T00:00:00Z",
                                                                  "until": "2001-07-19T10:00:00.000001Z"}))
        self.bad(with_rule(kind="'patch'", rate_per_h="1", until="2001-07-19T10:00:00Z"))
        self.bad(with_rule(kind="'patch'", rate_per_h="1", **{"from": "2001-07-19T12:00:00Z",
                                                             "until": "2001-07-19T11:00:00Z"}))
        self.bad(with_rule(kind="'bomb'", rate_per_h="1"), "patch")
        self.bad(with_rule(kind="'clean'", target="'all'", rate_per_h="1"))

    def test_cleaned_at_once_and_infected_at_once(self):
        # Fast hits and fast cleaning: the number of infections is bounded by time or by an error, not by memory.
        text = scenario_text(bits="8", vulnerable="200", rate="1000", end="end = 2001-07-19T11:00:00Z",
                             more="[[response]]\nname = 'r'\nkind = 'clean'\nrate_per_h = 1e6\n")
        self.either(text)

    def test_very_many_rules(self):
        rules = "".join(f"[[response]]\nname = 'r{n}'\nkind = 'clean'\nrate_per_h = 0.001\n" for n in range(1000))
        self.either(scenario_text(more=rules))
        self.bad(scenario_text(more=rules + "[[response]]\nname = 'one'\nkind = 'clean'\nrate_per_h = 1\n"))


class Sensors(Attack):
    def sensor(self, keys="", prefixes="['0.0.0.0/24']", **more):
        return scenario_text(more=f"[[sensor]]\nname = 'eye'\nprefixes = {prefixes}\n{keys}\n", **more)

    def test_prefixes(self):
        for prefixes in ("[]", "''", "['']", "['x']", "['1.2.3']", "['1.2.3.4/33']", "['1.2.3.4/-1']",
                         "['256.0.0.0/8']", "['1.2.3.4/8']", "['::/0']", "['0.0.0.0/8 ']", "[5]", "['0.0.0.0/24/24']",
                         "['0.0.0.0/20', '0.0.1.0/24']", "['0.0.0.0/24', '0.0.0.0/24']", "['10.0.0.0/8']",
                         "['0.0.0.0/0x10']", "['0.0.0.0/08']", "['01.0.0.0/8']", "['0.0.0.0/']"):
            with self.subTest(prefixes=prefixes):
                self.bad(self.sensor(prefixes=prefixes), "s.toml:")

    def test_values(self):
        for keys in ("bin_s = 0", "bin_s = -1", "bin_s = 0.001", "bin_s = 1e-9", "bin_s = nan", "bin_s = 1e99",
                     "loss = 1.1", "loss = -0.1", "packets_per_target = 0.5", "packets_per_target = 0",
                     "packets_per_target = 101", "packets_per_target = nan", "name = 'again'",
                     "bin_s = { uniform = [1, 5] }",
                     "outage = [{ from = 2001-07-19T12:00:00Z, until = 2001-07-19T12:00:00Z }]",
                     "outage = [{ from = 2001-07-19T12:00:00Z, until = 2001-07-19T11:00:00Z }]",
                     "outage = [{ from = 2001-07-19T12:00:00Z }]",
                     "outage = [{ from = 2001-07-19T12:00:00Z, until = 2001-07-19T14:00:00Z }, "
                     "{ from = 2001-07-19T13:00:00Z, until = 2001-07-19T15:00:00Z }]"):
            with self.subTest(keys=keys):
                self.bad(self.sensor(keys), "s.toml:")

    def test_too_many_bins(self):
        self.bad(self.sensor("bin_s = 1", end="end = 2001-09-19T00:00:00Z"), "bins")

    def test_what_everything_is_lost_of(self):
        outcomes = self.good(self.sensor("loss = 1"))
        self.assertEqual(outcomes["eye.packets"]["median"], 0)
        self.assertEqual(outcomes["eye.sources"]["median"], 0)
        self.assertIsNone(outcomes["eye.probe_growth_rate_per_hour"]["median"])
        outcomes = self.good(self.sensor("outage = [{ from = 1990-01-01T00:00:00Z, until = 2030-01-01T00:00:00Z }]"))
        self.assertEqual(outcomes["eye.packets"]["median"], 0)

    def test_outages_outside_the_window(self):
        without = self.good(self.sensor())
        beside = self.good(self.sensor("outage = [{ from = 1990-01-01T00:00:00Z, until = 1991-01-01T00:00:00Z }, "
                                       "{ from = 2030-01-01T00:00:00Z, until = 2031-01-01T00:00:00Z }]"))
        self.assertEqual(without, beside)

    def test_bins_wider_than_the_window(self):
        outcomes = self.good(self.sensor("bin_s = 31622400"))
        self.assertGreater(outcomes["eye.packets"]["median"], 0)

    def test_a_sensor_over_the_whole_space(self):
        text = scenario_text(bits="32", vulnerable="500", rate="10", seeds="5",
                             more="[[sensor]]\nname = 'eye'\nprefixes = ['0.0.0.0/0']\n")
        outcomes = self.good(text)
        self.assertEqual(outcomes["eye.sources"]["median"], outcomes["ever_infected"]["median"])
        # 14 hours at 10/s, 5 copies from the start on.
        self.assertGreater(outcomes["eye.packets"]["median"], 0.95 * 5 * 14 * 3600 * 10)

    def test_hosts_do_not_stand_where_a_sensor_stands(self):
        text = scenario_text(bits="8", vulnerable="100", rate="1",
                             worm="scope = [{ prefix_length = 0, share = 1 }, { prefix_length = 4, share = 1 }]",
                             more="[[sensor]]\nname = 'eye'\nprefixes = ['0.0.0.0/24']\n")
        self.either(text)

    def test_one_second_bins(self):
        self.good(self.sensor("bin_s = 1\npackets_per_target = 2.5\nloss = 0.5"))

    def test_very_many_sensors(self):
        def sensors(count):
            return "".join(f"[[sensor]]\nname = 's{n}'\nprefixes = ['0.0.{n // 256 % 256}.{n % 256}/32']\n"
                           for n in range(count))
        self.bad(scenario_text(bits="32", more=sensors(10000)), "sensor")
        self.good(scenario_text(bits="32", more=sensors(1000)))

    def test_very_many_prefixes_and_outages(self):
        prefixes = ", ".join(f"'{n >> 8 & 255}.{n & 255}.0.0/24'" for n in range(10000))
        outages = ", ".join(f"{{ from = 2001-07-19T10:{n // 60:02}:{n % 60:02}Z, "
                            f"until = 2001-07-19T10:{n // 60:02}:{n % 60:02}.5Z }}" for n in range(3600))
        self.either(scenario_text(bits="32", rate="1000", more=f"[[sensor]]\nname = 's'\nprefixes = [{prefixes}]\n"
                                                             f"outage = [{outages}]\n"))

    def test_a_very_fast_worm_and_a_wide_sensor(self):
        self.either(scenario_text(bits="32", rate="1e6", vulnerable="1000", seeds="5", end="end = 2001-07-19T11:00:00Z",
                                  more="[[sensor]]\nname = 's'\nprefixes = ['0.0.0.0/1']\nbin_s = 60\nloss = 0.1\n"
                                       "packets_per_target = 3\n"))


class Sets(Attack):
    def test_absurd(self):
        for value in ("", "1e308", "1e-308", "-1", "nan", "inf", "none", '""', "[", "{", "{ value = ", "0x", "1e999",
                      "9" * 400, "true", "2001-07-19", "\u202e", "[[[[[[", "'" * 999, "{ value = 1, source = 3 }"):
            with self.subTest(value=value):
                ended = self.run_program("simulate", "uniform-si", "--set", f"worm.scan_rate_per_s={value}", code=3)
                self.assertIn("--set", ended.err)

    def test_keys(self):
        for key in ("worm.scan_rate_per_sec", "worm", "worm.", ".worm", "a.b.c.d.e.f.g.h.i", "sensor.0.loss",
                    "population.vulnerable.value", "format.x", "inherits", " worm.scan_rate_per_s", "name", "w" * 70000,
                    "population.countries.XX.YY"):
            with self.subTest(key=key[:40]):
                self.run_program("simulate", "uniform-si", "--set", f"{key}=1", code=3)

    def test_very_many(self):
        sets = [word for n in range(3000) for word in ("--set", f"population.vulnerable={n + 20}")]
        path = self.write("s.toml", scenario_text(seeds="5", end=""))
        result = self.run_program("simulate", path, *sets, "--runs", "1", "--format", "json").json
        self.assertEqual(result["outcomes"]["ever_infected"]["median"], 3019)


class Amounts(Attack):
    def test_jobs(self):
        text = scenario_text()
        hashes = set()
        for jobs in ("0", "1", "64"):
            path = self.write("s.toml", text)
            hashes.add(self.run_program("simulate", path, "--runs", "4", "--jobs", jobs, "--format", "json").json["run_hash"])
        self.assertEqual(len(hashes), 1)

    def test_the_largest_number_of_jobs(self):
        path = self.write("s.toml", scenario_text(vulnerable="10", seeds="1"))
        ended = self.run_program("simulate", path, "--runs", "5000", "--jobs", "4096", code=None)
        self.assertIn(ended.code, (0, 1))

    def test_many_runs_do_not_need_much_memory(self):
        path = self.write("s.toml", scenario_text(vulnerable="1", seeds="1", end=""))
        ended = self.run_program("simulate", path, "--runs", "200000", "--jobs", "2", "--format", "json", longest_s=60)
        self.assertLess(ended.bytes_held, 600 << 20)
        self.assertEqual(json.loads(ended.out)["runs"], 200000)
