"""verify: equal, not equal, and folders that anybody may have touched."""

import json
import os
import shutil

from program import SMALL, ProgramTest, prefix, scenario_text


def without(manifest, key):
    """A manifest less one key."""
    return {name: value for name, value in manifest.items() if name != key}


class Verify(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_program("simulate", *SMALL, "--out", "r", "--infections", "--seed", "3")

    def copy(self, name):
        shutil.copytree(self.folder / "r", self.folder / name)
        return self.folder / name

    def with_manifest(self, change, name="changed"):
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder / "r", folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        changed = change(manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest if changed is None else changed))
        return folder

    def test_equal(self):
        self.assertIn("equal", self.run_program("verify", "r").out)
        for jobs in ("1", "2", "3"):
            result = self.run_program("verify", "r", "--format", "json", "--jobs", jobs).json
            self.assertIs(result["equal"], True)
            for one in result["comparisons"]:
                self.assertIs(one["equal"], True)
                self.assertEqual(one["stored"], one["found"])

    def test_one_replicate(self):
        for k in ("0", "1", "2"):
            result = self.run_program("verify", "r", "--replicate", k, "--format", "json").json
            self.assertIs(result["equal"], True)
            self.assertIn(f"replicate {k}", [one["what"] for one in result["comparisons"]])
        self.run_program("verify", "r", "--replicate", "3", code=2)
        self.run_program("verify", "r", "--replicate", "4294967296", code=2)

    def test_from_anywhere_and_moved(self):
        os.rename(self.folder / "r", self.folder / "moved")
        self.run_program("verify", self.folder / "moved", cwd="/")
        self.run_program("verify", "moved/")

    def test_a_changed_file_is_found(self):
        manifest = json.loads((self.folder / "r" / "manifest.json").read_text())
        for name in manifest["files"]:
            for damage in (lambda data: data[:-1], lambda data: data + b"\n", lambda data: b"",
                           lambda data: data[:9] + bytes([data[9] ^ 1]) + data[10:]):
                folder = self.copy("damaged")
                path = folder / name
                path.write_bytes(damage(path.read_bytes()))
                ended = self.run_program("verify", "damaged", code=1)
                self.assertIn(name, ended.out + ended.err)
                shutil.rmtree(folder)
            folder = self.copy("damaged")
            os.unlink(folder / name)
            ended = self.run_program("verify", "damaged", "--format", "json", code=1)
            self.assertIs(ended.json["equal"], False)
            shutil.rmtree(folder)

    def test_a_file_that_became_something_else(self):
        for make in (os.mkdir, os.mkfifo, lambda path: os.symlink("/dev/zero", path)):
            folder = self.copy("damaged")
            os.unlink(folder / "curve.csv")
            make(folder / "curve.csv")
            self.run_program("verify", "damaged", code=1)
            shutil.rmtree(folder)

    def test_a_changed_manifest_is_found(self):
        def other_digest(manifest):
            manifest["replicate_digests"][1] = "0" * 32

        def other_file(manifest):
            manifest["files"]["curve.csv"] = "0" * 64
        for change in (lambda m: m.update(seed=4), lambda m: m.update(run_hash="0" * 64), other_file,
                       lambda m: m.update(scenario_text=m["scenario_text"].replace("2000", "2001"))):
            self.with_manifest(change)
            self.run_program("verify", "changed", code=1)
        self.with_manifest(other_digest)
        self.run_program("verify", "changed", "--replicate", "1", code=1)
        self.run_program("verify", "changed", "--replicate", "0", code=0)

    def test_another_version_of_the_model_is_said(self):
        self.with_manifest(lambda m: m.update(model_version=m["model_version"] + 1))
        self.assertIn("version", self.run_program("verify", "changed", code=1).err)

    def test_hostile_manifests(self):
        evil = "\u001b[2J\u202e"
        changes = [
            lambda m: m.update(construction="magic"), lambda m: m.update(construction=""),
            lambda m: m.update(construction="auto"), lambda m: m.update(construction=evil),
            lambda m: m.update(runs=-1), lambda m: m.update(runs=2), lambda m: m.update(runs_done=2**32),
            lambda m: m.update(runs=1.5), lambda m: m.update(seed=-1), lambda m: m.update(seed=2**64),
            lambda m: m.update(seed=None), lambda m: m.update(partial=True), lambda m: m.update(partial="yes"),
            lambda m: m.update(files=[]), lambda m: m.update(files={"../../etc/passwd": "0" * 64}),
            lambda m: m.update(files={"/etc/passwd": "0" * 64}), lambda m: m.update(files={evil: "0"}),
            lambda m: m.update(other_files=["../x"]), lambda m: m.update(other_files="x"),
            lambda m: m.update(run_hash="0" * 63), lambda m: m.update(run_hash=evil),
            lambda m: m.update(replicate_digests=[]), lambda m: m.update(replicate_digests=["x"] * 3),
            lambda m: m.update(scenario_text=""), lambda m: m.update(scenario_text="x"),
            lambda m: m.update(scenario_text=evil), lambda m: m.update(scenario_text=m["scenario_text"] * 2),
            lambda m: m.update(scenario_text="[" * 100000), lambda m: m.update(scenario_text=None),
            lambda m: m.update(scenario_text='inherits = "uniform-si"\n' + m["scenario_text"]),
            lambda m: m.update(tables=[{"name": "x"}]), lambda m: m.update(tables=7),
            lambda m: m.update(format="other"), lambda m: m.update(format_version=2), lambda m: [], lambda m: "text",
            lambda m: without(m, "seed"), lambda m: without(m, "files"),
        ]
        for number, change in enumerate(changes):
            with self.subTest(number=number):
                folder = self.with_manifest(change)
                ended = self.run_program("verify", folder, code=3)
                self.assertIn("manifest.json", ended.err)

    def test_a_table_that_hostile_hands_point_elsewhere(self):
        self.run_program("simulate", "code-red-2-local", "--set", "population.vulnerable=2000", "--set",
                         "population.placement.networks=100", "--runs", "1", "--out", "r")
        for path in ("/dev/zero", "/etc/passwd", "/nowhere", "\u001b[2J"):
            def point(manifest):
                manifest["tables"][0]["path"] = path
                manifest["scenario_text"] = manifest["scenario_text"].replace('table = "plan"', 'table = "x"')
            self.with_manifest(point)
            self.assertIn(self.run_program("verify", "changed", code=None).code, (1, 3))

    def test_broken_manifests(self):
        folder = self.copy("broken")
        text = (folder / "manifest.json").read_text()
        for broken in ("", "{", text[:-20], text + "x", "\x00", "null", "[" * 200000, text.replace('"seed"', '"sead"'),
                       '{"format": ' + "[" * 50000, "\ufeff" + text[:5], text.replace("3", "3e999999")):
            (folder / "manifest.json").write_text(broken)
            self.run_program("verify", folder, code=3)
        for data in (b"\xff" * 1000, b"\x1b[2J" * 100, os.urandom(4096)):
            (folder / "manifest.json").write_bytes(data)
            self.run_program("verify", folder, code=3)
        with open(folder / "manifest.json", "w") as file:
            file.truncate(1 << 30)
        self.run_program("verify", folder, code=3)
        os.unlink(folder / "manifest.json")
        os.mkfifo(folder / "manifest.json")
        self.run_program("verify", folder, code=3)
        os.unlink(folder / "manifest.json")
        self.run_program("verify", folder, code=1)

    def test_not_a_result(self):
        for place in ("absent", "/", ".", "/dev/null", "r/curve.csv"):
            ended = self.run_program("verify", place, code=None)
            self.assertIn(ended.code, (1, 2, 3), place)
            self.assertIn(place.strip("/"), ended.err)


