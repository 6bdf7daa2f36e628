"""The formats that no simulated sensor writes: the test writes one and the same list of sightings in each, as the tool of
that format would, and the counts that come out equal those that went in."""

import collections
import datetime
import json
import random
import struct
import sys
import zlib

import program
from program import ProgramTest

START = datetime.datetime(2001, 7, 30, 22, 0, 0, tzinfo=datetime.timezone.utc)
Knock = collections.namedtuple("Knock", "time source target port packets sequence")


def make_knocks():
    """400 sightings of 60 sources over two days and the end of a month, some sent up to four times."""
    luck = random.Random(719)
    knocks = []
    for _ in range(400):
        time = START + datetime.timedelta(microseconds=luck.randrange(48 * 3600 * 10**6))
        # Repetitions stay within the hour, so that an hour's packets are those of its sightings.
        packets = 1 if time.minute >= 58 else luck.choice((1, 1, 2, 3, 4))
        knocks.append(Knock(time, f"203.0.113.{luck.randrange(60)}", f"192.0.2.{luck.randrange(200)}",
                            luck.randrange(1025, 5000), packets, luck.randrange(2**32)))
    return sorted(knocks)


KNOCKS = make_knocks()
REPEATS_S = (0, 3, 9, 21)


def packets_of(knocks):
    """(time, knock) for each packet, in order of time."""
    return sorted((knock.time + datetime.timedelta(seconds=REPEATS_S[i]), knock)
                  for knock in knocks for i in range(knock.packets))


def expected(packets=True):
    """kind to a dictionary of hours, and the distinct sources."""
    kinds = {kind: collections.Counter() for kind in ("targets", "sources", "new_sources", "packets")}
    seen = set()
    before = set()
    for knock in KNOCKS:
        hour = knock.time.strftime("%Y-%m-%dT%H:00:00Z")
        kinds["targets"][hour] += 1
        if packets:
            kinds["packets"][hour] += knock.packets if packets == "all" else 1
        kinds["sources"][hour] += (hour, knock.source) not in seen
        kinds["new_sources"][hour] += knock.source not in before
        seen.add((hour, knock.source))
        before.add(knock.source)
    return kinds, len(before)


def number(address):
    return int.from_bytes(map(int, address.split(".")), "big")


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f")


# Each gives the bytes of a file; what the packets of the file are comes with the test.

def nginx(knocks, vhost=""):
    return "".join(f'{vhost}{k.source} - - [{k.time.strftime("%d/%b/%Y:%H:%M:%S +0000")}] "GET /default.ida?XXXXXXXX '
                   f'HTTP/1.1" 404 153 "-" "-"\n' for k in knocks)


def iis_native(knocks):
    return "".join(f"{k.source}, -, {k.time.month}/{k.time.day}/{k.time.year}, {k.time.strftime('%H:%M:%S')}, W3SVC1, WWW, "
                   f"{k.target}, 10, 72, 604, 404, 2, GET, /default.ida, XXXXXXXX,\r\n" for k in knocks)


def netfilter_line(time, k, front):
    return (f"{front} IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC={k.source} DST={k.target} LEN=48 "
            f"TOS=0x00 PREC=0x00 TTL=109 ID=4711 DF PROTO=TCP SPT={k.port} DPT=80 WINDOW=16384 RES=0x00 SYN URGP=0 \n")


def nftables(knocks):
    return "".join(netfilter_line(t, k, f"{iso(t)}+00:00 gate kernel: [  719.4] nft-drop:") for t, k in packets_of(knocks))


def ufw(knocks):
    return "".join(netfilter_line(t, k, f"{t.strftime('%b %e %H:%M:%S')} gate kernel: [  719.4] [UFW BLOCK]")
                   for t, k in packets_of(knocks))


