#!/usr/bin/env python3
"""What reading costs, beside tools that others use: makes the inputs, runs everything on one core, writes a page.

    scripts/performance.py --program build/rel/src/cli/secondwave > docs/performance.md

Each input lies in memory (--folder, /dev/shm). observe runs three times, the others once. Speeds
are by time of the processor, so that other work on the machine disturbs little; the time on the clock stands beside it.
"""

import argparse
import gzip
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIGNATURES = "default\\.ida\\?N|default\\.ida\\?X|root\\.exe"
CORE = "0"


class Ran:
    def __init__(self, cpu_s, wall_s, bytes_held):
        self.cpu_s, self.wall_s, self.bytes_held = cpu_s, wall_s, bytes_held


# Runs a command as its own child and says what it took. A process begins with the memory mark of the one that forked it, so the
# mark of a child of this large script would be that of the script.
HELPER = """
import json, os, sys, time
began = time.monotonic()
child = os.fork()
if child == 0:
    # A file: grep stops at the first hit where its output goes to /dev/null.
    os.dup2(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.execvp(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, time.monotonic() - began,
                  used.ru_maxrss * 1024]))
"""


def once(command, before=None):
    if before:
        before()
    output = f"/dev/shm/secondwave-performance-{os.getpid()}.out"
    ended = subprocess.run([sys.executable, "-c", HELPER, output, "taskset", "-c", CORE, *map(str, command)],
                           capture_output=True, check=True,
                           env={**os.environ, "LC_ALL": "C", "SECONDWAVE_DATA": str(ROOT)})
    pathlib.Path(output).unlink(missing_ok=True)
    code, cpu_s, wall_s, held = json.loads(ended.stdout)
    if code != 0:
        sys.exit(f"{command}: {code}: {ended.stderr[-500:]!r}")
    return Ran(cpu_s, wall_s, held)


def best(command, before=None, times=3):
    return min((once(command, before) for _ in range(times)), key=lambda ran: ran.cpu_s)


def web_log(path, megabytes, hit_percent, sources=50_000):
    """Combined lines; so many in a hundred ask for what Code Red asks for."""
    luck = random.Random(1)
    pages = [f"/pages/{luck.randrange(10**6)}.html" for _ in range(1000)]
    people = [f"{luck.randrange(11, 200)}.{luck.randrange(256)}.{luck.randrange(256)}.{luck.randrange(1, 255)}"
              for _ in range(sources)]
    agents = ["Mozilla/4.0 (compatible; MSIE 5.5; Windows 98)", "Mozilla/4.76 [en] (X11; U; Linux 2.4.3 i686)"]
    lines = 0
    with open(path, "w", encoding="ascii") as file:
        size = 0
        while size < megabytes * 10**6:
            part = []
            for i in range(20_000):
                second = lines // 200
                page = "/default.ida?" + "N" * 8 if luck.random() * 100 < hit_percent else luck.choice(pages)
                part.append(f"{luck.choice(people)} - - [19/Jul/2001:{second // 3600 % 24:02}:{second // 60 % 60:02}:"
                            f"{second % 60:02} +0000] \"GET {page} HTTP/1.0\" 200 {luck.randrange(9999)} \"-\" "
                            f"\"{agents[i & 1]}\"\n")
                lines += 1
            text = "".join(part)
            size += len(text)
            file.write(text)
    return lines


def many_sources(path, count):
    """A Zeek log in which each line has a source of its own."""
    with open(path, "w", encoding="ascii") as file:
        file.write("#separator \\x09\n#unset_field\t-\n#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto"
                   "\thistory\torig_pkts\torig_ip_bytes\n")
        for i in range(count):
            address = (i * 2654435761 + 12345) % 2**32  # odd factor: all different
            a, b, c, d = address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255
            file.write(f"{995551323 + i // 1000}.{i % 1000:06}\t{a}.{b}.{c}.{d}\t1025\t10.0.0.1\t80\ttcp\tS\t3\t144\n")
            if i % 100_000 == 0:
                file.flush()


