"""The installed program and a way to run it under watch: what it prints, how it ends, how long it takes and how much
memory it holds."""

import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time
import unittest

LONGEST_S = 20
MOST_BYTES = 2 << 30
MOST_ADDRESS_SPACE = 8 << 30  # a stop for the machine's sake; what is tested is MOST_BYTES

# What no run may do to the time of another: on a machine that is busy elsewhere, everything takes longer.
PATIENCE = float(os.environ.get("SECONDWAVE_TEST_PATIENCE", "3"))

# Control characters but newline and tab, and marks that change the direction or the end of a line.
COMMANDS_A_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066]")

_install = None


def prefix():
    """The folder that the built tree is installed into, once for each test file; or SECONDWAVE_PREFIX."""
    global _install
    if "SECONDWAVE_PREFIX" in os.environ:
        return pathlib.Path(os.environ["SECONDWAVE_PREFIX"])
    if _install is None:
        _install = tempfile.TemporaryDirectory(prefix="secondwave-installed-")
        cmake = os.environ.get("SECONDWAVE_CMAKE", "cmake")
        command = [cmake, "--install", os.environ["SECONDWAVE_BUILD"], "--prefix", _install.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(_install.name)


def environment(extra=None):
    env = {key: value for key, value in os.environ.items() if not key.startswith("SECONDWAVE_")}
    env.update({"LC_ALL": "C.UTF-8"})
    env.update(extra or {})
    return env


def without_root_rights():
    """For `before`: root too may then write only where the bits of files allow it."""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: root gets what is left when the program starts


class Ended:
    """How a run ended."""

    def __init__(self, arguments, code, out, err, seconds, bytes_held):
        self.arguments = arguments
        self.code = code
        self.raw_out = out
        self.raw_err = err
        self.seconds = seconds
        self.bytes_held = bytes_held

    @property
    def out(self):
        return self.raw_out.decode("utf-8")

    @property
    def err(self):
        return self.raw_err.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.out, parse_constant=_no_constant)

    def __str__(self):
        return (f"secondwave {' '.join(map(str, self.arguments))[:400]}\n  code {self.code}, {self.seconds:.1f} s, "
                f"{self.bytes_held >> 20} MiB\n  out: {self.raw_out[:600]!r}\n  err: {self.raw_err[:1500]!r}")


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


def start(arguments, cwd, env=None, before=None, stdout=subprocess.PIPE, stderr=subprocess.PIPE):
    """Starts the program; `before` runs in the child (to set limits)."""
    def in_child():
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESS_SPACE, MOST_ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if before:
            before()
    command = [str(prefix() / "bin" / "secondwave"), *map(os.fspath, arguments)]
    return subprocess.Popen(command, cwd=cwd, env=environment(env), stdin=subprocess.DEVNULL, stdout=stdout,
                            stderr=stderr, preexec_fn=in_child)


def run(*arguments, cwd, env=None, before=None, stdout=None, longest_s=LONGEST_S):
    """Runs the program to its end; one that does not end is killed, and then has the code None."""
    began = time.monotonic()
    child = start(arguments, cwd, env, before, stdout or subprocess.PIPE)
    parts = {}
    # Pipes, not files: a limit of file size is meant for the files of the program.
    readers = [threading.Thread(target=lambda name=name, pipe=pipe: parts.update({name: pipe.read()}))
               for name, pipe in (("out", child.stdout), ("err", child.stderr)) if pipe]
    for reader in readers:
        reader.start()
    until = began + longest_s * PATIENCE
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            break
        if time.monotonic() > until:
            os.kill(child.pid, signal.SIGKILL)
            usage = os.wait4(child.pid, 0)[2]
            code = None
            break
        time.sleep(0.003)
    child.returncode = -signal.SIGKILL if code is None else code
    seconds = time.monotonic() - began
    for reader in readers:
        reader.join()
    for pipe in (child.stdout, child.stderr):
        if pipe:
            pipe.close()
    return Ended(arguments, code, parts.get("out", b""), parts.get("err", b""), seconds, usage.ru_maxrss * 1024)


class ProgramTest(unittest.TestCase):
    """A test with an empty working folder."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        prefix()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="secondwave-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, *arguments, code=0, **more):
        """Runs in the working folder and looks at what holds for every run, whatever it was given."""
        ended = run(*arguments, cwd=more.pop("cwd", self.folder), **more)
        self.assertIsNotNone(ended.code, f"did not end in time: {ended}")
        self.assertGreaterEqual(ended.code, 0, f"ended by a signal: {ended}")
        self.assertLess(ended.bytes_held, MOST_BYTES, str(ended))
        self.assertNotIn(b"broken contract", ended.raw_err, str(ended))
        self.assertNotIn(b"unexpected failure", ended.raw_err, str(ended))
        for text in (ended.raw_out, ended.raw_err):
            self.assert_harmless(text, ended)
        if code is not None:
            self.assertEqual(ended.code, code, str(ended))
        if ended.code in (2, 3):
            self.assertEqual(ended.raw_out, b"", f"an error is no data: {ended}")
            self.assertTrue(ended.err.strip(), f"an error without words: {ended}")
        return ended

    def assert_harmless(self, text, ended):
        """UTF-8 without anything that commands a terminal."""
        try:
            shown = text.decode("utf-8")
        except UnicodeDecodeError:
            self.fail(f"not UTF-8: {ended}")
        bad = COMMANDS_A_TERMINAL.search(shown)
        if bad:
            self.fail(f"control character {bad[0]!r}: {ended}")

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    def simulate(self, *arguments, **more):
        """Simulates as JSON and gives the object."""
        return self.run_program("simulate", *arguments, "--format", "json", **more).json


def small(runs=3, jobs=1):
    """A small outbreak that ends in milliseconds."""
    return ["uniform-si", "--set", "population.address_bits=20", "--set", "population.vulnerable=2000", "--set",
            "worm.scan_rate_per_s=5", "--jobs", str(jobs), "--runs", str(runs)]


SMALL = small()

SCENARIO = """format = 1
name = "tiny"
title = "A small outbreak for tests"

[time]
start = 2001-07-19T10:00:00Z
{end}

[population]
vulnerable = {vulnerable}
address_bits = {bits}
{population}

[worm]
scan_rate_per_s = {rate}
{worm}

[outbreak]
initially_infected = {seeds}

{more}
"""


def scenario_text(end="end = 2001-07-20T00:00:00Z", vulnerable="500", bits="16", population="", rate="1", worm="",
                  seeds="5", more=""):
    return SCENARIO.format(end=end, vulnerable=vulnerable, bits=bits, population=population, rate=rate, worm=worm,
                           seeds=seeds, more=more)