class Tables(ProgramTest):
    def test_the_own_table_that_changed_since(self):
        table = self.write("own.csv", "10.0.0.0/8,US\n11.0.0.0/8,DE\n")
        path = self.write("s.toml", scenario_text(
            bits="32", vulnerable="1000", rate="500",
            population='placement = { method = "country", table = "own.csv" }',
            worm="scope = [{ prefix_length = 0, share = 1 }, { prefix_length = 8, share = 1 }]"))
        self.run_program("simulate", path, "--runs", "2", "--out", "r")
        self.run_program("verify", "r")
        self.run_program("verify", self.folder / "r", cwd="/")
        table.write_text("10.0.0.0/8,US\n12.0.0.0/8,DE\n")
        self.assertIn("own.csv", self.run_program("verify", "r", code=1).err)
        table.unlink()
        self.assertIn("own.csv", self.run_program("verify", "r", code=1).err)

    def test_the_carried_table_at_another_place(self):
        copy = self.folder / "copy"
        shutil.copytree(prefix() / "share" / "secondwave", copy)
        self.run_program("simulate", "code-red-2-local", "--set", "population.vulnerable=2000", "--set",
                         "population.placement.networks=100", "--runs", "1", "--out", "r",
                         env={"SECONDWAVE_DATA": str(copy)})
        shutil.rmtree(copy)
        self.run_program("verify", "r")


class Partial(ProgramTest):
    def test_a_partial_result_verifies(self):
        from test_interruption import interrupt_after_progress
        ended = interrupt_after_progress(self, "r")
        self.assertEqual(ended, 130)
        manifest = json.loads((self.folder / "r" / "manifest.json").read_text())
        self.assertIs(manifest["partial"], True)
        self.run_program("verify", "r", longest_s=60)
