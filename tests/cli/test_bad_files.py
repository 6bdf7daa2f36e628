"""Scenario files that are none: enormous, endless, of another kind, of another charset, made to do harm."""

import os
import re
import socket

from program import ProgramTest, scenario_text


class BadFiles(ProgramTest):
    def refused(self, path, codes=(3,)):
        """Every command that reads a scenario refuses it, and says which."""
        ended = None
        for command in (["simulate"], ["scenario", "show"], ["scenario", "explain"], ["scenario", "lint"],
                        ["scenario", "verify"]):
            ended = self.run_program(*command, path, code=None)
            self.assertIn(ended.code, codes, str(ended))
        return ended

    def refused_text(self, text):
        """Lint gives the errors as its data; the other commands as errors. All have the code 3."""
        path = self.write("s.toml", text)
        for command in (["simulate"], ["scenario", "show"], ["scenario", "explain"], ["scenario", "verify"]):
            ended = self.run_program(*command, path, code=3)
            self.assertIn("s.toml", ended.err)
        from program import run
        ended = run("scenario", "lint", path, cwd=self.folder)
        self.assertEqual(ended.code, 3, str(ended))
        self.assert_harmless(ended.raw_out + ended.raw_err, ended)
        self.assertLess(ended.bytes_held, 300 << 20)

    def test_a_gigabyte(self):
        with open(self.folder / "big.toml", "wb") as file:
            file.truncate(1 << 30)
        self.assertIn("big.toml", self.refused("big.toml").err)

    def test_one_byte_too_many(self):
        text = scenario_text()
        self.write("s.toml", text + "#" * ((1 << 20) - len(text)))
        self.run_program("scenario", "show", "./s.toml")
        self.write("s.toml", text + "#" * ((1 << 20) - len(text) + 1))
        self.refused("./s.toml")

    def test_what_is_no_file(self):
        os.mkfifo(self.folder / "fifo.toml")
        os.mkdir(self.folder / "folder.toml")
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(str(self.folder / "socket.toml"))
        os.symlink("loop.toml", self.folder / "loop.toml")
        for path in ("/dev/zero", "/dev/null", "/dev/tty", "./fifo.toml", "./folder.toml", "./socket.toml",
                     "./loop.toml", "/dev/stdin", "/proc/self/mem", "/", "."):
            with self.subTest(path=path):
                self.refused(path, codes=(1, 2, 3))

    def test_one_that_may_not_be_read(self):
        path = self.write("s.toml", scenario_text())
        os.chmod(path, 0)
        if os.access(path, os.R_OK):
            self.skipTest("root may read everything")
        self.refused(path, codes=(1,))

    def test_bytes_that_are_no_text(self):
        for text in (b"", b"\x00", b"\n" * 1000, b"format = 1\x00", b"\xff\xfe" + "format = 1".encode("utf-16-le"),
                     scenario_text().encode("utf-16"), scenario_text().encode() + b"# \xff\n",
                     scenario_text().replace("small", "sm\xe4ll").encode("latin-1"),
                     scenario_text().replace("small", "sm\x00ll").encode(), b"\x1b[2J\x1b]0;evil\x07",
                     b"\xed\xa0\x80 = 1\n", b"\x80" * 4096, os.urandom(65536), b"\x7fELF" + os.urandom(999),
                     b"<?xml version='1.0'?><a/>", b'{"format": 1}', b"format = 1\r" * 5, b"\r\n" * 50):
            with self.subTest(text=text[:40]):
                self.refused_text(text)

    def test_a_byte_order_mark_and_windows_line_ends_are_fine(self):
        for text in (b"\xef\xbb\xbf" + scenario_text().encode(), scenario_text().replace("\n", "\r\n").encode()):
            path = self.write("s.toml", text)
            self.run_program("scenario", "show", path)

    def test_escapes_within_strings(self):
        # TOML may spell any character: what is shown must not command the terminal.
        for evil in ("\\u001b[2J", "\\u202E", "\\u0000", "\\u009b31m", "\\u2028", "\\u0007", "\\r"):
            with self.subTest(evil=evil):
                path = self.write("s.toml", scenario_text().replace("A small", f"A {evil} small"))
                for command in (["simulate", path, "--runs", "1"], ["scenario", "show", path],
                                ["scenario", "explain", path], ["scenario", "verify", path],
                                ["simulate", path, "--runs", "1", "--format", "json"],
                                ["scenario", "show", path, "--format", "json"],
                                ["simulate", path, "--runs", "1", "--out", "r"]):
                    self.assertIn(self.run_program(*command, code=None).code, (0, 2, 3))
                self.write("s.toml", scenario_text() + f'"{evil}" = 1\n["{evil}"]\n')
                self.run_program("simulate", "./s.toml", code=3)
                self.write("s.toml", scenario_text().replace('"tiny"', f'"{evil}"'))
                self.run_program("simulate", "./s.toml", code=3)

    def test_deep_nesting(self):
        for text in ("x = " + "[" * 100000, "x = " + "[" * 100000 + "]" * 100000, "x = " + "{ a = " * 50000,
                     "[" + ".".join("a" * 1 for _ in range(100000)) + "]\n", ".".join(["a"] * 100000) + " = 1\n",
                     "x = " + "[{a=" * 30000 + "1" + "}]" * 30000, "[[a]]\n" * 100000,
                     "".join(f"[a.{'b.' * n}c]\n" for n in range(900))):
            with self.subTest(text=text[:30]):
                self.refused_text(text)

    def test_very_many(self):
        for text in ("".join(f"key{n} = {n}\n" for n in range(50000)), "x = [" + "1," * 400000 + "]\n",
                     scenario_text(more="[[sensor]]\n" * 50000), "x = 1\n" * 100000,
                     scenario_text(more="".join(f"[[response]]\nname = 'r{n}'\n" for n in range(20000))),
                     "x = '" + "a" * 1000000 + "'\n", "a" * 1000000 + " = 1\n", "x = " + "9" * 1000000 + "\n",
                     "x = 0." + "9" * 1000000 + "\n", "#" * 1000000 + "\n", '"' * 1000000):
            with self.subTest(text=text[:30]):
                self.refused_text(text)

    def test_truncated_anywhere(self):
        text = scenario_text(more="[[sensor]]\nname = 'eye'\nprefixes = ['0.0.0.0/24']\n")
        for size in range(0, len(text), 7):
            path = self.write("s.toml", text[:size])
            self.assertIn(self.run_program("simulate", path, "--runs", "1", code=None).code, (0, 3))

    def test_inheritance(self):
        child = 'format = 1\nname = "child"\ntitle = "t"\ninherits = "{}"\n'
        os.mkfifo(self.folder / "fifo.toml")
        self.write("self.toml", child.format("./self.toml"))
        self.write("a.toml", child.format("./b.toml"))
        self.write("b.toml", child.format("./a.toml"))
        for parent in ("./self.toml", "./a.toml", "./absent.toml", "absent", "", "/dev/zero", "./fifo.toml", "..",
                       "../../../../../../etc/passwd", "./s.toml\\u0000", "x" * 5000, "\\u001b[2J"):
            with self.subTest(parent=parent[:40]):
                self.write("s.toml", child.format(parent))
                ended = self.run_program("simulate", "./s.toml", code=3)
                self.assertRegex(ended.err, r"s\.toml|" + re.escape(parent))
                # What is in a file that is no scenario does not come out by the error.
                self.assertNotIn("root:", ended.err)
        for name in ("./self.toml", "./a.toml"):
            self.run_program("simulate", name, code=3)
        self.run_program("simulate", "uniform-si", "--set", "inherits=code-red-july", code=3)

    def test_a_file_that_goes_away_or_names_that_are_strange(self):
        for name in ("with space.toml", "-dash.toml", "a'b\"c.toml", "ü.toml", "new\nline.toml", os.fsdecode(b"\xff.toml")):
            path = self.folder / name
            path.write_text(scenario_text())
            self.simulate("./" + name, "--runs", "1")
            path.write_text("x = nonsense")
            self.run_program("simulate", "./" + name, code=3)
