"""Each kind of bad input gets an error that names the source and the cause; the others go on, and nothing is lost."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import time
import unittest

from support import BUILD, TEST_PLUGINS, EntenteTest, feed, rss

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]>
<rss version="2.0"><channel><title>b</title><item><guid>bomb</guid><title>UZB TJK pact &lol9;</title></item></channel></rss>""" % (
    b"".join(b'<!ENTITY lol%d "%s">' % (i, (b"&lol%d;" % (i - 1) if i > 1 else b"&lol;") * 10) for i in range(1, 10)))


class BadInput(EntenteTest):
    def bad_and_good(self, path, *lines, plugin_lines=None):
        """A run with one bad source and a good one: the good one's alert comes, the run fails naming the bad one."""
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.configure(self.source("good", "/good"), self.source("bad", path, *lines), self.PACT, self.WATCH)
        run = self.run_once()
        self.assertIn("FRA", {actor["id"] for alert in self.alerts() for actor in alert["event"]["actors"]}, run.log)
        return run

    def assert_bad(self, run, *texts):
        self.assertEqual(run.status, 1, run.log)
        line = [line for line in run.log.splitlines() if "source.bad" in line and "could not be fetched" in line]
        self.assertEqual(len(line), 1, run.log)
        for text in texts:
            self.assertIn(text, line[0])

    def test_a_page_that_is_no_feed(self):
        self.server.routes["/bad"] = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><body>Hello</body></html>")
        self.assert_bad(self.bad_and_good("/bad"), "/bad", "HTML")

    def test_a_404(self):
        self.assert_bad(self.bad_and_good("/missing"), "/missing: the server answers 404 Not Found")

    def test_a_500(self):
        self.server.routes["/bad"] = (500, {}, b"oops")
        self.assert_bad(self.bad_and_good("/bad"), "/bad: the server answers 500 Internal Server Error")

    def test_a_redirect_loop(self):
        self.server.routes["/bad"] = (302, {"Location": "/bad"}, b"")
        self.assert_bad(self.bad_and_good("/bad"), "/bad: redirect loop after 10 redirects")

    def test_a_body_of_two_gibibytes(self):
        def endless(handler, request):
            handler.send_response(200)
            handler.send_header("Content-Length", str(2 << 30))
            handler.end_headers()
            try:
                for _ in range(2048):
                    handler.wfile.write(b" " * (1 << 20))
            except OSError:
                pass

        self.server.routes["/bad"] = endless
        self.assert_bad(self.bad_and_good("/bad"), "/bad: larger than the", "bytes that max_body allows")

    def test_a_body_without_a_stated_size_that_does_not_end(self):
        def endless(handler, request):
            handler.send_response(200)
            handler.end_headers()
            try:
                for _ in range(64):
                    handler.wfile.write(b" " * (1 << 20))
            except OSError:
                pass

        self.server.routes["/bad"] = endless
        self.assert_bad(self.bad_and_good("/bad", "max_body = 1M"), "/bad: larger than the 1048576 bytes")

    def test_a_connection_that_trickles(self):
        def trickle(handler, request):
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
            try:
                for _ in range(1000):
                    handler.wfile.write(b"x")
                    time.sleep(0.2)
            except OSError:
                pass

        self.server.routes["/bad"] = trickle
        begun = time.monotonic()
        self.assert_bad(self.bad_and_good("/bad", "timeout = 2s"), "/bad: ")
        self.assertLess(time.monotonic() - begun, 100)

    def test_nobody_there(self):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            url = "http://127.0.0.1:%d/x" % taken.getsockname()[1]
            self.configure(self.source("good", "/good"), self.PACT, self.WATCH,
                           "[source.bad]\nplugin = feed\nallow_private = yes\nurl = " + url)
            run = self.run_once()
        self.assert_bad(run, url)
        self.assertEqual(len(self.alerts()), 1)

    def test_a_private_address_that_was_not_allowed(self):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.configure(self.source("good", "/good"), self.PACT, self.WATCH,
                       "[source.bad]\nplugin = feed\nurl = %s/good" % self.server.url)
        self.assert_bad(self.run_once(), "loopback address; set allow_private = yes")

    def test_invalid_utf_8_is_repaired_and_told(self):
        self.server.routes["/bad"] = (200, {"Content-Type": "application/rss+xml; charset=utf-8"},
                                      rss([("u", "UZB KAZ pact signed", "Caf\u00e9 X")]).replace(b"\xc3\xa9", b"\xc3\x28\xff"))
        run = self.bad_and_good("/bad")
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.alerts()), 2)
        self.assert_log(run, "source.bad", "repaired: encoding")

    def guids(self):
        rows = [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]
        versions = [(row["guid"], row["version"]) for row in rows]
        self.assertEqual(len(versions), len(set(versions)), versions)
        self.assertEqual(len({row["id"] for row in rows}), len({row["guid"] for row in rows}))
        return sorted({row["guid"] for row in rows})

    def test_broken_markup_is_read_as_far_as_it_goes_and_told(self):
        document = (b"Warning: something in line 3<br>\n<rss version='2.0'><channel><title>B & C</title>"
                    b"<item><guid>one</guid><title>UZB KAZ pact signed</title><dc:creator>Jane</dc:creator></item>"
                    b"<item><guid>two</guid><title>Black &bogus; &nbsp; white</title><description><p>never closed</item>"
                    b"<item><guid>three</guid><link>https://example.org/?a=1&b=2</link><title>Third</title></item>"
                    b"<item><guid>four</guid><title>The docu")
        self.server.routes["/bad"] = (200, {"Content-Type": "application/rss+xml"}, document)
        for _ in range(2):
            run = self.bad_and_good("/bad")
            self.assertEqual(run.status, 0, run.log)
            self.assertEqual(self.guids(), ["four", "g", "one", "three", "two"])
        self.server.routes["/bad"] = (200, {}, document + b"ment is whole now</title></item></channel></rss>")
        run = self.bad_and_good("/bad")
        self.assert_log(run, "source.bad", "the feed is broken and was read as far as it goes; repaired: junk tags text namespace")
        self.assertEqual(len(self.guids()), 5)
        listed = self.entente("items", "--format", "jsonl").out
        self.assertIn("The document is whole now", listed)
        self.assertIn("https://example.org/?a=1&b=2", listed)

    def test_a_body_that_is_cut_off_loses_nothing(self):
        whole = rss([("c%d" % i, "FRA ITA pact %d" % i, "Body.") for i in range(20)])

        def cut(handler, request):
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(whole)))
            handler.end_headers()
            handler.wfile.write(whole[:len(whole) // 2])

        self.server.routes["/bad"] = cut
        self.assert_bad(self.bad_and_good("/bad"), "/bad: the connection ended in the middle of the body")
        self.assertEqual(self.guids(), ["g"])
        self.server.routes["/bad"] = (200, {}, whole)
        self.assertEqual(self.bad_and_good("/bad").status, 0)
        self.assertEqual(len(self.guids()), 21)

    def test_a_wrong_declaration_of_the_encoding_is_told_and_the_text_is_right(self):
        document = rss([("e", "UZB KAZ pact signed", "R\u00e9sum\u00e9 \u2013 \u043f\u0430\u043a\u0442")])
        self.server.routes["/bad"] = (200, {}, document.replace(b'encoding="UTF-8"', b'encoding="windows-1251"'))
        run = self.bad_and_good("/bad")
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "source.bad", "repaired: encoding")
        self.assertIn("R\u00e9sum\u00e9 \u2013 \u043f\u0430\u043a\u0442", self.entente("items", "--format", "jsonl").out)

    def test_servers_are_told_whom_to_ask(self):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.configure(self.source("good", "/good"), self.PACT, self.WATCH, entente="contact = https://desk.example/about")
        self.assertEqual(self.run_once().status, 0)
        agent = self.server.seen("/good")[0].headers["user-agent"]
        self.assertRegex(agent, r"^Entente/[0-9.]+ \(\+https://desk\.example/about\)$")

    def test_an_entity_bomb_does_not_go_off(self):
        self.server.routes["/bad"] = (200, {"Content-Type": "application/rss+xml"}, BOMB)
        begun = time.monotonic()
        run = self.bad_and_good("/bad")
        self.assertLess(time.monotonic() - begun, 60)
        self.assertTrue("source.bad" in run.log, run.log)
        for alert in self.alerts():
            self.assertNotIn("lollol", alert["event"]["evidence"][0]["quote"])

    def test_a_date_that_cannot_be_read_is_told_and_not_made_up(self):
        document = rss([("d", "UZB KAZ pact signed", "Body.")])
        start, end = document.index(b"<pubDate>"), document.index(b"</pubDate>")
        self.server.routes["/bad"] = (200, {}, document[:start] + b"<pubDate>the day before" + document[end:])
        run = self.bad_and_good("/bad")
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "source.bad", "1 date cannot be read", "the day before")
        alert = [alert for alert in self.alerts() if "source" in alert["event"]["sources"][0].get("url", "") or
                 alert["event"]["sources"][0]["url"].endswith("/d")][0]
        self.assertNotIn("published", alert["event"]["sources"][0])

    # ---- plugins ----

    def refused_plugin(self, path):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.configure(self.source("good", "/good"), self.PACT, self.WATCH, "[source.bad]\nplugin = %s" % path)
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        self.assertEqual(len(self.alerts()), 1, run.log)
        self.assertIn("[source.bad]", self.config.read_text())
        return run

    def test_a_truncated_plugin(self):
        path = self.folder / "cut.so"
        path.write_bytes((BUILD / "plugins" / "feed.so").read_bytes()[:9000])
        self.assert_log(self.refused_plugin(path), "cut.so: truncated")

    def test_a_plugin_of_another_interface(self):
        self.assert_log(self.refused_plugin(TEST_PLUGINS / "wrong_major.so"), "wrong_major.so: abi_major differs")

    def test_a_plugin_without_its_symbol(self):
        self.assert_log(self.refused_plugin(TEST_PLUGINS / "missing_symbol.so"), "does not export ent_plugin_query()")

    def test_a_plugin_that_is_no_object(self):
        path = self.folder / "text.so"
        path.write_text("not an object")
        self.assert_log(self.refused_plugin(path), "text.so: not a shared object")

    def test_a_plugin_that_crashes_while_loading(self):
        self.assert_log(self.refused_plugin(TEST_PLUGINS / "crashing_constructor.so"), "crashed while it was being loaded")

    def test_a_source_that_does_not_run_makes_an_alert(self):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        broken = self.folder / "cut.so"
        broken.write_bytes((BUILD / "plugins" / "feed.so").read_bytes()[:9000])
        self.configure(self.source("good", "/good"), self.PACT, self.WATCH, "[source.bad]\nplugin = %s" % broken, entente="health_to = out")
        process = self.start()
        self.wait_for(lambda: len(self.alerts()) == 2, "the alerts of the pact and of the source")
        told = [alert["headline"] for alert in self.alerts() if alert["watch"] == "health"]
        self.assertEqual(len(told), 1)
        self.assertIn("source.bad does not run. The next reload or start tries it again.", told[0])
        self.assertIn("its plugin was refused: %s: truncated" % broken, told[0])
        process.terminate()
        self.assertEqual(process.wait(30), 0, self.log())

    def test_items_wait_for_a_classifier_that_was_refused(self):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        broken = self.folder / "pact.so"
        broken.write_bytes((TEST_PLUGINS / "pact.so").read_bytes()[:9000])
        self.configure(self.source("good", "/good"), "[classifier.pact]\nplugin = %s" % broken, self.WATCH)
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        self.assert_log(run, "pact.so: truncated", "classifier.pact: its plugin was refused: %s: truncated" % broken, "items wait until it can work")
        broken.write_bytes((TEST_PLUGINS / "pact.so").read_bytes())
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.alerts()), 1, run.log)

    # ---- state ----

    def test_two_daemons_on_one_state_directory(self):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.configure(self.source("good", "/good"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(self.alerts, "the first alert")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, str(self.folder / "state"), str(process.pid))
        self.assertIsNone(process.poll())

    def test_a_state_directory_that_cannot_be_written(self):
        self.configure(self.PACT)
        self.config.write_text(self.config.read_text().replace(str(self.folder / "state"), "/proc/entente"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "/proc/entente")

    def test_too_little_disk_stops_the_sources_and_loses_nothing(self):
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.configure(self.source("good", "/good"), self.PACT, self.WATCH, entente="min_free = 1000000G")
        process = self.start()
        self.wait_for_log("free")
        self.assertEqual(self.server.seen("/good"), [])
        self.assertIsNone(process.poll())
        self.config.write_text(self.config.read_text().replace("min_free = 1000000G", "min_free = 1k"))
        process.send_signal(1)
        self.wait_for(self.alerts, "the alert after there was room")

    def test_a_store_on_a_read_only_file_system_can_be_read(self):
        mount = self.folder / "fixed #1?"
        mount.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", mount], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("mounting a small file system is not permitted here")
        self.addCleanup(subprocess.run, ["umount", "-l", mount])
        self.server.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.configure(self.source("good", "/good"), self.PACT, self.WATCH, entente="min_free = 1k")
        self.config.write_text(self.config.read_text().replace("state_dir = %s" % (self.folder / "state"),
                                                               'state_dir = "%s"' % (mount / "state")))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        for command in ("items", "events", "alerts", "status"):
            read = self.entente(command)
            self.assertEqual(read.status, 0, read.log)
        self.assertIn("FRA DEU pact signed", self.entente("items").out)
        self.assert_log(self.run_once(), "cannot write to the state directory")

    def test_a_full_disk_loses_nothing(self):
        mount = self.folder / "small"
        mount.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", mount], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("mounting a small file system is not permitted here")
        self.addCleanup(subprocess.run, ["umount", "-l", mount])
        body = "Filler. " * 2000
        self.server.routes["/good"] = feed([("i%d" % i, "FRA DEU pact %d" % i, body) for i in range(400)])
        self.configure(self.source("good", "/good", "interval = 1s"), self.PACT, self.WATCH, entente="min_free = 1k")
        self.config.write_text(self.config.read_text().replace(str(self.folder / "state"), str(mount / "state")))
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        self.assert_log(run, "disk")
        subprocess.run(["mount", "-o", "remount,size=64m", mount], check=True)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.entente("items", "--format", "jsonl").out.splitlines()), 400)


if __name__ == "__main__":
    unittest.main()