def alerts(knocks, stamp, drop=""):
    """Two rules speak about every third packet."""
    lines = []
    for i, k in enumerate(knocks):
        for rule in (1243, 1244)[:2 if i % 3 == 0 else 1]:
            lines.append(f"{k.time.strftime(stamp)}  {drop}[**] [1:{rule}:8] WEB-IIS ISAPI .ida attempt [**] [Classification: "
                         f"Web Application Attack] [Priority: 1] {{TCP}} {k.source}:{k.port} -> {k.target}:80\n")
    return "".join(lines)


def snort(knocks):
    return alerts(knocks, "%m/%d-%H:%M:%S.%f")


def suricata_fast(knocks):
    return alerts(knocks, "%m/%d/%Y-%H:%M:%S.%f", "[Drop] ")


def eve(knocks):
    """An alert, its request, and the flow with all its packets; or the flow alone."""
    lines = []
    for i, k in enumerate(knocks):
        ends = {"timestamp": iso(k.time) + "+0000", "flow_id": 10**15 + i, "in_iface": "eth0", "src_ip": k.source,
                "src_port": k.port, "dest_ip": k.target, "dest_port": 80, "proto": "TCP"}
        if i % 3 == 0:
            lines.append({**ends, "event_type": "alert", "alert": {"action": "allowed", "gid": 1, "signature_id": 2010937,
                                                                  "rev": 3, "signature": "ET x", "severity": 2}})
            lines.append({**ends, "event_type": "http", "tx_id": 0,
                          "http": {"hostname": k.target, "url": "/default.ida?XXXXXXXX", "http_method": "GET",
                                   "protocol": "HTTP/1.0", "status": 404, "length": 0}})
        lines.append({**ends, "event_type": "flow",
                      "flow": {"pkts_toserver": k.packets, "pkts_toclient": 0, "bytes_toserver": 62 * k.packets,
                               "bytes_toclient": 0, "start": iso(k.time) + "+0000", "end": iso(k.time) + "+0000",
                               "age": 0, "state": "new", "reason": "timeout", "alerted": i % 3 == 0},
                      "tcp": {"tcp_flags": "02", "tcp_flags_ts": "02", "tcp_flags_tc": "00", "syn": True}})
    return "".join(json.dumps(line) + "\n" for line in lines)


def epoch(time):
    return f"{int(time.timestamp())}.{time.microsecond:06d}"


def zeek_http_tsv(knocks):
    head = ("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n"
            "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\tversion\n"
            "#types\ttime\tstring\taddr\tport\taddr\tport\tcount\tstring\tstring\tstring\tstring\tstring\n")
    rows = "".join(f"{epoch(k.time)}\tCabc\t{k.source}\t{k.port}\t{k.target}\t80\t1\tGET\t-\t/default.ida?XXXXXXXX\t-\t1.0\n"
                   for k in knocks)
    return head + rows + "#close\t2001-08-02-00-00-00\n"


def zeek_http_json(knocks):
    return "".join(json.dumps({"ts": float(epoch(k.time)), "uid": "Cabc", "id.orig_h": k.source, "id.orig_p": k.port,
                               "id.resp_h": k.target, "id.resp_p": 80, "trans_depth": 1, "method": "GET",
                               "uri": "/default.ida?XXXXXXXX", "version": "1.0"}) + "\n" for k in knocks)


def zeek_conn_json(knocks):
    return "".join(json.dumps({"ts": iso(k.time) + "Z", "uid": "Cabc", "id.orig_h": k.source, "id.orig_p": k.port,
                               "id.resp_h": k.target, "id.resp_p": 80, "proto": "tcp", "conn_state": "S0", "history": "S",
                               "orig_pkts": k.packets, "orig_ip_bytes": 48 * k.packets, "resp_pkts": 0}) + "\n"
                   for k in knocks)


def nfdump(knocks):
    head = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n"
    rows = "".join(f"{k.time.strftime('%Y-%m-%d %H:%M:%S')},x,0.000,{k.source},{k.target},{k.port},80,TCP,......S.,0,0,"
                   f"{k.packets},{48 * k.packets},0,0\n" for k in knocks)
    return head + rows + "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n400,1,1,1,1,1\n"


