"""Help, version, exit codes of wrong usage, and where texts go."""

import os
import re

import program
from program import ProgramTest, prefix

COMMANDS = [["simulate"], ["verify"], ["scenario", "list"], ["scenario", "show"], ["scenario", "lint"],
            ["scenario", "explain"], ["scenario", "verify"], ["signatures", "list"], ["signatures", "test"],
            ["clock"], ["fit"], ["forecast"], ["score"]]


def options_in(text):
    """The options of a help text: name to description."""
    found = {}
    name = None
    for line in text.splitlines():
        option = re.match(r"  (-[-\w,]+)(.*)", line)
        if option:
            name = option.group(1)
            found[name] = option.group(2)
        elif name and line.startswith("      "):
            found[name] += " " + line.strip()
        else:
            name = None
    return found


class Help(ProgramTest):
    def test_every_option_states_its_default_and_an_example(self):
        for command in COMMANDS:
            for name, text in options_in(self.run_program(*command, "--help").out).items():
                if "--help" in name:
                    continue
                with self.subTest(command=command, option=name):
                    self.assertRegex(text, r"Default: \S")
                    self.assertRegex(text, r"Example: \S*")
                    self.assertIn(name, text.split("Example:")[1])

    def test_every_positional_states_an_example(self):
        for command in COMMANDS:
            for line in self.run_program(*command, "--help").out.splitlines():
                if re.match(r"  [A-Z]+ ", line):
                    self.assertIn("Example:", line)

    def test_help_names_the_options_of_the_contract(self):
        wanted = {
            "simulate": "--runs --seed --jobs --set --out --format --quiet --infections --debate --construction --max-bad",
            "verify": "--replicate --jobs --format --quiet",
            "clock": "--event --days --set --format --quiet",
            "scenario list": "--format --quiet",
            "scenario show": "--set --format --quiet",
            "scenario lint": "--strict --format --quiet",
            "scenario explain": "--set --format --quiet",
            "signatures list": "--signatures --format --quiet",
            "signatures test": "--signatures --year --limit --max-bad --format --quiet",
            "scenario verify": "--all --beside --beside-runs --out --runs --seed --jobs --set --construction --max-bad --format --quiet",
        }
        for command, names in wanted.items():
            options = options_in(self.run_program(*command.split(), "--help").out)
            for name in names.split():
                with self.subTest(command=command):
                    self.assertIn(name, options)

    def test_the_top_names_all_commands(self):
        out = self.run_program("--help").out
        for name in ("simulate", "verify", "scenario", "--version"):
            self.assertIn(name, out)

    def test_version_and_build(self):
        out = self.run_program("--version").out
        self.assertRegex(out, r"^secondwave \d+\.\d+\.\d+ \(.+\)\n$")


