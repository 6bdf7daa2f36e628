"""Notices to network owners: every format is read back by a reader that is not ours, and held against the fields that
its published schema requires."""

import base64
import csv
import email
import email.policy
import io
import json
import re
import uuid
import xml.etree.ElementTree as ElementTree

from program import ProgramTest

CODE_RED_2 = "GET /default.ida?" + "X" * 40 + "%u9090%u6858%ucbd3%u7801 HTTP/1.0"
IODEF = "{urn:ietf:params:xml:ns:iodef-2.0}"
UTC = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
FORMATS = {".eml", ".xarf.json", ".csv", ".stix.json", ".iodef.xml", ".intelmq.jsonl"}

# Who owns what. The names mean harm to spreadsheets, pages, terminals and mail programs.
CONTACTS = """prefix,contact,name
198.51.100.0/24,abuse@example.net,"=cmd|'/c calc'!A0 <script>alert(1)</script> \u202egnp.exe"
AS64500,noc@example.org,Örg "Net" & Söhne
"""


def line(address, second=0, request=CODE_RED_2, zone="+0000"):
    return f'{address} - - [01/Aug/2001:12:{second // 60:02}:{second % 60:02} {zone}] "{request}" 404 100\n'


class NotifyTest(ProgramTest):
    def store(self, lines, *more, name="s.db", sensor="web1"):
        path = self.write(f"{sensor}.log", "".join(lines))
        self.run_program("observe", path, "--store", name, "--sensor", sensor, *more)
        return name

    def usual(self, *more, sensor="web1"):
        lines = [line("198.51.100.7", 5), line("198.51.100.7", 65), line("203.0.113.9", 1),
                 line("203.0.113.77", 2, "GET /index.html HTTP/1.0"),
                 line("198.51.100.8", 3, 'GET /default.ida?XXXXXXXX\\"><b>%0d%0aBcc: x' + "é" * 200 + " HTTP/1.0")]
        return self.store(lines, *more, sensor=sensor)

    def notify(self, *more, store="s.db", out="n", code=0, **kw):
        return self.run_program("notify", "--store", store, "--out", out, "--format", "json", "--sender",
                                "Example CERT <cert@example.org>", *more, code=code, **kw)

    def files(self, folder):
        """Extension to text, of the notice to abuse@example.net."""
        found = {}
        for path in (self.folder / folder).glob("abuse_example.net-*"):
            name = path.name[len("abuse_example.net-00000000"):]
            found[name] = path.read_bytes().decode("utf-8")
        self.assertEqual(set(found), FORMATS)
        return found

    def written(self, *more):
        self.usual(*more)
        self.write("c.csv", CONTACTS)
        answer = self.notify("--contacts", "c.csv").json
        return answer, self.files("n/0001")


