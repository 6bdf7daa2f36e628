"""A disk that is full, at whatever byte: the code 1, the cause in words, and nothing half-written that looks whole."""

import json
import os
import resource

from program import SMALL, ProgramTest


def largest_file(size):
    """No file may become larger: what a full disk does, without one."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class FullDisk(ProgramTest):
    def test_at_any_size(self):
        self.run_program("simulate", *SMALL, "--out", "whole", "--infections")
        sizes = {path.name: path.stat().st_size for path in (self.folder / "whole").iterdir()}
        for size in sorted({0, 1, 100, 1000, 4096, *[max(0, s - 1) for s in sizes.values()]}):
            if size >= max(sizes.values()):
                continue
            with self.subTest(size=size):
                ended = self.run_program("simulate", *SMALL, "--out", "r", "--infections", "--format", "json", code=1,
                                         before=largest_file(size))
                self.assertIn("cannot", ended.err)
                self.assertIn("limit of file size", ended.err)
                self.assertEqual(ended.raw_out, b"")
                self.assertEqual(os.listdir(self.folder), ["whole"])

    def test_an_earlier_result_stays(self):
        self.run_program("simulate", *SMALL, "--out", "r")
        before = {path.name: path.read_bytes() for path in (self.folder / "r").iterdir()}
        self.run_program("simulate", *SMALL, "--seed", "2", "--out", "r", code=1, before=largest_file(1000))
        self.assertEqual({path.name: path.read_bytes() for path in (self.folder / "r").iterdir()}, before)
        self.assertEqual(os.listdir(self.folder), ["r"])

    def test_the_disk_behind_standard_output(self):
        for arguments in (["simulate", *SMALL], ["simulate", *SMALL, "--format", "json"],
                          ["simulate", *SMALL, "--format", "csv"], ["scenario", "list"],
                          ["scenario", "show", "uniform-si"], ["scenario", "explain", "uniform-si"],
                          ["scenario", "verify", "uniform-si", "--runs", "1"], ["--help"], ["simulate", "--help"],
                          ["--version"]):
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                ended = self.run_program(*arguments, code=1, stdout=full)
                self.assertIn("standard output", ended.err)

    def test_a_result_is_kept_where_only_the_summary_is_lost(self):
        with open("/dev/full", "wb") as full:
            self.run_program("simulate", *SMALL, "--out", "r", code=1, stdout=full)
        manifest = json.loads((self.folder / "r" / "manifest.json").read_text())
        self.assertIs(manifest["partial"], False)
        self.run_program("verify", "r")

    def test_a_reader_that_goes_away(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        with os.fdopen(write_end, "wb") as pipe:
            import signal
            ended = self.run_program("scenario", "list", code=1, stdout=pipe,
                                     before=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN))
        self.assertIn("standard output", ended.err)

    def test_closed_standard_output(self):
        ended = self.run_program("scenario", "list", code=1, before=lambda: os.close(1))
        self.assertIn("standard output", ended.err)
        self.run_program("simulate", *SMALL, "--out", "r", code=1, before=lambda: os.close(1))
        self.run_program("verify", "r")

    def test_closed_standard_error(self):
        # What is written into files must not get the messages in between.
        self.run_program("simulate", *SMALL, "--out", "r", "--infections", before=lambda: os.close(2))
        self.run_program("verify", "r")

    def test_few_open_files(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
        ended = self.run_program("simulate", *SMALL, "--out", "r", code=None, before=limit)
        if ended.code != 0:
            self.assertEqual(ended.code, 1)
            self.assertEqual(os.listdir(self.folder), [])

    def test_little_memory(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
        ended = self.run_program("simulate", "uniform-si", "--set", "population.vulnerable=100000000", "--runs", "1",
                                 "--jobs", "1", code=1, before=limit)
        self.assertIn("memory", ended.err)
