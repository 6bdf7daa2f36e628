"""Input and stores that are not as they should be: what cannot be read, cannot be written, or makes no sense."""

import gzip
import os
import signal

import program
from test_observe import ObserveTest, web_line, web_log


class ReadOnly(ObserveTest):
    """A store on a disk that cannot be written can still be asked."""

    def closed(self):
        os.chmod(self.folder / "d" / "s.db", 0o444)
        os.chmod(self.folder / "d", 0o555)
        self.addCleanup(os.chmod, self.folder / "d", 0o755)

    def ask(self, *arguments, **more):
        return self.run_program(*arguments, "--store", "d/s.db", before=program.without_root_rights, **more)

    def setUp(self):
        super().setUp()
        self.write("a.log", web_log(100))
        os.mkdir(self.folder / "d")
        self.observe("a.log", store="d/s.db")

    def test_every_question_has_its_answer(self):
        self.closed()
        self.assertIn(",100,", self.ask("series", "--by", "day", "--count", "sightings").out)
        self.assertEqual(self.ask("sources", "--format", "json").json["count"], 100)
        self.assertEqual(len(self.ask("store", "info", "--format", "json").json["inputs"]), 1)
        self.ask("evidence", "203.0.113.1")
        self.write("n.csv", "192.0.2.0/25,DE\n")
        self.assertEqual(self.ask("census", "--no-lookup", "--networks", "n.csv", "--format", "json").json["sources"], 100)
        self.assertIn("--no-lookup", self.ask("census", "--resolver", "127.0.0.1:1", code=1).err)
        self.ask("store", "prune", "--older-than", "1d", code=1)
        self.assertEqual(sorted(os.listdir(self.folder / "d")), ["s.db"])

    def test_one_that_must_be_brought_forward_says_so(self):
        import sqlite3
        database = sqlite3.connect(self.folder / "d" / "s.db")
        database.executescript("DROP TABLE contact; PRAGMA user_version=2; PRAGMA journal_mode=DELETE")
        database.close()
        self.closed()
        self.assertIn("brought forward", self.ask("sources", code=1).err)
        os.chmod(self.folder / "d", 0o755)
        os.chmod(self.folder / "d" / "s.db", 0o644)
        self.ask("sources")

    def test_a_log_that_cannot_be_read_is_no_answer(self):
        (self.folder / "d" / "s.db-wal").write_bytes(b"x" * 5000)
        self.closed()
        self.assertIn("log of writes", self.ask("sources", code=1).err)


class BadInput(ObserveTest):
    def test_an_unreadable_file_among_good_ones(self):
        self.write("a.log", web_log(100))
        self.write("junk", bytes(range(256)) * 100)
        self.write("half.gz", gzip.compress(web_log(5000)[7:].encode())[:9000])
        self.write("empty", "")
        ended = program.run("observe", "missing", "junk", "a.log", "half.gz", "empty", "--store", "s.db", "--sensor",
                            "web", "--format", "json", cwd=self.folder)
        self.assertEqual(ended.code, 2, "the gravest: a file that is not there")
        files = {file["path"]: file for file in ended.json["files"]}
        self.assertEqual(files["a.log"]["sightings"], 100)
        self.assertGreater(files["half.gz"]["sightings"], 10)
        self.assertIn("error", files["half.gz"])
        for name in ("missing", "junk", "half.gz"):
            self.assertIn(name, ended.err)
        self.assertEqual(files["empty"]["status"], "empty")

    def test_what_is_no_file_and_what_may_not_be_read(self):
        self.write("a.log", web_log(10))
        self.write("closed.log", web_log(20)[7:])
        os.chmod(self.folder / "closed.log", 0)
        for name, code in (("missing.log", 2), ("a.log/below", 2), ("closed.log", 1)):
            ended = self.run_program("observe", name, "--store", "s.db", "--sensor", "web", code=code,
                                     before=program.without_root_rights)
            self.assertIn(name, ended.err)
            self.assertEqual(list(self.folder.glob("s.db*")), [], "a store with nothing in it stays behind")
        ended = program.run("observe", "a.log", "closed.log", "--store", "s.db", "--sensor", "web", "--format", "json",
                            cwd=self.folder, before=program.without_root_rights)
        self.assertEqual((ended.code, ended.json["sightings"]), (1, 10))

    def test_a_sensor_has_a_name(self):
        self.write("a.log", web_log(10))
        for name in ("", "my web", "a\nb", "1st", "x" * 65, "../s", "a,b"):
            ended = self.run_program("observe", "a.log", "--store", "s.db", "--sensor", name, code=2)
            self.assertIn("which sensor" if name == "" else "a letter first", ended.err)
        self.assertFalse((self.folder / "s.db").exists())

    def test_a_name_of_a_file_makes_no_lines_of_its_own(self):
        self.write("a\nsecondwave: all is well", "nonsense\n" * 9)
        ended = self.run_program("observe", "a\nsecondwave: all is well", "--store", "s.db", "--sensor", "web", code=3)
        self.assertNotIn("\nsecondwave: all", ended.err)
        self.assertIn("a\\x0asecondwave: all is well", ended.err)

    def test_too_many_bad_records(self):
        self.write("a.log", web_log(100) + "nonsense\n" * 20)
        ended = self.observe("a.log", code=3)
        self.assertIn("20 of 120 records are bad", ended.err)
        self.observe("a.log", "--max-bad", "0.2")

    def test_a_store_that_is_none(self):
        self.write("a.log", web_log(10))
        self.write("text.db", "x" * 5000)
        self.assertIn("not a store", self.observe("a.log", store="text.db", code=3).err)
        self.observe("a.log", store="no/such/folder/s.db", code=1)
        self.observe("a.log", store="mysql://here/s", code=2)
        self.run_program("sources", "--store", "absent.db", code=2)
        self.assertFalse((self.folder / "absent.db").exists())
        self.observe("a.log")
        import sqlite3
        database = sqlite3.connect(self.folder / "s.db")
        database.execute("PRAGMA user_version=99")
        database.close()
        self.assertIn("newer version", self.observe("a.log", code=3).err)

    def test_usage(self):
        self.write("a.log", web_log(10))
        self.observe("a.log")
        for wrong in (["--label", "nimdda"], ["--sensor", "wep"], ["--from", "yesterday"], ["--from", "2001-08-01T00:00:30Z"],
                      ["--from", "2001-08-02", "--to", "2001-08-01"], ["--own", "300.0.0.0/8"]):
            self.run_program("sources", "--store", "s.db", *wrong, code=2)
        self.run_program("series", "--store", "s.db", "--by", "day", "--from", "2001-08-01T05:00:00Z", code=2)
        self.run_program("observe", "a.log", "--store", "s.db", code=2)
        self.observe("a.log", "--tz", "Mars/Olympus", code=2)
        self.observe("-", "-", code=2)

    def test_a_full_disk(self):
        import resource
        self.write("a.log", "".join(web_line(i % 80000, address=f"20.{i % 7}.{i % 251}.{i % 241}") for i in range(60000)))
        ended = self.observe("a.log", code=1, before=lambda: (
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))))
        self.assertIn("s.db", ended.err)
        self.assertEqual(self.observe("a.log").json["sightings"], 60000)


if __name__ == "__main__":
    import unittest
    unittest.main()