class Answer(NotifyTest):
    def test_one_notice_for_each_owner_and_all_its_hosts(self):
        self.usual()
        self.write("c.csv", CONTACTS)
        self.write("routes.pfx2as", "203.0.113.0\t24\t64500\n")
        answer = self.notify("--contacts", "c.csv", "--networks", "routes.pfx2as").json
        self.assertEqual([(n["owner"], n["kind"], n["addresses"], n["sightings"]) for n in answer["notices"]],
                         [("abuse@example.net", "contact", 2, 3), ("noc@example.org", "contact", 1, 1)])
        self.assertEqual(answer["notices"][0]["first_seen"], "2001-08-01T12:00:03Z")
        self.assertEqual(answer["notices"][0]["last_seen"], "2001-08-01T12:01:05Z")
        self.assertEqual(answer["left_out"]["other_labels"], 1, "who asks for a page is no victim")
        by_as = self.notify("--networks", "routes.pfx2as", out="m").json
        self.assertEqual([(n["owner"], n["kind"], n["contact"]) for n in by_as["notices"]],
                         [("AS64500", "as", None), ("198.51.0.0/16", "prefix", None)])

    def test_rdap_names_the_contact(self):
        self.usual()
        self.write("r.json", json.dumps({"objectClassName": "ip network", "startAddress": "203.0.113.0",
                                         "endAddress": "203.0.113.255", "entities": [
                                             {"roles": ["abuse"], "vcardArray": [
                                                 "vcard", [["email", {}, "text", "rdap@example.org"]]]}]}))
        answer = self.notify("--contacts", "r.json").json
        self.assertEqual([n["owner"] for n in answer["notices"]], ["rdap@example.org", "198.51.0.0/16"])

    def test_contacts_that_the_store_keeps(self):
        self.usual()
        self.write("c.csv", CONTACTS)
        self.write("routes.pfx2as", "203.0.113.0\t24\t64500\n")
        self.run_program("store", "contacts", "c.csv", "--store", "s.db")
        kept = self.run_program("store", "contacts", "--store", "s.db", "--format", "json").json["contacts"]
        self.assertEqual([(c["network"], c["contact"], c["source"]) for c in kept],
                         [("198.51.100.0/24", "abuse@example.net", "c.csv"), ("AS64500", "noc@example.org", "c.csv")])
        answer = self.notify("--networks", "routes.pfx2as").json
        self.assertEqual([n["owner"] for n in answer["notices"]], ["abuse@example.net", "noc@example.org"])
        # What is named now goes before what is kept; a later file takes the place of an earlier one.
        self.write("d.csv", "198.51.100.0/24,now@example.net\n")
        self.assertIn("now@example.net", [n["owner"] for n in self.notify("--contacts", "d.csv", out="m").json["notices"]])
        self.run_program("store", "contacts", "d.csv", "--store", "s.db")
        hosts = self.run_program("census", "--store", "s.db", "--no-lookup", "--networks", "routes.pfx2as", "--hosts",
                                 "--format", "json").json["hosts"]
        self.assertEqual({h["address"]: h["abuse_contact"] for h in hosts},
                         {"198.51.100.7": "now@example.net", "198.51.100.8": "now@example.net",
                          "203.0.113.9": "noc@example.org", "203.0.113.77": "noc@example.org"})
        # They stay when counts go, and go to another store with a merge, not with an anonymous copy.
        self.run_program("store", "prune", "--older-than", "2002-01-01", "--store", "s.db")
        self.run_program("store", "forget", "1", "--store", "s.db")
        self.store([line("192.0.2.1")], name="t.db")
        self.run_program("store", "merge", "s.db", "--store", "t.db")
        self.run_program("store", "anonymise", "u.db", "--store", "t.db")
        for name, count in (("s.db", 2), ("t.db", 2), ("u.db", 0)):
            listed = self.run_program("store", "contacts", "--store", name, "--format", "json").json["contacts"]
            self.assertEqual(len(listed), count, name)
        self.run_program("store", "contacts", "--clear", "--store", "s.db")
        self.assertEqual(self.run_program("store", "contacts", "--store", "s.db", "--format", "json").json["contacts"], [])
        self.run_program("store", "contacts", "none.csv", "--store", "s.db", code=2)
        self.run_program("store", "contacts", "--clear", "c.csv", "--store", "s.db", code=2)

    def test_own_and_allowed_networks_are_left_out_and_counted(self):
        self.usual()
        self.write("known.txt", "203.0.113.0/24 some scanner\n")
        answer = self.notify("--own", "198.51.100.8/32", "--allow", "198.51.100.7", "--known", "known.txt").json
        self.assertEqual(answer["left_out"]["apart"], {"allowed": 1, "own network": 1, "some scanner": 2})
        self.assertEqual((answer["count"], answer["folder"]), (0, None))

    def test_times_labels_and_sensors_select(self):
        self.usual()
        late = self.notify("--from", "2001-08-01T12:01:00Z").json
        self.assertEqual([n["sightings"] for n in late["notices"]], [1])
        self.assertEqual(self.notify("--label", "nimda", out="m").json["count"], 0)
        self.assertIn("did you mean code-red-1", self.notify("--label", "code-red-3", out="m", code=2).err)
        self.assertIn("web1", self.notify("--sensor", "web2", out="m", code=2).err)

    def test_only_what_is_new(self):
        self.usual()
        first = self.notify().json
        self.assertEqual(first["addresses"], 3)
        again = self.notify().json
        self.assertEqual((again["count"], again["folder"], again["left_out"]["told_before"]), (0, None, 3))
        self.store([line("198.51.100.7", 600), line("198.51.100.99", 601)], sensor="web2")
        more = self.notify().json
        self.assertEqual((more["folder"], more["addresses"], more["left_out"]["told_before"]), ("n/0002", 2, 2))
        self.assertEqual(self.notify("--again").json["addresses"], 4)
        self.assertEqual(sorted(p.name for p in (self.folder / "n").iterdir()), ["0001", "0002", "0003"])

    def test_the_same_run_gives_the_same_bytes(self):
        self.usual()
        for out in ("a", "b"):
            self.notify(out=out)
        one, two = ({p.name: p.read_bytes() for p in (self.folder / out / "0001").iterdir()} for out in ("a", "b"))
        self.assertEqual(one, two)
        self.assertGreater(len(one), 8)

    def test_simulated_sightings_are_refused_but_for_an_exercise(self):
        self.usual("--origin", "simulated")
        refused = self.notify(code=3)
        self.assertIn("--exercise", refused.err)
        self.assertFalse((self.folder / "n").exists(), "nothing was written")
        answer = self.notify("--exercise").json
        self.assertEqual((answer["exercise"], answer["folder"]), (True, "n/0001-exercise"))
        for path in (self.folder / "n" / "0001-exercise").iterdir():
            self.assertRegex(path.read_text("utf-8").lower(), "exercise", path.name)
        self.store([line("203.0.113.200")], sensor="web2")
        self.notify(code=3, out="mixed")
        only_real = self.notify("--sensor", "web2", out="real").json
        self.assertEqual(only_real["addresses"], 1)

    def test_wrong_use(self):
        self.usual()
        self.write("file", "x")
        self.write("bad.csv", "203.0.113.0/24,nobody\n")
        for more, code in ((["--tlp", "white"], 2), (["--sender", "x <y>"], 2),
                           (["--sender", "A\x07 <a@example.org>"], 2), (["--sender", "A\nBcc: b <a@example.org>"], 2), (["--own", "203.0.113.1/24"], 2),
                           (["--date", "yesterday"], 2), (["--contacts", "bad.csv"], 3), (["--formats", "pdf"], 2),
                           (["--networks", "bad.csv"], 3), (["--advice", "bad.csv"], 3), (["--from", "x"], 2)):
            self.notify(*more, code=code, out="none")
        self.notify(out="file", code=2)
        self.notify(store="absent.db", code=2)
        self.assertFalse((self.folder / "none").exists())

    def test_a_full_disk_leaves_no_notice_that_looks_whole(self):
        def small_files():
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))
        self.store([line(f"203.0.113.{i}", i) for i in range(1, 60)])
        self.notify(code=1, before=small_files)
        self.assertEqual(list((self.folder / "n").iterdir()), [])
        self.assertEqual(self.notify().json["addresses"], 59)