def flowtuple_csv_3(knocks):
    return ("time,src_ip,dst_ip,src_port,dst_port,protocol,ttl,tcp_flags,ip_len,tcp_synlen,tcp_synwinlen,packet_cnt,"
            "is_spoofed,is_masscan\n" +
            "".join(f"{int(k.time.timestamp())},{number(k.source)},{k.target},{k.port},80,6,109,0x02,48,28,16384,"
                    f"{k.packets},0,0\n" for k in knocks))


def flowtuple_csv_4(knocks):
    return ("time,src_ip,dst_net,dst_port,protocol,packet_cnt,uniq_dst_ips\n" +
            "".join(f"{int(k.time.timestamp())},{k.source},{number(k.target) & ~255},80,6,{k.packets},1\n" for k in knocks))


def avro_long(value):
    value = value << 1 ^ value >> 63
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def avro(names, rows, codec):
    def text(value):
        return avro_long(len(value)) + value

    schema = {"type": "record", "namespace": "org.caida.corsaro", "name": "flowtuple",
              "fields": [{"name": name, "type": "long"} for name in names]}
    sync = b"0123456789abcdef"
    out = b"Obj\x01" + avro_long(2) + text(b"avro.schema") + text(json.dumps(schema).encode()) + text(b"avro.codec")
    out += text(codec.encode()) + avro_long(0) + sync
    for i in range(0, len(rows), 50):
        data = b"".join(avro_long(value) for row in rows[i:i + 50] for value in row)
        if codec == "deflate":
            packer = zlib.compressobj(wbits=-15)
            data = packer.compress(data) + packer.flush()
        out += avro_long(len(rows[i:i + 50])) + text(data) + sync
    return out


def flowtuple_avro_3(knocks):
    return avro(["time", "src_ip", "dst_ip", "src_port", "dst_port", "protocol", "tcp_flags", "ip_len", "packet_cnt"],
                [(int(k.time.timestamp()), number(k.source), number(k.target), k.port, 80, 6, 2, 48, k.packets)
                 for k in knocks], "null")


def flowtuple_avro_4(knocks):
    return avro(["time", "src_ip", "dst_net", "dst_port", "protocol", "packet_cnt", "uniq_dst_ips"],
                [(int(k.time.timestamp()), number(k.source), number(k.target) & ~255, 80, 6, k.packets, 1)
                 for k in knocks], "deflate")


def syn(k):
    ip = struct.pack(">BBHHHBBHII", 0x45, 0, 48, 4711, 0x4000, 109, 6, 0, number(k.source), number(k.target))
    return ip + struct.pack(">HHIIBBHHH", k.port, 80, k.sequence, 0, 0x70, 2, 16384, 0, 0) + bytes(8)


LINKS = {1: bytes(12) + b"\x08\x00", 101: b"", 113: bytes(14) + b"\x08\x00", 276: b"\x08\x00" + bytes(18),
         0: b"\x02\0\0\0"}


