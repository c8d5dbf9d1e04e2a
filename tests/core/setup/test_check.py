"""entente check, entente plugin list and show, run as a person would: exit statuses and what is printed.

usage: test_check.py SOURCE_FOLDER BINARY_FOLDER OUTSIDE_PLUGINS
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE, BINARY, OUTSIDE = (pathlib.Path(argument) for argument in sys.argv[1:4])

GOOD = f"""[entente]
plugin_path = {OUTSIDE}
state_dir = state
[source.edm]
plugin = feed
url = https://example.org/feed.xml
class = analysis
[classifier.k]
plugin = chain
[watch.arms]
when = type = arms_transfer
to = archive
[sink.archive]
plugin = jsonl
path = state/alerts.jsonl
"""


class Check(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def put(self, text, name="entente.ini"):
        path = pathlib.Path(self.folder.name, name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run_entente(self, *arguments, status=0, **environment):
        inherited = {key: value for key, value in os.environ.items() if key not in ("ENTENTE_CONFIG", "COLUMNS")}
        done = subprocess.run([BINARY / "entente", *arguments], cwd=self.folder.name, capture_output=True, text=True,
                              env=inherited | environment, timeout=60)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def test_a_sound_configuration_prints_what_it_would_run(self):
        self.put(GOOD)
        out = self.run_entente("check").stdout
        for part in ("source.edm", "https://example.org/feed.xml", "by its rhythm", "classifier.k", "watch.arms",
                     "type = arms_transfer", "sink.archive", "is fine"):
            self.assertIn(part, out)
        self.assertFalse(pathlib.Path(self.folder.name, "state").exists(), "a check leaves nothing behind")

    def test_the_file_is_the_argument_then_c_then_the_environment_then_the_present_folder(self):
        good, bad = self.put(GOOD, "good.ini"), self.put("[nonsense.x]\n", "bad.ini")
        self.run_entente("check", status=2)
        self.run_entente("check", ENTENTE_CONFIG=str(bad), status=1)
        self.run_entente("-c", str(good), "check", ENTENTE_CONFIG=str(bad))
        self.run_entente("-c", str(bad), "check", str(good))
        self.put("[nonsense.x]\n")
        self.run_entente("check", status=1)

    def test_every_problem_is_told_at_once_with_its_place_and_the_nearest_name(self):
        self.put(GOOD + "[source.two]\nplugin = feed\nurl = https://x.org/#frag\nintervall = 5m\n"
                        "[clasifier.x]\nplugin = chain\n[watch.w]\nwhen = type = trainig\nto = archiv\n")
        out = self.run_entente("check", status=1).stdout
        places = re.findall(r"^entente\.ini:(\d+):(\d+): error: ", out.replace("./", ""), re.M)
        self.assertEqual(places, [("18", "21"), ("19", "1"), ("20", "2"), ("23", "15"), ("24", "6")], out)
        for part in ('url = "https://x.org/#frag"', "nearest: interval", "nearest: classifier", "did you mean training",
                     "nearest: archive", "    19 | intervall = 5m", "       | ^~~~~~~~~"):
            self.assertIn(part, out)

    def test_what_cannot_be_read_exits_with_2(self):
        self.assertIn("No such file", self.run_entente("check", "absent.ini", status=2).stderr)
        self.assertIn("is a folder", self.run_entente("check", self.folder.name, status=2).stderr)

    def test_lines_of_windows_are_a_warning_alone(self):
        self.put(GOOD.replace("\n", "\r\n"))
        self.assertIn("CR LF", self.run_entente("check").stdout)

    def test_warnings_alone_exit_with_0(self):
        self.put("[entente]\nstate_dir = state\n")
        out = self.run_entente("check").stdout
        self.assertEqual(out.count("warning: no ["), 4)
        self.assertIn("is fine, with 4 warnings", out)

    def test_a_file_may_come_by_a_pipe(self):
        text = self.put(GOOD, "good.ini").read_text()
        done = subprocess.run([BINARY / "entente", "check", "/dev/stdin"], input=text, capture_output=True, text=True,
                              cwd=self.folder.name, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_deep_looks_for_secrets_and_creates_instances(self):
        self.put(GOOD.replace("plugin = chain\n", "plugin = chain\ntoken = env:ENTENTE_TEST_TOKEN\n"))
        self.run_entente("check")
        out = self.run_entente("check", "--deep", status=1).stdout
        self.assertIn("entente.ini:10:9: error: token: the environment has no variable ENTENTE_TEST_TOKEN", out)
        out = self.run_entente("check", "--deep", ENTENTE_TEST_TOKEN="hunter2").stdout
        self.assertIn("tried secrets: 1 found", out)
        self.assertIn("tried to create instances: 3 made", out)
        self.assertNotIn("hunter2", out)

    def test_colour_only_where_asked(self):
        self.put("[nonsense.x]\n")
        self.assertNotIn("\033", self.run_entente("check", status=1).stdout)
        self.assertIn("\033[", self.run_entente("check", "--color", "always", status=1).stdout)

    def test_the_sample_configuration_is_sound(self):
        if not (BINARY / "plugins" / "coder.so").exists():
            self.skipTest("the coder plugin is not built")
        out = self.run_entente("check", str(SOURCE / "etc" / "entente.ini.example")).stdout
        self.assertIn("is fine;", out)

    def test_plugins_are_listed_and_a_broken_one_is_told(self):
        outside = pathlib.Path(self.folder.name, "plugins")
        outside.mkdir()
        (outside / "broken.so").write_bytes(b"not an object")
        self.put(f"[entente]\nplugin_path = plugins\n")
        done = self.run_entente("plugin", "list", "--format", "jsonl", status=1)
        rows = {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(rows["feed"]["kinds"], "source")
        self.assertIsNone(rows["feed"]["error"])
        self.assertIn("broken.so", rows["broken"]["error"])
        self.assertIn("broken.so", done.stderr)

    def test_the_sample_of_every_plugin_is_accepted_by_the_check(self):
        self.put(GOOD)
        rows = [json.loads(line) for line in self.run_entente("plugin", "list", "--format", "jsonl").stdout.splitlines()]
        self.assertGreaterEqual(len(rows), 6)
        pathlib.Path(self.folder.name, "file").write_text("")
        # What the plugin's own check wants beyond its option table, as whoever fills in the sample would write it.
        filled = {"links = …": "links = li a", "#password = env:NAME": "password = env:NAME"}
        for row in rows:
            sample = self.run_entente("plugin", "show", row["name"], "--format", "ini", "--all").stdout
            sample = sample.replace("/path/to/folder", self.folder.name).replace("/path/to/file",
                                                                                self.folder.name + "/file")
            for placeholder, value in filled.items():
                sample = sample.replace(placeholder, value)
            with self.subTest(plugin=row["name"]):
                self.put(f"[entente]\nplugin_path = {OUTSIDE}\n{sample}", "sample.ini")
                self.run_entente("check", "sample.ini")
                # With every commented default set, too; `after` and `to` would need another instance, `when_file` a rule,
                # `cameo` the other table, `token` excludes a password and a `header` has a form of its own.
                full = re.sub(r"(?m)^#((?!after|cameo|header |isolate|to |token|when_file)\w+ = [^…]*)$", r"\1", sample)
                self.put(f"[entente]\nplugin_path = {OUTSIDE}\n{full}", "full.ini")
                self.run_entente("check", "full.ini")

    def test_a_plugin_is_shown_as_text_schema_and_manual_page(self):
        self.put(GOOD)
        text = self.run_entente("plugin", "show", "chain").stdout
        self.assertIn("depth", text)
        self.assertIn("(int, default 1, at least 1, at most 9)", text)
        shown = json.loads(self.run_entente("plugin", "show", "chain", "--format", "json").stdout)
        self.assertEqual(set(shown["kinds"]), {"transform", "classifier"})
        schema = shown["kinds"]["classifier"]
        self.assertEqual(schema["properties"]["depth"]["x-entente-maximum"], "9")
        self.assertEqual(schema["required"], ["plugin"])
        page = self.run_entente("plugin", "show", str(OUTSIDE / "chain.so"), "--format", "man").stdout
        self.assertTrue(page.startswith(".TH ENTENTE\\-CHAIN 5"))
        self.assertIn("plugin", self.run_entente("plugin", "show", "fead", status=2).stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