def pcap_of(pcapng, path):
    """The same packets as a classic pcap: from our own pcapng with blocks of a fixed form."""
    data = pathlib.Path(pcapng).read_bytes()
    out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    at = packets = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 6:
            high, low, size, original = struct.unpack_from("<IIII", data, at + 12)
            us = high << 32 | low
            out += struct.pack("<IIII", us // 10**6, us % 10**6, size, original) + data[at + 28:at + 28 + size]
            packets += 1
        at += length
    pathlib.Path(path).write_bytes(out)
    return packets


HEAD = """# How fast it reads, beside other tools

Made by one script, all rows in one run, on one core:

    cmake -S . -B build/rel -G Ninja -DCMAKE_BUILD_TYPE=Release && cmake --build build/rel
    scripts/performance.py --program build/rel/src/cli/secondwave > docs/performance.md

Inputs are generated and lie in memory. `observe` runs three times, and the run that took the processor the least counts; the others run once. Speeds
are by time of the processor, so that other work on the machine disturbs less than it would disturb a clock. `observe` does all it ever
does: it tells the format, reads, labels, counts every source by minute and commits a store; the other tools do what their row says
and no more. *Times secondwave* is their time over ours on the same input.
"""

TARGETS = """
The targets that were set, from the same run:

| what | target | measured | |
|---|---|---|---|
"""


class Page:
    """Rows of a table: what was read, by whom, how fast, and how many times as long as secondwave took."""

    def __init__(self):
        self.rows = []
        self.targets = []

    def add(self, what, tool, ran, amount, unit, reference):
        self.rows.append((what, tool, f"{ran.cpu_s:.2f}", f"{ran.wall_s:.2f}", f"{amount / ran.cpu_s:,.2f} {unit}",
                          f"{ran.cpu_s / reference.cpu_s:.1f}", f"{ran.bytes_held / 2**20:.0f}"))

    def scale_last(self, tool, factor):
        """The row of a tool that read a part: as if it had read all."""
        for i, (what, name, cpu, wall, speed, times, memory) in enumerate(self.rows):
            if name.startswith(tool):
                number, unit = speed.split(" ", 1)
                self.rows[i] = (what, f"{name} (a part, scaled up)", f"{float(cpu) * factor:.2f}", f"{float(wall) * factor:.2f}",
                                f"{float(number.replace(',', '')) / factor:,.2f} {unit}", f"{float(times) * factor:.1f}", memory)

    def target(self, what, wanted, measured, unit, reached):
        self.targets.append((what, f"{wanted} {unit}", f"{measured:,.2f} {unit}", "reached" if reached else "not reached"))

    def text(self):
        head = ("| input | command | processor, s | clock, s | speed | times secondwave | memory, MiB |\n"
                "|---|---|---|---|---|---|---|\n")
        lines = [head] + ["| " + " | ".join(row) + " |\n" for row in self.rows] + [TARGETS]
        return "".join(lines + ["| " + " | ".join(row) + " |\n" for row in self.targets])


def measure(folder, program, megabytes, sources):
    page = Page()
    store = folder / "s.db"

    def observe(file, *more, times=3):
        def fresh():
            for name in ("s.db", "s.db-wal", "s.db-shm"):
                (folder / name).unlink(missing_ok=True)
        return best([program, "observe", file, "--store", store, "--sensor", "x", "--jobs", "1", "--quiet", *more], fresh,
                    times)

    def against(what, amount, unit, reference, name, tools, wanted=None):
        page.add(what, name, reference, amount, unit, reference)
        if wanted:
            page.target(what, wanted, amount / reference.cpu_s, unit, amount / reference.cpu_s >= wanted)
        for label, needs, command in tools:
            if shutil.which(needs):
                page.add(what, label, best(command, times=1), amount, unit, reference)

    (folder / "one.log").write_text('192.0.2.1 - - [19/Jul/2001:12:00:00 +0000] "GET / HTTP/1.0" 200 5\n', encoding="ascii")
    start = observe(folder / "one.log")
    page.add("one line: what starting costs", "secondwave observe", start, 1e-6, "million lines/s", start)
    few = folder / "few.log"
    web_log(few, megabytes, 1)
    gigabytes = few.stat().st_size / 1e9
    grep = [("grep -E, three signatures", "grep", ["grep", "-c", "-E", SIGNATURES, few])]
    against("web log, 1% of lines match", gigabytes, "GB/s", observe(few, "--labelled-only"),
            "secondwave observe --labelled-only", grep, 1.5)
    against("web log, every line parsed", gigabytes, "GB/s", observe(few), "secondwave observe",
            grep + [("goaccess, JSON report", "goaccess",
                     ["goaccess", few, "--log-format=COMBINED", "--no-progress", "-o", folder / "report.json"])], 0.7)
    with open(few, "rb") as plain, gzip.open(folder / "few.log.gz", "wb", compresslevel=6) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    packed = folder / "few.log.gz"
    against("the same, gzip (size unpacked)", gigabytes, "GB/s", observe(packed, "--labelled-only"),
            "secondwave observe --labelled-only", [("zgrep -E, three signatures", "zgrep",
                                                    ["zgrep", "-c", "-E", SIGNATURES, packed])], 1)
    few.unlink()

    seen = folder / "seen"
    once([program, "simulate", "code-red-july", "--runs", "1", "--set", "population.placement.table=plan", "--sensor-files",
          seen, "--sensor-format", "pcap,zeek", "--quiet"])
    packets = pcap_of(seen / "cas-16.pcapng", folder / "july.pcap") / 1e6
    # These get a part: all of it would take minutes.
    part = 100_000
    tshark = [("tshark, four fields", "tshark", ["tshark", "-n", "-c", part, "-r", folder / "july.pcap", "-T", "fields", "-e", "ip.src",
                                                 "-e", "ip.dst", "-e", "tcp.dstport", "-e", "frame.time_epoch"]),
              ("tcpdump -n", "tcpdump", ["tcpdump", "-n", "-tt", "-c", part, "-r", folder / "july.pcap"])]
    if shutil.which("nfpcapd") and shutil.which("nfdump"):
        flows = folder / "flows"
        flows.mkdir()
        tshark.append(("nfpcapd, packets to flows", "nfpcapd", ["nfpcapd", "-r", folder / "july.pcap", "-l", flows]))
    against("pcap of SYNs", packets, "million packets/s", observe(folder / "july.pcap"), "secondwave observe", tshark, 15)
    page.scale_last("tshark", packets * 1e6 / part)
    page.scale_last("tcpdump", packets * 1e6 / part)
    against("pcapng of the same", packets, "million packets/s", observe(seen / "cas-16.pcapng"), "secondwave observe", [])
    lines = sum(1 for _ in open(seen / "cas-16.conn.log", "rb")) / 1e6
    against("Zeek conn.log", lines, "million lines/s", observe(seen / "cas-16.conn.log"), "secondwave observe",
            [("zeek-cut", "zeek-cut", ["zeek-cut", "-r", seen / "cas-16.conn.log", "id.orig_h"])], 3)
    shutil.rmtree(seen)

    speeds = []
    for count in (sources // 4, sources):
        many_sources(folder / "many.log", count)
        ran = observe(folder / "many.log", times=1)
        against(f"Zeek conn.log, {count:,} distinct sources", count / 1e6, "million lines/s", ran, "secondwave observe", [])
        speeds.append(count / ran.cpu_s)
    page.target(f"memory for {sources:,} distinct sources, exact", 1, ran.bytes_held / 1e9, "GB", ran.bytes_held < 1e9)
    page.target("speed with four times the sources", 0.9, speeds[1] / speeds[0], "times", speeds[1] > 0.9 * speeds[0])
    return page


def processor():
    for line in open("/proc/cpuinfo", encoding="ascii", errors="replace"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def versions():
    found = []
    for tool, argument in (("grep", "--version"), ("goaccess", "--version"), ("tshark", "--version"), ("tcpdump", "--version"),
                           ("nfpcapd", "-V")):
        if shutil.which(tool):
            ended = subprocess.run([tool, argument], capture_output=True, text=True, check=False)
            found.append((ended.stdout + ended.stderr).splitlines()[0].strip())
    return "; ".join(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the program, optimised")
    parser.add_argument("--folder", default="/dev/shm/secondwave-performance", help="where inputs are made; it is removed")
    parser.add_argument("--megabytes", type=int, default=500, help="size of the web log")
    parser.add_argument("--sources", type=int, default=10_000_000, help="distinct sources of the last input")
    options = parser.parse_args()
    folder = pathlib.Path(options.folder)
    folder.mkdir(parents=True)
    load = os.getloadavg()
    try:
        page = measure(folder, pathlib.Path(options.program).resolve(), options.megabytes, options.sources)
    finally:
        shutil.rmtree(folder)
    print(HEAD)
    print(page.text())
    print(f"{processor()}, one of {os.cpu_count()} processors (`taskset`), load {load[0]:.1f} before and {os.getloadavg()[0]:.1f} "
          f"after; {time.strftime('%Y-%m-%d', time.gmtime())}. {versions()}.")


if __name__ == "__main__":
    main()
