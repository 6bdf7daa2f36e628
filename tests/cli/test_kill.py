"""kill -9 at moments spread over the time that an undisturbed reading takes: nothing is lost, nothing comes twice.

SECONDWAVE_KILLS and SECONDWAVE_KILL_LINES make it larger: 200 and 1000000 are what docs/reference/exactly-once.md tells
of. Run by hand it prints a line for each kill."""

import json
import os
import signal
import sqlite3
import time

import program
from program import ProgramTest, start
from test_observe import web_line

KILLS = int(os.environ.get("SECONDWAVE_KILLS", "10"))
LINES = int(os.environ.get("SECONDWAVE_KILL_LINES", "60000"))


def line(i):
    request = ("/default.ida?" + "X" * 60 + "%u9090%u6858%ucbd3" if i % 10 == 0 else
               "/scripts/root.exe?/c+dir" if i % 17 == 0 else f"/page{i % 1000}.html")
    source = i * 7919 % 20011
    return web_line(i // 12, request, f"{1 + source % 97}.{source % 251}.{source % 241}.1")


class Kill(ProgramTest):
    def observe(self, store):
        return ["observe", "big.log", "--store", store, "--sensor", "web", "--format", "json"]

    def content(self, store):
        """What queries say, and every tally; not how the counts are cut into blocks."""
        answers = [program.run("sources", "--store", store, "--format", "csv", cwd=self.folder, longest_s=120).out]
        for kind in ("sources", "new_sources", "sightings"):
            answers.append(program.run("series", "--store", store, "--by", "minute", "--count", kind, cwd=self.folder,
                                       longest_s=120).out)
        for address in ("1.0.0.1", "63.138.207.1"):
            answers.append(program.run("evidence", address, "--store", store, "--format", "json", cwd=self.folder).out)
        database = sqlite3.connect(self.folder / store)
        answers.append(database.execute("SELECT * FROM tally ORDER BY tail").fetchall())
        answers.append(database.execute("SELECT offset, length, digest FROM input").fetchall())
        database.close()
        return answers

    def committed(self, store):
        """Bytes of whole records that a store knows."""
        try:
            database = sqlite3.connect(f"file:{self.folder / store}?mode=ro", uri=True)
            rows = database.execute("SELECT offset FROM input").fetchall()
            database.close()
        except sqlite3.OperationalError:
            return 0  # killed before there were tables
        return rows[0][0] if rows else 0

    def test_at_many_moments(self):
        with open(self.folder / "big.log", "w") as file:
            for i in range(LINES):
                file.write(line(i))
        size = os.path.getsize(self.folder / "big.log")
        began = time.monotonic()
        self.assertEqual(program.run(*self.observe("whole.db"), cwd=self.folder, longest_s=120).code, 0)
        whole_s = time.monotonic() - began
        whole = self.content("whole.db")
        print(f"\n{LINES} lines, {size} bytes, undisturbed {whole_s:.2f} s, {KILLS} kills")
        late_again = []
        # Moments spread evenly; then, as the clock of a busy machine is no friend, others until one lies between commits.
        for kill in range(KILLS + 100):
            if kill >= KILLS and late_again:
                break
            store = f"k{kill}.db"
            share = (kill + 0.5) / KILLS if kill < KILLS else 0.3 + 0.618034 * kill % 0.7
            after_s = whole_s * share
            child = start(self.observe(store), self.folder)
            time.sleep(after_s)
            done = child.poll() is not None
            child.send_signal(signal.SIGKILL)
            child.communicate()
            had = self.committed(store)
            ended = program.run(*self.observe(store), cwd=self.folder, longest_s=120)
            self.assertEqual(ended.code, 0, str(ended))
            again = json.loads(ended.out)["files"][0]["new_bytes"]
            self.assertEqual(had + again, size)
            self.assertEqual(self.content(store), whole, f"killed after {after_s:.3f} s")
            print(f"kill {kill:3} after {after_s:7.3f} s ({'had ended' if done else 'running'}): {had / size:6.1%} "
                  f"committed, {again / size:6.1%} read after it; equal")
            if had > 0 and not done:
                late_again.append(had / size)
            for part in ("", "-wal", "-shm"):
                path = self.folder / (store + part)
                if path.exists():
                    path.unlink()
        self.assertTrue(late_again, "no kill came between two commits")

    def test_at_most_a_tenth_is_read_again(self):
        """How far a killed reading had come is not seen from outside. So count: with more than ten commits, as even as
        sixteenths of the file are, less than a tenth lies between two of them."""
        with open(self.folder / "big.log", "w") as file:
            for i in range(LINES):
                file.write(line(i))
        self.run_program(*self.observe("s.db"))
        database = sqlite3.connect(self.folder / "s.db")
        segments = database.execute("SELECT max(segment) FROM block").fetchone()[0]
        database.close()
        # Every commit that wrote counts has a number of its own.
        self.assertGreaterEqual(segments, 10)


if __name__ == "__main__":
    import unittest
    unittest.main()
