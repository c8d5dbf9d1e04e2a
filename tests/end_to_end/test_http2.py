"""Feeds over HTTP/2, from nghttp2's own server: read, several at once over one connection, and conditionally."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from mail_servers import certificate
from support import EntenteTest, free_port, rss

NGHTTPD = shutil.which("nghttpd") or shutil.which("nghttpd", path="/usr/sbin:/usr/bin")


class Http2Server:
    """nghttpd over TLS on a free port of 127.0.0.1; it speaks nothing older than HTTP/2. It serves `documents`, and its
    log names the connection of each frame."""

    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder) / "http2"
        self.documents = self.folder / "documents"
        self.documents.mkdir(parents=True)
        self.certificate, self.key = certificate(self.folder)
        self.options = options
        self.process = None

    def start(self, port=None):
        self.port = port or free_port()
        log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [NGHTTPD, "--verbose", "--address=127.0.0.1", "--htdocs=%s" % self.documents, *self.options, str(self.port),
             self.key, self.certificate], stdout=log, stderr=log)
        log.close()

    @property
    def url(self):
        return "https://127.0.0.1:%d" % self.port

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def is_listening(self):
        return "listen 127.0.0.1:%d" % self.port in self.log()

    def streams(self):
        """(connection, path) of each request."""
        return re.findall(r"\[id=(\d+)\] \[[^\]]*\] recv \(stream_id=\d+\) :path: (\S+)", self.log())

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()


@unittest.skipUnless(NGHTTPD, "nghttpd is not installed (Debian: nghttp2-server)")
class Http2(EntenteTest):
    FEEDS = ["f%d" % i for i in range(8)]

    def serve(self, *options):
        self.http2 = Http2Server(self.folder, *options)
        self.addCleanup(self.http2.close)
        for name in self.FEEDS:
            self.http2.documents.joinpath(name).write_bytes(rss([(name, "FRA DEU pact signed", "Body of %s." % name)]))
        self.http2.start()
        self.wait_for(lambda: self.http2.is_listening() or self.http2.process.poll() is not None, "nghttpd")
        self.assertIsNone(self.http2.process.poll(), self.http2.log())

    def restart(self):
        """nghttpd remembers for a while what its files held."""
        self.http2.close()
        self.http2.start(self.http2.port)
        self.wait_for(self.http2.is_listening, "nghttpd")

    def configure_feeds(self, *lines, trust=True, more=()):
        lines = ["min_delay = 0", *lines]
        if trust:
            lines.append("ca_certificates = %s" % self.http2.certificate)
        feeds = [self.source(name, "/" + name, *lines).replace(self.server.url, self.http2.url) for name in self.FEEDS]
        self.configure(*feeds, *more)

    def guids(self):
        guids = [json.loads(line)["guid"] for line in self.entente("items", "--format", "jsonl").out.splitlines()]
        self.assertEqual(len(guids), len(set(guids)), guids)
        return set(guids)

    def test_feeds_of_one_host_share_one_connection(self):
        self.serve()
        self.configure_feeds("max_per_host = 8")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.guids(), set(self.FEEDS))
        streams = self.http2.streams()
        self.assertEqual(sorted(path for _, path in streams), sorted("/" + name for name in self.FEEDS))
        self.assertEqual(len({connection for connection, _ in streams}), 1, self.http2.log())
        self.assertIn("The negotiated protocol: h2", self.http2.log())

    def test_what_has_not_changed_is_not_sent_again(self):
        self.serve()
        self.configure_feeds()
        self.assertEqual(self.run_once().status, 0)
        changed = self.http2.documents / "f3"
        changed.write_bytes(rss([("f3", "FRA DEU pact signed", "Body of f3."), ("new", "FRA ITA pact", "More.")]))
        os.utime(changed, (changed.stat().st_mtime + 60, changed.stat().st_mtime + 60))
        self.restart()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.guids(), {*self.FEEDS, "new"})
        statuses = re.findall(r":status: (\d+)", self.http2.log())
        self.assertEqual([statuses.count(code) for code in ("200", "304")], [1, 7], self.http2.log())

    def test_a_compressed_error_page_is_told_and_the_others_go_on(self):
        self.serve("--error-gzip")
        (self.http2.documents / "f5").unlink()
        self.configure_feeds()
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        told = [line for line in run.log.splitlines() if "could not be fetched" in line]
        self.assertEqual(len(told), 1, run.log)
        self.assertIn("source.f5", told[0])
        self.assertIn("the server answers 404", told[0])
        self.assertEqual(self.guids(), set(self.FEEDS) - {"f5"})

    def test_a_certificate_that_nobody_trusts_is_refused(self):
        self.serve()
        self.server.routes["/good"] = (200, {}, rss([("g", "FRA ITA pact", "Good.")]))
        self.configure_feeds(trust=False, more=[self.source("good", "/good")])
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        told = [line for line in run.log.splitlines() if "could not be fetched" in line]
        self.assertEqual(len(told), len(self.FEEDS), run.log)
        self.assertIn("certificate", told[0])
        self.assertEqual(self.http2.streams(), [])
        self.assertEqual(self.guids(), {"g"})


if __name__ == "__main__":
    unittest.main()
