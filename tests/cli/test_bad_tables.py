"""Prefix tables that are damaged, enormous or absent: bad rows are skipped and counted below the threshold, and end the
run with the code 3 above it."""

import os
import random

from program import ProgramTest, scenario_text

SCOPES = "scope = [{ prefix_length = 0, share = 1 }, { prefix_length = 8, share = 1 }]"


class BadTables(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("s.toml", scenario_text(
            bits="32", vulnerable="1000", rate="100",
            population="placement = { method = 'country', table = 'table.csv' }\ncountries = { US = 60, DE = 20 }",
            worm=SCOPES))

    def with_table(self, text, code=0, more=()):
        if text is not None:
            self.write("table.csv", text)
        return self.run_program("simulate", "./s.toml", "--runs", "2", "--jobs", "1", "--format", "json", *more,
                                code=code)

    def good_rows(self, count=100):
        return [f"{11 + n // 256}.{n % 256}.0.0/16,{('US', 'DE', 'FR')[n % 3]}" for n in range(count)]

    def test_all_forms_of_rows(self):
        text = ("# a comment\n\n16777216,33554431,US\n2.0.0.0,2.255.255.255,DE\r\n3.0.0.0/8,FR\n  4.0.0.0/8 , GB \n"
                "83886080,83886080,??\n")
        ended = self.with_table(text)
        self.assertNotIn("skipped", ended.err)

    def test_few_bad_rows_are_skipped_and_counted(self):
        rows = self.good_rows()
        rows[50:50] = ["garbage", "300.0.0.0/8,US", "11.0.0.0/8,FR", "1.2.3.4/16,US", "9,3,US"]
        ended = self.with_table("\n".join(rows) + "\n")
        self.assertIn("5 of 105 rows skipped", ended.err)
        self.assertIn("line 51", ended.err)
        clean = self.with_table("\n".join(self.good_rows()) + "\n")
        self.assertEqual(clean.json["outcomes"], ended.json["outcomes"])

    def test_the_threshold(self):
        rows = self.good_rows(90)
        at = "\n".join(rows + ["x"] * 10)
        above = "\n".join(rows + ["x"] * 11)
        self.with_table(at)
        ended = self.with_table(above, code=3)
        self.assertIn("table.csv:91", ended.err)
        self.assertIn("10%", ended.err)
        self.with_table(above, more=["--max-bad", "0.2"])
        self.with_table(at, code=3, more=["--max-bad", "0.05"])
        self.with_table("\n".join(rows), more=["--max-bad", "0"])
        self.with_table("\n".join(rows + ["x"]), code=3, more=["--max-bad", "0"])

    def test_bad_rows_of_every_kind(self):
        for row in ("x", ",", ",,", ",,,", "1.0.0.0/8", "1.0.0.0/8,", "1.0.0.0/8,U", "1.0.0.0/8,USA", "1.0.0.0/8,12",
                    "1.0.0.0/33,US", "1.0.0.0/-1,US", "1.0.0.0/,US", "/8,US", "1.0.0/8,US", "1.0.0.0.0/8,US",
                    "1.0.0.256/32,US", "1.2.3.4/8,US", "::/0,US", "4294967296,4294967297,US", "-1,5,US", "5,4,US",
                    "1e3,2e3,US", "0x10,0x20,US", "1,2,3,US", "9" * 5000 + ",1,US", "\x1b[2J,\x07,\x9b", "\x00",
                    "1.0.0.0/8;US", '"1.0.0.0/8","US"', "11.0.0.0/8,US", "0.0.0.0/0,US"):
            with self.subTest(row=row[:40]):
                ended = self.with_table("\n".join(self.good_rows() + [row]) + "\n", code=None)
                self.assertEqual(ended.code, 0, str(ended))
                self.assertIn("skipped", ended.err)

    def test_nothing_in_it(self):
        for text in ("", "\n", "# only a comment\n", "x\n", "1.0.0.0/8,??\n", "\x00" * 100, b"\xff\xfe\x00",
                     b"\x1f\x8b\x08\x00garbage"):
            self.assertIn("table.csv", self.with_table(text, code=3).err)

    def test_countries_that_it_does_not_have(self):
        ended = self.with_table("1.0.0.0/8,FR\n", code=None)
        self.assertIn(ended.code, (0, 3))
        self.assertRegex(ended.err, "US|DE")

    def test_too_small_for_the_hosts(self):
        ended = self.with_table("1.0.0.0/24,US\n1.0.1.0/24,DE\n1.0.2.0/24,FR\n", code=3)
        self.assertRegex(ended.err, "(600|1000) hosts")

    def test_a_table_that_is_none(self):
        self.assertIn("table.csv", self.with_table(None, code=None).err)
        self.assertEqual(self.with_table(None, code=None).code, 1)
        os.mkdir(self.folder / "table.csv")
        self.with_table(None, code=3)
        os.rmdir(self.folder / "table.csv")
        os.mkfifo(self.folder / "table.csv")
        self.with_table(None, code=3)
        os.unlink(self.folder / "table.csv")
        for target in ("/dev/zero", "/dev/null", "table.csv", "/dev/tty"):
            os.symlink(target, self.folder / "table.csv")
            self.assertIn(self.with_table(None, code=None).code, (1, 3))
            os.unlink(self.folder / "table.csv")

    def test_a_gigabyte(self):
        with open(self.folder / "table.csv", "wb") as file:
            file.truncate(1 << 30)
        self.with_table(None, code=3)

    def test_as_large_as_it_may_be(self):
        # 256 MiB without a line's end, and 64 MiB of the shortest bad rows.
        with open(self.folder / "table.csv", "wb") as file:
            file.truncate(256 << 20)
        self.with_table(None, code=3)
        self.write("table.csv", b"x\n" * (32 << 20))
        self.with_table(None, code=3)

    def test_a_million_rows_in_any_order(self):
        rows = [f"{n << 11},{(n << 11) + 2047},{('US', 'DE', 'FR')[n % 3]}" for n in range(8192, 500000)]
        in_order = self.with_table("\n".join(rows)).json["run_hash"]
        random.Random(1).shuffle(rows)
        self.assertEqual(self.with_table("\n".join(rows)).json["run_hash"], in_order)

    def test_names_that_are_no_tables(self):
        for name, code in (("'no-such'", 1), ("''", 3), ("'/etc/passwd'", 3), ("'../../x'", 1), ("'tor-geoi'", 1),
                           ("5", 3), ('"\\u001b"', 3)):
            text = scenario_text(bits="32", population=f"placement = {{ method = 'country', table = {name} }}",
                                 worm=SCOPES)
            self.write("t.toml", text)
            ended = self.run_program("simulate", "./t.toml", "--runs", "1", code=None)
            self.assertEqual(ended.code, code, f"{name}: {ended}")
            self.assertNotIn("root:x", ended.out)

    def test_the_table_of_the_machine_may_be_absent(self):
        if os.path.exists("/usr/share/tor/geoip"):
            self.run_program("simulate", "code-red-july", "--set", "population.vulnerable=2000", "--runs", "1", "--out",
                             "r", "--infections")
        else:
            ended = self.run_program("simulate", "code-red-july", "--runs", "1", "--out", "r", "--infections", code=1)
            self.assertIn("tor-geoipdb", ended.err)
