"""Help, version, exit codes of wrong usage, and where texts go."""

import os
import re

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
                ["scenario", "verify", "code-red-2-local"], ["scenario", "list", "extra"],
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
