"""How feeds are asked for, and what is said of those that fall out; always with a good feed beside, which goes on."""
import ctypes
import fcntl
import gzip
import json
import os
import pty
import re
import sqlite3
import ssl
import struct
import subprocess
import termios
import time
import unittest
import zlib

from support import ENTENTE, EntenteTest, Server, feed, rss

GOOD = [("g1", "FRA DEU pact signed", "Good."), ("g2", "FRA ITA pact signed", "Better.")]
HEALTH = "health_to = out"


class Feeds(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/good"] = feed(GOOD)

    def configure_two(self, *lines, path="/odd", entente="", good=()):
        self.configure(self.source("good", "/good", *good), self.source("odd", path, *lines), self.PACT, self.WATCH,
                       entente=entente)

    def store(self, sql, *values):
        with sqlite3.connect(self.folder / "state" / "entente.db") as database:
            rows = database.execute(sql, values).fetchall()
        database.close()
        return rows

    def guids(self):
        """Every item once: nothing lost, nothing doubled."""
        out = self.entente("items", "--format", "jsonl").out
        guids = [json.loads(line)["guid"] for line in out.splitlines()]
        self.assertEqual(len(guids), len(set(guids)), guids)
        return set(guids)

    def health(self):
        return [alert for alert in self.alerts() if alert["watch"] == "health"]

    def row(self, name="source.odd"):
        status = json.loads(self.entente("status", "--format", "json").out)
        return [row for row in status["sources"] if row["name"] == name][0]

    # ---- limits ----

    def assert_odd_fails(self, *texts, guids=("g1", "g2")):
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        told = [line for line in run.log.splitlines() if "source.odd" in line and "could not be fetched" in line]
        self.assertEqual(len(told), 1, run.log)
        for text in texts:
            self.assertIn(text, told[0])
        self.assertEqual(self.guids(), set(guids))
        return run

    def test_a_compression_bomb_is_not_let_off(self):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(400)) + packer.flush()
        self.assertLess(len(bomb), 1 << 20)
        self.server.routes["/odd"] = (200, {"Content-Encoding": "gzip"}, bomb)
        self.configure_two("max_body = 1M")
        self.assert_odd_fails("larger than the 1048576 bytes that max_body allows")

    def test_what_comes_over_the_line_has_a_limit_of_its_own(self):
        self.server.routes["/odd"] = feed([("x%d" % i, "Title", "Body " * 100) for i in range(100)])
        self.configure_two("max_download = 8k")
        self.assert_odd_fails("more than the 8192 bytes over the line that max_download allows")

    def test_depth_has_a_limit(self):
        deep = b"<rss><channel><item><guid>d</guid><title>T</title><description>" + b"<div>" * 3000
        self.server.routes["/odd"] = (200, {}, deep + b"</div>" * 3000 + b"</description></item></channel></rss>")
        self.configure_two()
        self.assertEqual(self.run_once().status, 0)  # which is no harm by itself
        deep = b"<rss><channel>" + b"<x>" * 3000 + b"</x>" * 3000 + b"<item><title>T</title></item></channel></rss>"
        self.server.routes["/odd"] = (200, {}, deep)
        self.configure_two("max_depth = 2000")
        self.assert_odd_fails("its elements lie deeper within each other than the 2000 that max_depth allows",
                              guids=("g1", "g2", "d"))

    def test_declared_entities_have_a_limit(self):
        declared = b"".join(b'<!ENTITY e%d "%s">' % (i, b"&e%d;" % (i - 1) * 10 if i else b"x") for i in range(50))
        self.server.routes["/odd"] = (200, {}, b"<!DOCTYPE rss [" + declared + b"]>" + rss([("e", "T &e49;", "B")]))
        self.configure_two("max_entities = 49")
        self.assert_odd_fails("its DTD declares 50 entities, more than the 49 that max_entities allows")

    def test_redirects_have_a_limit(self):
        for hop in range(5):
            self.server.routes["/hop%d" % hop] = (302, {"Location": "/hop%d" % (hop + 1)}, b"")
        self.server.routes["/hop5"] = feed([("far", "FRA ESP pact", "There.")])
        self.configure_two("max_redirects = 4", path="/hop0")
        self.assert_odd_fails("redirect loop after 4 redirects")
        self.configure_two("max_redirects = 5", path="/hop0")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.guids(), {"g1", "g2", "far"})

    def test_a_redirect_to_another_scheme(self):
        self.server.routes["/odd"] = (301, {"Location": "file:///etc/passwd"}, b"")
        self.configure_two()
        self.assert_odd_fails("only http and https are allowed, and it redirects to something else")

    def test_compressed_feeds_are_read(self):
        document = rss([("z1", "FRA ESP pact", "Packed.")])
        self.server.routes["/odd"] = (200, {"Content-Encoding": "gzip", "Content-Type": "application/rss+xml"},
                                      gzip.compress(document))
        self.configure_two()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.guids(), {"g1", "g2", "z1"})
        self.assertIn("br", self.server.seen("/odd")[0].headers["accept-encoding"])

    def test_brotli_is_read(self):
        try:
            encoder = ctypes.CDLL("libbrotlienc.so.1")
        except OSError:
            self.skipTest("libbrotlienc is not installed")
        document = rss([("b1", "FRA ESP pact", "Packed.")])
        size, out = ctypes.c_size_t(65536), ctypes.create_string_buffer(65536)
        self.assertTrue(encoder.BrotliEncoderCompress(5, 22, 0, ctypes.c_size_t(len(document)), document,
                                                      ctypes.byref(size), out))
        self.server.routes["/odd"] = (200, {"Content-Encoding": "br"}, out.raw[:size.value])
        self.configure_two()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.guids(), {"g1", "g2", "b1"})

    # ---- TLS ----

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

    def serve_tls(self):
        """A server that wants a certificate of its clients; both are signed by themselves."""
        for name in ("server", "client"):
            self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=%s" % name,
                         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", name + ".key", "-out", name + ".pem")
        self.openssl("rsa", "-aes256", "-passout", "pass:key-secret", "-in", "client.key", "-out", "locked.key")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        context.load_verify_locations(self.folder / "client.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        server = Server()
        server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
        server.routes["/odd"] = feed([("t1", "FRA ESP pact", "Sealed.")])
        self.addCleanup(server.close)
        return server.url.replace("http:", "https:") + "/odd"

    def test_a_client_certificate_is_shown(self):
        url = self.serve_tls()
        trust = ["ca_certificates = server.pem"]
        shown = ["client_certificate = client.pem", "client_key = locked.key", "client_key_password = env:KEY_PASSWORD"]
        for lines, text in (([], "certificate"), (trust, "/odd: "), (trust + shown, None)):
            self.configure_two(*lines)
            self.config.write_text(self.config.read_text().replace(self.server.url + "/odd", url))
            run = self.run_once(KEY_PASSWORD="key-secret")
            told = [line for line in run.log.splitlines() if "could not be fetched" in line]
            self.assertFalse("key-secret" in run.log)
            if text:
                self.assertEqual(len(told), 1, run.log)
                self.assertIn(text, told[0])
            else:
                self.assertEqual(told, [], run.log)
        self.assertEqual(self.guids(), {"g1", "g2", "t1"})

    # ---- secrets ----

    def test_secrets_are_sent_and_told_nowhere(self):
        (self.folder / "password").write_text("hunter2-secret\n")
        (self.folder / "headers").write_text("X-Api-Key: key-secret\nX-Team: desk\n")
        self.server.routes["/odd"] = (403, {}, b"no")
        self.configure_two("user = reader", "password = file:password", "cookies = env:ODD_COOKIES",
                           "headers = file:headers")
        run = self.run_once(ODD_COOKIES="session=cookie-secret")
        headers = self.server.seen("/odd")[0].headers
        self.assertEqual(headers["authorization"], "Basic cmVhZGVyOmh1bnRlcjItc2VjcmV0")
        self.assertEqual(headers["cookie"], "session=cookie-secret")
        self.assertEqual((headers["x-api-key"], headers["x-team"]), ("key-secret", "desk"))
        self.assertNotIn("authorization", self.server.seen("/good")[0].headers)
        told = run.log + self.entente("status").out + self.entente("status", "--format", "json").out
        told += self.entente("check").out + self.entente("check").log + self.entente("plugin", "show", "feed").out
        for path in (self.folder / "state").iterdir():
            if path.is_file():
                told += path.read_bytes().decode("latin-1")
        self.assertIn("403 Forbidden", run.log)
        self.assertFalse("secret" in told)
        self.assertFalse("aHVudGVy" in told)

    def test_a_password_in_the_address_is_not_told(self):
        self.server.routes["/odd"] = (200, {}, b"<rss><channel><title>&nbsp</title><item><title>T</title>"
                                               b"<guid>w</guid><pubDate>soon</pubDate></item></channel>")
        self.configure_two()
        text = self.config.read_text().replace(self.server.url + "/odd",
                                               self.server.url.replace("//", "//me:hunter2@") + "/odd")
        self.config.write_text(text)
        run = self.run_once()
        self.assertEqual(self.server.seen("/odd")[0].headers["authorization"], "Basic bWU6aHVudGVyMg==")
        told = run.log + self.entente("status", "--format", "json").out + self.entente("items", "--format", "jsonl").out
        told += (self.folder / "state" / "entente.db").read_bytes().decode("latin-1")
        self.assertIn("date cannot be read", run.log)
        self.assertFalse("hunter2" in told)

    def test_a_secret_that_is_missing_is_told_before_anything_runs(self):
        self.configure_two("bearer = env:NOT_SET_HERE")
        run = self.run_once()
        self.assertIn("NOT_SET_HERE", run.log)
        self.assertEqual(self.server.seen("/odd"), [])

    # ---- gone ----

    def test_410_stops_a_feed_until_somebody_asks(self):
        self.server.routes["/odd"] = (410, {}, b"")
        self.configure_two("interval = 1s", entente=HEALTH)
        process = self.start()
        self.wait_for(self.health, "an alert")
        time.sleep(2.5)
        self.assertEqual(len(self.server.seen("/odd")), 1)
        self.assertIn("410 Gone", self.row()["text"])
        self.assertTrue(self.row()["gone"])
        self.assertIn("gone, not fetched any more", self.entente("status").out)
        process.terminate()
        process.wait(20)
        self.start()  # and not by a restart
        self.wait_for(lambda: len([1 for line in self.log().splitlines() if "entented" in line]) > 1, "a second start")
        time.sleep(1.5)
        self.assertEqual(len(self.server.seen("/odd")), 1)
        self.server.routes["/odd"] = feed([("back", "FRA ESP pact", "Again.")])
        self.assertEqual(self.entente("fetch", "odd").status, 0)
        self.wait_for(lambda: len(self.health()) == 2, "an alert that it is back")
        self.assertEqual([alert["reason"] for alert in self.health()], ["gone", "recovered"])
        self.assertEqual(self.health()[0]["finding"]["source"], "source.odd")
        self.assertEqual(self.guids(), {"g1", "g2", "back"})

    def test_410_is_forgotten_with_the_address(self):
        self.server.routes["/odd"] = (410, {}, b"")
        self.configure_two()
        self.assert_odd_fails("410 Gone")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.server.seen("/odd")), 1)
        self.server.routes["/new"] = feed([("n", "FRA ESP pact", "New.")])
        self.configure_two(path="/new")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.guids(), {"g1", "g2", "n"})

    # ---- moved ----

    def test_a_move_is_followed_at_once_and_believed_after_a_week(self):
        self.server.routes["/odd"] = (301, {"Location": "/there"}, b"")
        self.server.routes["/there"] = feed([("m", "FRA ESP pact", "There.")], ETag='"v1"')
        self.configure_two()
        run = self.run_once()
        self.assertIn("moved for good to %s/there" % self.server.url, run.log)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual((len(self.server.seen("/odd")), len(self.server.seen("/there"))), (2, 2))
        self.assertEqual(self.server.seen("/there")[1].headers["if-none-match"], '"v1"')
        self.store("UPDATE http_state SET moved_since=moved_since-8*86400*1000 WHERE moved_to IS NOT NULL")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual((len(self.server.seen("/odd")), len(self.server.seen("/there"))), (2, 3))
        # The new place fails: the old one is asked again, and believed anew.
        self.server.routes["/there"] = (404, {}, b"")
        self.server.routes["/odd"] = feed([("m", "FRA ESP pact", "There."), ("m2", "FRA GRC pact", "Back.")])
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.server.seen("/odd")), 3)
        self.assertEqual(self.guids(), {"g1", "g2", "m", "m2"})
        self.assertEqual(self.store("SELECT count(*) FROM http_state WHERE moved_to IS NOT NULL"), [(0,)])

    def test_a_captive_portal_captures_nothing(self):
        self.server.routes["/odd"] = feed([("c", "FRA ESP pact", "Free.")])
        self.server.routes["/portal"] = (200, {"Content-Type": "text/html"}, b"<html><body>Pay here</body></html>")
        self.configure_two()
        self.assertEqual(self.run_once().status, 0)
        free = self.server.routes["/odd"]
        self.server.routes["/odd"] = (301, {"Location": "/portal"}, b"")
        self.assert_odd_fails("HTML", guids=("g1", "g2", "c"))
        self.assertEqual(self.store("SELECT count(*) FROM http_state WHERE moved_to IS NOT NULL"), [(0,)])
        self.server.routes["/odd"] = free
        self.assertEqual(self.run_once().status, 0)

    # ---- politeness ----

    def test_retry_after_is_obeyed_by_all_feeds_of_the_host(self):
        self.server.routes["/odd"] = (429, {"Retry-After": "5"}, b"")
        self.configure_two("interval = 1s", good=("interval = 1s",))
        self.start()
        self.wait_for(lambda: self.server.seen("/odd"), "the first request")
        self.server.routes["/odd"] = feed([("r", "FRA ESP pact", "Rested.")])
        self.wait_for(lambda: "429 Too Many Requests" in (self.row()["text"] or ""), "the reason")
        self.wait_for(lambda: len(self.server.seen("/odd")) > 1, "a second request")
        first, second = [request.at for request in self.server.seen("/odd")[:2]]
        self.assertGreater(second - first, 4.9)
        # One may be under way and one begun before the answer is read; each second would be five.
        others = [request for request in self.server.seen("/good") if first < request.at < second - 0.1]
        self.assertLessEqual(len(others), 2)
        self.wait_for(lambda: self.guids() == {"g1", "g2", "r"}, "its item")

    def test_a_host_is_asked_so_many_times_at_once(self):
        at_once, most = [0], [0]

        def slow(handler, request):
            with self.server.lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            time.sleep(0.3)
            with self.server.lock:
                at_once[0] -= 1
            return feed([(request.path, "FRA ESP pact", "Slow.")])

        names = ["s%d" % i for i in range(8)]
        for name in names:
            self.server.routes["/" + name] = slow
        self.configure(*[self.source(name, "/" + name, "max_per_host = 3", "min_delay = 0") for name in names])
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(most[0], 3)
        self.assertEqual(len(self.guids()), 8)

    # ---- health ----

    def test_a_feed_that_keeps_failing_is_told_once_and_its_return_too(self):
        self.server.routes["/odd"] = (500, {}, b"")
        self.configure_two("interval = 1s", "interval_max = 1s", "dead_after = 3s", entente=HEALTH)
        self.start()
        self.wait_for(self.health, "an alert")
        time.sleep(2.5)
        self.assertEqual(len(self.health()), 1)
        alert = self.health()[0]
        self.assertEqual((alert["reason"], alert["finding"]["kind"]), ("dead", "source_dead"))
        self.assertIn("source.odd has been failing for 3 seconds: ", alert["headline"])
        self.assertIn("500 Internal Server Error", alert["headline"])
        self.server.routes["/odd"] = feed([("o", "FRA ESP pact", "Back.")])
        self.wait_for(lambda: len(self.health()) == 2, "an alert that it works again")
        self.assertEqual(self.health()[1]["headline"], "source.odd works again; it was dead")
        self.assertEqual(self.guids(), {"g1", "g2", "o"})
        listed = self.entente("alerts", "--watch", "health")
        self.assertIn("works again", listed.out + listed.log)

    def test_a_feed_that_falls_silent_is_told(self):
        now = int(time.time())
        items = [("q%d" % i, "FRA ESP pact %d" % i, "Quick.", now - 20 + 2 * i) for i in range(10)]
        self.server.routes["/odd"] = feed(items)
        self.configure_two("interval = 1s", entente=HEALTH)
        self.start()
        self.wait_for(self.health, "an alert")
        alert = self.health()[0]
        self.assertEqual(alert["reason"], "silent")
        self.assertIn("source.odd has brought nothing new for", alert["headline"])
        self.assertIn("its longest pause of late was 2 seconds", alert["headline"])
        self.assertIn("silent", self.entente("status").out)
        self.server.routes["/odd"] = feed(items + [("q10", "FRA ESP pact 10", "Quick.", int(time.time()))])
        self.wait_for(lambda: len(self.health()) == 2, "an alert that it is back")
        self.assertEqual(self.health()[1]["reason"], "recovered")
        self.assertEqual(len(self.guids()), 13)

    def test_status_tells_how_each_feed_fares(self):
        now = int(time.time())
        self.server.routes["/odd"] = feed([("t0", "FRA ESP pact", "Old.", now - 86400)])
        self.configure_two("interval = 1s")
        self.start()
        self.wait_for(lambda: self.server.seen("/odd"), "the first request")
        self.server.routes["/odd"] = feed([("t0", "FRA ESP pact", "Old.", now - 86400),
                                           ("t1", "FRA ESP pact II", "New.", now - 600)])
        self.wait_for(lambda: self.row().get("items") == 2, "the second item")
        row = self.row()
        self.assertTrue(590000 <= row["median_delay"] <= 640000, row)
        self.assertEqual(row["newest"], (now - 600) * 1000)
        self.assertGreater(row["last_success"], 0)
        self.assertGreater(row["next_fetch"], row["last_fetch"])
        table = self.on_terminal("status", columns=80)
        self.assertIn("10 min", table)
        for line in table.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def on_terminal(self, *arguments, columns):
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        shown = subprocess.Popen([ENTENTE, "-c", self.config, *arguments, "--color", "never"], stdin=its, stdout=its)
        os.close(its)
        with open(ours, "rb", buffering=0) as terminal:
            out = b""
            try:
                while part := terminal.read(65536):
                    out += part
            except OSError:  # what Linux says at the end of a terminal
                pass
        self.assertEqual(shown.wait(60), 0)
        return out.decode()

    def test_status_counts_dates_that_cannot_be_read(self):
        document = rss([("u1", "FRA ESP pact", "One."), ("u2", "FRA GRC pact", "Two.")])
        document = re.sub(b"<pubDate>[^<]*", b"<pubDate>the day before", document)
        self.server.routes["/odd"] = (200, {}, document)
        self.configure_two()
        self.start()
        for path in ("/odd", "/good"):
            self.wait_for(lambda: self.server.seen(path), "the request for " + path)
        self.wait_for(lambda: self.row().get("items") == 2 and self.row("source.good").get("items") == 2, "the items")
        self.assertEqual(self.row()["metrics"]["dates_unreadable"], 2)
        self.assertNotIn("dates_unreadable", self.row("source.good")["metrics"])
        self.assertEqual(self.guids(), {"g1", "g2", "u1", "u2"})

    # ---- schedule ----

    def test_the_document_says_when_to_come_again(self):
        document = rss(GOOD).replace(b"</title>", b"</title><ttl>120</ttl>", 1)
        self.server.routes["/odd"] = (200, {}, document.replace(b"g1", b"d1").replace(b"g2", b"d2"))
        self.server.routes["/cached"] = (200, {"Cache-Control": "max-age=3000"}, rss([("c1", "FRA GRC pact", "Cached.")]))
        self.configure(self.source("good", "/good"), self.source("odd", "/odd"), self.source("cached", "/cached"),
                       self.source("fixed", "/cached", "interval = 5m"))
        self.assertEqual(self.run_once().status, 0)
        waits = {name: (next_fetch - last_fetch) / 60000
                 for name, next_fetch, last_fetch in self.store("SELECT name, next_fetch, last_fetch FROM source")}
        self.assertTrue(120 <= waits["source.odd"] <= 126, waits)
        self.assertTrue(50 <= waits["source.cached"] <= 53, waits)
        self.assertTrue(4.7 <= waits["source.fixed"] <= 5.3, waits)
        self.assertTrue(15 <= waits["source.good"] <= 16, waits)


if __name__ == "__main__":
    unittest.main()