def pcap(knocks, order, magic, per_second, link):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for time, k in packets_of(knocks):
        packet = LINKS[link] + syn(k)
        out += struct.pack(order + "IIII", int(time.timestamp()), time.microsecond * (per_second // 10**6), len(packet),
                           len(packet)) + packet
    return out


def vlan(knocks):
    plain = pcap(knocks, "<", 0xA1B2C3D4, 10**6, 1)
    out, at = plain[:24], 24
    while at < len(plain):
        sec, part, size, _ = struct.unpack_from("<IIII", plain, at)
        packet = plain[at + 16:at + 16 + size]
        packet = packet[:12] + b"\x81\x00\x00\x07" + packet[12:]
        out += struct.pack("<IIII", sec, part, size + 4, size + 4) + packet
        at += 16 + size
    return out


def pcapng(knocks, order):
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)

    out = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack(order + "HHI", 1, 0, 0) + struct.pack(order + "HHBxxxHH", 9, 1, 9, 0, 0))  # nanoseconds
    for time, k in packets_of(knocks):
        packet = LINKS[1] + syn(k)
        stamp = int(time.timestamp()) * 10**9 + time.microsecond * 1000
        out += block(6, struct.pack(order + "IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), len(packet)) + packet)
    return out


def answered(knocks):
    """Captured beside a server: SYN, SYN|ACK, and the request in the stream's first data. As many packets as two for each."""
    def tcp(source, target, source_port, target_port, sequence, flags, data=b""):
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40 + len(data), 4711, 0x4000, 109, 6, 0, number(source), number(target))
        return ip + struct.pack(">HHIIBBHHH", source_port, target_port, sequence, 1, 0x50, flags, 16384, 0, 0) + data

    records = []
    for k in knocks:
        request = b"GET /default.ida?XXXXXXXX HTTP/1.0\r\n"
        for delay, packet in ((0, syn(k)), (1, tcp(k.target, k.source, 80, k.port, 99, 0x12)),
                              (2, tcp(k.source, k.target, k.port, 80, (k.sequence + 1) % 2**32, 0x18, request))):
            records.append((k.time + datetime.timedelta(microseconds=delay), packet))
    records.sort(key=lambda record: record[0])
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    return [out] + [struct.pack("<IIII", int(t.timestamp()), t.microsecond, len(p), len(p)) + p for t, p in records]


class Readers(ProgramTest):
    def holds(self, data, form, *arguments, packets="all", name="in"):
        self.write(name, data)
        report = self.run_program("observe", name, "--store", f"{name}.db", "--sensor", "x", "--format", "json",
                                  *arguments).json
        kinds, sources = expected(packets)
        file = report["files"][0]
        self.assertEqual((file["format"], file["bad"], report["sightings"], report["sources"]),
                         (form, 0, len(KNOCKS), sources), name)
        for kind, hours in kinds.items():
            rows = self.run_program("series", "--store", f"{name}.db", "--count", kind).out.splitlines()[1:]
            got = {row.split(",")[0]: int(row.split(",")[2]) for row in rows}
            self.assertEqual({t: n for t, n in got.items() if n}, {t: n for t, n in hours.items() if n},
                             f"{kind} of {name}")

    def test_web_servers(self):
        self.holds(nginx(KNOCKS), "web_log", packets=None, name="combined")
        self.holds(nginx(KNOCKS, "www.example.org "), "web_log", packets=None, name="vhost")
        self.holds(iis_native(KNOCKS), "iis_native", packets=None, name="native")

    def test_firewalls(self):
        self.holds(nftables(KNOCKS), "firewall", name="nftables")
        self.holds(ufw(KNOCKS), "firewall", "--year", "2001", name="ufw")

    def test_alerts(self):
        self.holds(snort(KNOCKS), "ids_fast", "--year", "2001", packets="one", name="snort")
        self.holds(suricata_fast(KNOCKS), "ids_fast", packets="one", name="suricata")
        self.holds(eve(KNOCKS), "suricata_eve", name="eve")

    def test_monitors(self):
        self.holds(zeek_http_tsv(KNOCKS), "zeek_tsv", packets=None, name="http")
        self.holds(zeek_http_json(KNOCKS), "zeek_json", packets=None, name="http-json")
        self.holds(zeek_conn_json(KNOCKS), "zeek_json", name="conn-json")

    def test_flows(self):
        self.holds(nfdump(KNOCKS), "nfdump_csv", name="nfdump")
        self.holds(flowtuple_csv_3(KNOCKS), "flowtuple_csv", name="csv3")
        self.holds(flowtuple_csv_4(KNOCKS), "flowtuple_csv", name="csv4")
        self.holds(flowtuple_avro_3(KNOCKS), "flowtuple_avro", name="avro3")
        self.holds(flowtuple_avro_4(KNOCKS), "flowtuple_avro", name="avro4")

    def test_captures(self):
        self.holds(pcap(KNOCKS, "<", 0xA1B2C3D4, 10**6, 1), "pcap", name="ethernet")
        self.holds(pcap(KNOCKS, ">", 0xA1B23C4D, 10**9, 113), "pcap", name="sll-nano-swapped")
        self.holds(pcap(KNOCKS, "<", 0xA1B2C3D4, 10**6, 276), "pcap", name="sll2")
        self.holds(pcap(KNOCKS, "<", 0xA1B2C3D4, 10**6, 101), "pcap", name="raw")
        self.holds(vlan(KNOCKS), "pcap", name="vlan")
        self.holds(pcapng(KNOCKS, "<"), "pcapng", name="pcapng")
        self.holds(pcapng(KNOCKS, ">"), "pcapng", name="pcapng-swapped")

    def assert_one_sighting_each(self, store):
        """The request labels what its SYN began: nothing is left under another label, and nothing counts twice."""
        for label in ([], ["--label", "code-red-2"]):
            kinds, sources = expected()
            for kind, hours in kinds.items():
                rows = self.run_program("series", "--store", store, "--count", kind, *label).out.splitlines()[1:]
                got = {row.split(",")[0]: int(row.split(",")[2]) for row in rows}
                factor = 2 if kind == "packets" else 1
                self.assertEqual({t: n for t, n in got.items() if n}, {t: factor * n for t, n in hours.items() if n}, kind)
        seen = self.run_program("sources", "--store", store, "--format", "json").json
        self.assertEqual(seen["count"], sources)
        self.assertEqual({tuple(row["labels"]) for row in seen["sources"]}, {("code-red-2",)})

    def test_a_syn_and_its_request_are_one_sighting(self):
        self.write("whole.pcap", b"".join(answered(KNOCKS)))
        report = self.run_program("observe", "whole.pcap", "--store", "s.db", "--sensor", "x", "--format", "json").json
        self.assertEqual((report["sightings"], report["files"][0]["repeats"], report["files"][0]["other"]), (400, 400, 400))
        self.assert_one_sighting_each("s.db")

    def test_also_where_they_come_in_different_transactions(self):
        """Each reading of the grown file ends behind a SYN, whose request comes with the next one."""
        pieces = answered(KNOCKS)
        ends = [i for i, piece in enumerate(pieces) if i and piece[16 + 33] == 2][::40]
        for end in ends + [len(pieces)]:
            self.write("grows.pcap", b"".join(pieces[:end + 1]))
            report = self.run_program("observe", "grows.pcap", "--store", "s.db", "--sensor", "x", "--format", "json").json
        self.assertEqual((report["sightings"], report["files"][0]["repeats"], report["files"][0]["other"]), (400, 400, 400))
        self.assert_one_sighting_each("s.db")
        self.run_program("observe", "grows.pcap", "--store", "s.db", "--sensor", "x", "--replace", "--dark", "10.0.0.0/8")
        self.assertEqual(self.run_program("sources", "--store", "s.db", "--format", "json").json["count"], 0)
        self.run_program("observe", "grows.pcap", "--store", "t.db", "--sensor", "x", "--labelled-only")
        self.assert_one_sighting_each("t.db")

    def test_counts_are_no_log(self):
        """What series writes goes to fit, not back into a store."""
        self.write("access.log", nginx(KNOCKS))
        self.run_program("observe", "access.log", "--store", "s.db", "--sensor", "x")
        self.write("counts.csv", self.run_program("series", "--store", "s.db", "--count", "targets").out)
        ended = self.run_program("observe", "counts.csv", "--store", "s.db", "--sensor", "x", code=3)
        self.assertIn("this is a series of counts", ended.err)


if __name__ == "__main__":
    sys.exit(program.unittest.main())