class Formats(NotifyTest):
    """Each format as its reader sees it."""

    def test_mail(self):
        answer, files = self.written()
        mail = email.message_from_bytes(files[".eml"].encode("utf-8"), policy=email.policy.default)
        self.assertEqual(mail.defects, [])
        names = [name.lower() for name in mail.keys()]
        self.assertEqual(len(names), len(set(names)))
        for name in ("from", "to", "subject", "date", "message-id", "mime-version", "content-type"):
            self.assertIn(name, names)
        self.assertNotIn("bcc", names)
        self.assertEqual(mail["to"].addresses[0].addr_spec, "abuse@example.net")
        self.assertEqual(len(mail["to"].addresses), 1)
        self.assertEqual(mail["from"].addresses[0].addr_spec, "cert@example.org")
        self.assertIn("[TLP:AMBER]", mail["subject"])
        self.assertIn("2 hosts", mail["subject"])
        self.assertEqual(mail["date"].datetime.isoformat(), "2001-08-01T12:01:05+00:00")
        for physical in files[".eml"].split("\r\n"):
            self.assertLessEqual(len(physical.encode("utf-8")), 998, "RFC 5322, 2.1.1")
            self.assertNotIn("\n", physical)
        body = mail.get_content()
        for text in ("198.51.100.7", "198.51.100.8", "2001-08-01T12:01:05Z", "Times are UTC", "web1", "MS01-033",
                     "What to do", answer["notices"][0]["notice"]):
            self.assertIn(text, body)
        self.assertNotIn("\u202e", body)

    def test_xarf(self):
        _, files = self.written()
        reports = json.loads(files[".xarf.json"])
        self.assertEqual(len(reports), 2)
        for report in reports:
            # xarf-core.json, and the type schema infrastructure-botnet.json
            for member in ("xarf_version", "report_id", "timestamp", "reporter", "sender", "source_identifier",
                           "category", "type", "compromise_evidence"):
                self.assertIn(member, report)
            self.assertRegex(report["xarf_version"], r"^4\.[0-9]+\.[0-9]+$")
            self.assertEqual(str(uuid.UUID(report["report_id"])), report["report_id"])
            self.assertRegex(report["timestamp"], UTC)
            self.assertEqual((report["category"], report["type"]), ("infrastructure", "botnet"))
            for party in (report["reporter"], report["sender"]):
                self.assertEqual(set(party), {"org", "contact", "domain"}, "nothing else is allowed there")
            self.assertLessEqual(len(report["description"]), 1000)
            for tag in report["tags"]:
                self.assertRegex(tag, r"^[a-z0-9][a-z0-9_+-]*:[a-z0-9][a-z0-9_+-.]*$")
            for item in report["evidence"]:
                self.assertLessEqual(set(item), {"content_type", "payload", "description", "hash", "size"})
                payload = base64.b64decode(item["payload"], validate=True)
                self.assertEqual(len(payload), item["size"])
                self.assertLessEqual(len(payload), 200)
                self.assertTrue(payload.decode("ascii").isprintable())
        self.assertEqual(len({report["report_id"] for report in reports}), 2)
        self.assertIn("tlp:amber", reports[0]["tags"])

    def test_csv(self):
        _, files = self.written()
        rows = list(csv.DictReader(io.StringIO(files[".csv"], newline=""), strict=True))
        self.assertEqual([row["src_ip"] for row in rows], ["198.51.100.7", "198.51.100.8"])
        for column in ("timestamp", "protocol", "src_ip", "src_port", "src_asn", "src_geo", "src_hostname", "dst_port",
                       "infection", "family", "tag", "severity", "event_id", "count"):
            self.assertIn(column, rows[0], "a column of Shadowserver's reports")
        self.assertEqual(rows[0]["timestamp"], "2001-08-01 12:01:05")
        self.assertEqual((rows[0]["infection"], rows[0]["dst_port"], rows[0]["count"]), ("code-red-2", "80", "2"))
        self.assertEqual((rows[0]["tlp"], rows[0]["time_zone"]), ("TLP:AMBER", "UTC"))
        self.assertIn("web1", rows[0]["sensor"])
        for row in rows:
            for cell in row.values():
                self.assertFalse(cell[:1] in "=+-@\t" and cell, f"a formula: {cell}")
        with open(self.folder / "n" / "0001" / "notices.csv", encoding="utf-8", newline="") as text:
            owners = list(csv.DictReader(text, strict=True))
        self.assertEqual(len(owners), 2)
        self.assertTrue(owners[0]["name"].startswith("'=cmd"))

    def test_stix(self):
        _, files = self.written()
        bundle = json.loads(files[".stix.json"])
        self.assertEqual(bundle["type"], "bundle")
        ids = {}
        required = {  # STIX 2.1, sections 4 to 7
            "identity": ("name", "identity_class"),
            "malware": ("is_family",),
            "observed-data": ("first_observed", "last_observed", "number_observed", "object_refs"),
            "sighting": ("sighting_of_ref",),
            "note": ("content", "object_refs"),
            "marking-definition": ("extensions",),
            "ipv4-addr": ("value",),
        }
        for item in bundle["objects"]:
            self.assertEqual(item["spec_version"], "2.1")
            kind, _, number = item["id"].partition("--")
            self.assertEqual(kind, item["type"])
            self.assertEqual(str(uuid.UUID(number)), number)
            self.assertNotIn(item["id"], ids, "an object twice")
            ids[item["id"]] = item
            for member in required[kind]:
                self.assertIn(member, item, kind)
            if kind not in ("marking-definition", "ipv4-addr"):
                for member in ("created", "modified"):
                    self.assertRegex(item[member], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                self.assertEqual(item["object_marking_refs"],
                                 ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"])
        for item in ids.values():
            for member, value in item.items():
                for ref in value if member.endswith("_refs") else [value] if member.endswith("_ref") else []:
                    self.assertIn(ref, ids, f"{item['id']} points at nothing")
        space = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
        addresses = {item["value"]: item["id"] for item in ids.values() if item["type"] == "ipv4-addr"}
        self.assertEqual(addresses["198.51.100.7"], f"ipv4-addr--{uuid.uuid5(space, json.dumps({'value': '198.51.100.7'}, separators=(',', ':')))}")
        sighting = next(item for item in ids.values() if item["type"] == "sighting")
        self.assertEqual((sighting["count"], len(sighting["observed_data_refs"])), (3, 2))
        for item in ids.values():
            if item["type"] == "observed-data":
                self.assertLessEqual(item["first_observed"], item["last_observed"])

    def test_iodef(self):
        _, files = self.written()
        document = ElementTree.fromstring(files[".iodef.xml"])
        self.assertEqual((document.tag, document.get("version")), (IODEF + "IODEF-Document", "2.00"))
        incident = document.find(IODEF + "Incident")
        self.assertEqual((incident.get("purpose"), incident.get("restriction")), ("reporting", "amber"))
        # RFC 7970, section 3: what each class holds, in the order of the schema.
        orders = {
            "Incident": ["IncidentID", "StartTime", "EndTime", "GenerationTime", "Description", "Assessment", "Contact",
                         "EventData"],
            "Contact": ["ContactName", "Email", "Timezone"],
            "EventData": ["Description", "DetectTime", "StartTime", "EndTime", "Flow", "Expectation", "Record",
                          "EventData"],
            "System": ["Node", "Counter"],
            "Node": ["DomainData", "Address"],
            "RecordData": ["DateTime", "RecordItem"],
        }
        for element in document.iter():
            order = orders.get(element.tag.removeprefix(IODEF))
            if order:
                places = [order.index(child.tag.removeprefix(IODEF)) for child in element]
                self.assertEqual(places, sorted(places), element.tag)
        self.assertTrue(incident.find(IODEF + "IncidentID").get("name"))
        self.assertRegex(incident.findtext(IODEF + "GenerationTime"), UTC)
        contacts = incident.findall(IODEF + "Contact")
        self.assertEqual([c.get("role") for c in contacts], ["creator", "abuse"])
        self.assertEqual({c.get("type") for c in contacts}, {"organization"})
        self.assertEqual(contacts[0].findtext(IODEF + "Timezone"), "+00:00")
        addresses = [a.text for a in document.iter(IODEF + "Address")]
        self.assertEqual(addresses, ["198.51.100.7", "198.51.100.8"])
        self.assertEqual({a.get("category") for a in document.iter(IODEF + "Address")}, {"ipv4-addr"})
        self.assertIn("<script>", contacts[1].findtext(IODEF + "ContactName"), "text, not markup")
        for item in document.iter(IODEF + "RecordItem"):
            self.assertEqual(item.get("dtype"), "string")
            self.assertLessEqual(len(item.text), 200)

    def test_intelmq(self):
        _, files = self.written()
        events = [json.loads(row) for row in files[".intelmq.jsonl"].splitlines()]
        self.assertEqual([event["source.ip"] for event in events], ["198.51.100.7", "198.51.100.8"])
        for event in events:
            for field in ("feed.name", "classification.type", "classification.taxonomy", "time.source",
                          "time.observation", "source.ip"):  # what an event should have, by its documentation
                self.assertIn(field, event)
            self.assertEqual((event["classification.taxonomy"], event["classification.type"]),
                             ("malicious-code", "infected-system"))
            self.assertRegex(event["time.source"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")
            self.assertIn(event["tlp"], ("WHITE", "GREEN", "AMBER", "RED"))
            for field in event:
                self.assertRegex(field, r"^(__type|tlp|[a-z_]+\.[a-z_.]+)$")
            self.assertLessEqual(len(event["extra.evidence"]), 200)
        self.assertEqual(events[0]["destination.port"], 80)


if __name__ == "__main__":
    import unittest
    unittest.main()