class WrongUsage(ProgramTest):
    def test_codes(self):
        simulate = ["simulate", "uniform-si"]
        for arguments in (
                [], ["simulate"], ["verify"], ["scenario"], ["--no-such"], ["no-such"], ["scenario", "no-such"],
                simulate + ["--no-such"], simulate + ["another"], simulate + ["--runs"], simulate + ["--runs", "0"],
                simulate + ["--runs", "-1"], simulate + ["--runs", "10000001"], simulate + ["--runs", "1e3"],
                simulate + ["--runs", "99999999999999999999"], simulate + ["--runs", "3x"], simulate + ["--runs", ""],
                simulate + ["--seed", "-1"], simulate + ["--seed", "18446744073709551616"],
                simulate + ["--seed", "1.5"], simulate + ["--seed", "x"], simulate + ["--seed", ""],
                simulate + ["--jobs", "-1"], simulate + ["--jobs", "4097"], simulate + ["--jobs", "two"],
                simulate + ["--format", "xml"], simulate + ["--format", ""], simulate + ["--construction", "magic"],
                simulate + ["--max-bad", "1.1"], simulate + ["--max-bad", "-0.1"], simulate + ["--max-bad", "nan"],
                simulate + ["--set"], simulate + ["--set", "worm.scan_rate_per_s"], simulate + ["--set", "=3"],
                simulate + ["--infections"], ["simulate", "no-such-scenario"], ["simulate", "./no-such.toml"],
                ["simulate", ""], ["simulate", "no/such/folder"], ["scenario", "verify"],
                ["scenario", "verify", "uniform-si", "--all"], ["scenario", "show", "no-such"],
                ["scenario", "lint", "no-such"], ["scenario", "explain", "no-such"],
                ["scenario", "verify", "code-red-2001-always-on"], ["scenario", "list", "extra"],
                ["verify", ".", "--replicate", "-1"], ["verify", ".", "--replicate", "x"]):
            with self.subTest(arguments=arguments):
                self.run_program(*arguments, code=2)

    def test_did_you_mean(self):
        for arguments, wanted in (
                (["simulat", "uniform-si"], "simulate"),
                (["verfy", "x"], "verify"),
                (["scenario", "lst"], "list"),
                (["scenario", "explane", "uniform-si"], "explain"),
                (["simulate", "uniform-si", "--rnus", "3"], "--runs"),
                (["simulate", "uniform-si", "--fromat=json"], "--format"),
                (["scenario", "verify", "--al"], "--all"),
                (["simulate", "uniform-is"], "uniform-si"),
                (["simulate", "code-red-jul"], "code-red-july")):
            with self.subTest(arguments=arguments):
                err = self.run_program(*arguments, code=2).err
                self.assertRegex(err, r"did you mean .?" + re.escape(wanted) + r"\b")

    def test_what_is_wrong_is_named(self):
        for arguments, wanted in ((["frobnicate"], "frobnicate"), (["scenario", "frobnicate"], "frobnicate"),
                                  (["simulate", "uniform-si", "--frobnicate"], "--frobnicate"),
                                  (["simulate", "uniform-si", "--runs", "many"], "many")):
            with self.subTest(arguments=arguments):
                self.assertIn(wanted, self.run_program(*arguments, code=2).err)

    def test_arguments_cannot_command_the_terminal(self):
        evil = b"\x1b]0;evil\x07\x1b[2J\xff\xc2\x9b\xe2\x80\xae"
        for arguments in ([evil], ["simulate", evil], ["simulate", b"./" + evil + b".toml"],
                          ["simulate", "uniform-si", b"--" + evil], ["simulate", "uniform-si", b"--runs", evil],
                          ["simulate", "uniform-si", "--set", evil], ["simulate", "uniform-si", "--construction", evil],
                          ["scenario", evil], ["scenario", "show", evil], ["scenario", "lint", b"/" + evil],
                          ["verify", evil], ["simulate", "uniform-si", "--format", evil]):
            with self.subTest(arguments=arguments):
                self.run_program(*[os.fsdecode(a) if isinstance(a, bytes) else a for a in arguments],
                                 code=1 if arguments[0] == "verify" else 2)
        self.run_program("simulate", "uniform-si", "--set", os.fsdecode(b"worm." + evil + b"=1"), code=3)
        self.run_program("simulate", "uniform-si", "--set", os.fsdecode(b"worm.scan_rate_per_s=" + evil), code=3)

    def test_formats(self):
        for wrong in ("1", "xml", "", "JSON"):
            err = self.run_program("scenario", "list", "--format", wrong, code=2).err
            self.assertIn(f"'{wrong}' is none of table, csv, json", err)
        self.assertIn("table, csv or json. Default: csv.", " ".join(self.run_program("series", "--help").out.split()))
        self.assertIn("table, csv or json. Default: table.", " ".join(self.run_program("sources", "--help").out.split()))

    def test_a_path_that_names_no_file_is_wrong_use_everywhere(self):
        (self.folder / "folder").mkdir()
        self.write("a.log", '203.0.113.1 - - [01/Aug/2001:00:00:01 +0000] "GET / HTTP/1.0" 404 1\n')
        self.run_program("observe", "a.log", "--store", "s.db", "--sensor", "web")
        for path in ("missing", "folder"):
            for command in (["observe", path, "--store", "t.db", "--sensor", "w"], ["signatures", "test", path],
                            ["census", "--store", "s.db", "--offline", path], ["census", "--classify", path],
                            ["census", "--store", "s.db", "--no-lookup", "--networks", path],
                            ["notify", "--store", "s.db", "--out", "n", "--contacts", path],
                            ["fit", path, "--sensor-prefix", "10.0.0.0/8"], ["score", path, "--truth", path],
                            ["simulate", "./" + path], ["sources", "--store", path],
                            ["store", "merge", path, "--store", "s.db"], ["sources", "--store", "s.db", "--known", path],
                            ["observe", "a.log", "--store", "t.db", "--sensor-file", path]):
                self.assertIn(path, self.run_program(*command, code=2).err)
        self.assertFalse((self.folder / "t.db").exists())

    def test_a_destination_is_looked_at_before_the_work(self):
        closed = self.folder / "closed"
        closed.mkdir()
        closed.chmod(0o555)
        self.write("file", "x")
        for arguments in (["simulate", "code-red-july", "--runs", "1000", "--sensor-files"],
                          ["hindcast", "code-red-2001", "--draws", "100000", "--out"]):
            for where, code in (("closed/a/b", 1), ("file", 2), ("file/below", 2)):
                ended = self.run_program(*arguments, where, code=code, before=program.without_root_rights, longest_s=5)
                self.assertIn(where.split("/")[0], ended.err)

    def test_quiet_does_not_silence_errors(self):
        err = self.run_program("simulate", "no-such", "--quiet", code=2).err
        self.assertIn("no-such", err)


class DataFolder(ProgramTest):
    def test_it_may_be_anywhere(self):
        there = self.folder / "there"
        there.mkdir()
        for name in ("scenarios", "tables"):
            os.symlink(prefix() / "share" / "secondwave" / name, there / name)
        listed = self.run_program("scenario", "list", "--format", "json", env={"SECONDWAVE_DATA": str(there)}).json
        self.assertTrue(all(one["path"].startswith(str(there)) for one in listed["scenarios"]))

    def test_a_wrong_place_is_said(self):
        for place in (str(self.folder), str(self.folder / "absent"), "/dev/null"):
            ended = self.run_program("scenario", "list", code=1, env={"SECONDWAVE_DATA": place})
            self.assertIn("SECONDWAVE_DATA", ended.err)
            self.assertIn(place, ended.err)

    def test_scenarios_of_another_place_are_taken_from_there(self):
        own = self.folder / "data" / "scenarios" / "mine"
        own.mkdir(parents=True)
        base = prefix() / "share" / "secondwave" / "scenarios" / "uniform-si" / "scenario.toml"
        (own / "scenario.toml").write_text(base.read_text().replace('"uniform-si"', '"mine"'))
        env = {"SECONDWAVE_DATA": str(self.folder / "data")}
        listed = self.run_program("scenario", "list", "--format", "json", env=env).json
        self.assertEqual([one["name"] for one in listed["scenarios"]], ["mine"])
        self.run_program("scenario", "show", "mine", env=env)
        self.run_program("scenario", "show", "uniform-si", code=2, env=env)
