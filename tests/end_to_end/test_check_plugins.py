"""What a plugin itself says of its options is told by entente check at its section; one that crashes, hangs or ends there
costs its own process."""
import json
import os
import time
import unittest

from support import EntenteTest

# A crash is to be the signal that it is, whatever the programs are built with.
for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
    os.environ[options] = os.environ.get(options, "") + ":handle_segv=0"


class CheckPluginsTest(EntenteTest):
    def check(self, *moods, isolate=None):
        lines = ["isolate = " + isolate] if isolate else []
        self.configure(*("\n".join(["[classifier.m%d]" % i, "plugin = moody", "check = " + mood, *lines])
                         for i, mood in enumerate(moods)), self.WATCH)
        begun = time.monotonic()
        run = self.entente("check")
        return run, time.monotonic() - begun

    def place(self, number):
        lines = self.config.read_text().splitlines()
        return "%s:%d:" % (self.config, lines.index("[classifier.m%d]" % number) + 1)

    def test_what_is_taken_is_fine(self):
        run, _ = self.check("ok", "ok", "ok")
        self.assertEqual(run.status, 0, run.out)
        self.assertIn("is fine", run.out)

    def test_each_is_told_at_its_section(self):
        for isolate in (None, "process", "sandbox"):
            run, took = self.check("refuse", "ok", "crash", "exit", "ok", "hang", isolate=isolate)
            self.assertEqual(run.status, 1, run.out)
            self.assertLess(took, 40)
            for number, told in ((0, "check: was asked to refuse"), (2, "crashed"), (3, "ended"), (5, "stopped")):
                line = next((line for line in run.out.splitlines() if line.startswith(self.place(number))), None)
                self.assertIsNotNone(line, run.out)
                self.assertIn("classifier.m%d: " % number, line)
                self.assertIn(told, line)
            self.assertEqual(run.out.count(": error: "), 4, run.out)

    def test_every_built_in_plugin_may_run_anywhere(self):
        (self.folder / "articles").mkdir()
        (self.folder / "pages.warc").write_bytes(b"")
        (self.folder / "password").write_text("secret\n")
        sections = {
            "atom": "[sink.atom]\npath = alerts.atom", "coder": "[classifier.coder]", "console": "[sink.console]",
            "exec": "[sink.exec]\ncommand = cat", "feed": "[source.feed]\nurl = http://127.0.0.1:1/",
            "files": "[source.files]\npath = articles", "gdelt": "[source.gdelt]", "jsonl": "[sink.jsonl]\npath = alerts.jsonl",
            "mail": "[sink.mail]\nurl = smtp://127.0.0.1:1\nfrom = a@example.org\nto = b@example.org",
            "mailbox": "[source.mailbox]\nurl = imap://127.0.0.1:1\nuser = a\npassword = file:password",
            "mqtt": "[sink.mqtt]\nurl = mqtt://127.0.0.1:1883", "page": "[source.page]\nurl = http://127.0.0.1:1/\nlinks = //a",
            "partners": "[detector.partners]\nto = jsonl", "sitemap": "[source.sitemap]\nurl = http://127.0.0.1:1/",
            "syslog": "[sink.syslog]", "warc": "[source.warc]\npath = pages.warc", "web": "[service.web]\nlisten = 127.0.0.1:0",
            "webhook": "[sink.webhook]\nurl = http://127.0.0.1:1/"}
        for isolate in ("none", "process", "sandbox"):
            self.configure(*("%s\nplugin = %s" % (section, name) for name, section in sections.items()), entente="isolate = " + isolate)
            run = self.entente("check")
            self.assertEqual(run.status, 0, run.out)
        listed = [json.loads(line) for line in self.entente("plugin", "list", "--format", "jsonl").out.splitlines()]
        self.assertEqual({row["name"] for row in listed if "/tests/" not in row["path"]}, set(sections))


if __name__ == "__main__":
    unittest.main()
