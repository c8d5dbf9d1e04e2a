"""A slow or dead receiver costs itself and no other sink, over HTTP and SMTP: one that accepts and never answers, one that
answers 500, one that answers late, one that closes in the middle of its answer. All at once, beside good ones."""
import json
import socket
import threading
import time
import unittest

from mail_servers import Smtp, has_smtp
from support import EntenteTest, Server, feed

STATES = ("UZB", "KAZ", "FIN", "SWE", "RUS", "BLR", "KEN", "UGA")
PAIRS = [(a, b) for i, a in enumerate(STATES) for b in STATES[i + 1:]]
ALERTS = 12


class Silent:
    """Accepts connections and says nothing, ever."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                self.open.append(self.socket.accept()[0])
        except OSError:
            pass

    def close(self):
        self.socket.close()
        for one in self.open:
            one.close()


class SlowSinks(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("g%d" % i, "%s %s pact signed" % PAIRS[i], "Text.") for i in range(ALERTS)])
        self.peer = Server()  # one receiver for all, as a chat's server would be
        self.addCleanup(self.peer.close)
        self.release = threading.Event()
        self.addCleanup(self.release.set)
        self.peer.routes["/good"] = (200, {}, b"")
        self.peer.routes["/busy"] = (429, {"Retry-After": "3600"}, b"")
        self.peer.routes["/broken"] = (500, {}, b"")
        self.peer.routes["/hang"] = lambda handler, request: self.release.wait(120) and None
        self.peer.routes["/late"] = self.answer_late
        self.peer.routes["/cut"] = self.cut_short
        self.cuts = {}

    def answer_late(self, handler, request):
        time.sleep(1.5)
        return 200, {}, b""

    def cut_short(self, handler, request):
        """The first answer to each delivery breaks off within its body, the second does not."""
        key = request.headers["idempotency-key"]
        self.cuts[key] = self.cuts.get(key, 0) + 1
        if self.cuts[key] > 1:
            return 200, {}, b""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        return None

    def hook(self, name, path, *lines):
        return "\n".join(["[sink.%s]" % name, "plugin = webhook", "url = %s%s" % (self.peer.url, path), "allow_private = yes",
                          "retry_min = 1s", "retry_max = 2s", *lines])

    def mail(self, name, port, *lines):
        return "\n".join(["[sink.%s]" % name, "plugin = mail", "url = smtp://127.0.0.1:%d" % port, "from = alerts@example.org",
                          "to = desk@example.org", "tls = no", "allow_private = yes", "retry_min = 1s", "retry_max = 2s", *lines])

    def smtp(self, *arguments):
        server = Smtp(self.folder, *arguments)
        self.addCleanup(server.close)
        return server

    def start_with(self, sinks):
        names = ["out"] + [sink.split("]")[0].split(".")[1] for sink in sinks]
        self.configure(self.source("news", "/feed", "interval = 1h"), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = %s" % ", ".join(names), *sinks)
        self.start()

    def states(self, sink):
        out = self.entente("delivery", "list", "--sink", sink, "--format", "jsonl").out
        return [json.loads(line)["state"] for line in out.splitlines()]

    def keys(self, path):
        return [request.headers["idempotency-key"] for request in self.peer.seen(path)]

    def wait_for_delivered(self, sink, timeout=60):
        self.wait_for(lambda: self.states(sink) == ["delivered"] * ALERTS, "all deliveries of " + sink, timeout)

    @unittest.skipUnless(has_smtp(), "aiosmtpd is not installed")
    def test_bad_receivers_cost_themselves_alone(self):
        silent = Silent()
        self.addCleanup(silent.close)
        good = self.smtp()
        self.start_with([self.hook("hang", "/hang"), self.hook("broken", "/broken"), self.hook("busy", "/busy"),
                         self.hook("late", "/late"), self.hook("cut", "/cut"), self.mail("mutemail", silent.port),
                         self.mail("badmail", self.smtp("--answers", "451").port),
                         self.mail("hangmail", self.smtp("--answers", "hang").port),
                         self.hook("good", "/good"), self.mail("goodmail", good.port)])
        # The good ones are through while none of the bad ones has got anywhere.
        self.wait_for_delivered("good")
        self.wait_for_delivered("goodmail")
        self.wait_for_delivered("out")
        for bad in ("hang", "broken", "busy", "mutemail", "badmail", "hangmail"):
            self.assertEqual(self.states(bad), ["pending"] * ALERTS, bad)
        twice = {key for key in self.keys("/good") if self.keys("/good").count(key) > 1}
        self.assertEqual(twice, set(), self.entente("delivery", "list", "--sink", "good", "--format", "jsonl").out + self.log())
        self.assertEqual(len(self.keys("/good")), ALERTS)
        self.assertEqual(len(good.mails()), ALERTS)
        # Late is late and not lost, and not sent twice.
        self.wait_for_delivered("late", 60)
        self.assertEqual(len(self.keys("/late")), ALERTS)
        # Where the answer broke off, the delivery comes again under its key.
        self.wait_for_delivered("cut", 60)
        self.assertEqual(len(self.cuts), ALERTS)
        self.assertGreaterEqual(min(self.cuts.values()), 2)
        # Other commands and the end of the daemon wait for none of them.
        begun = time.monotonic()
        self.assertEqual(self.entente("status").status, 0)
        self.processes[0].terminate()
        self.processes[0].wait(timeout=60)
        self.assertLess(time.monotonic() - begun, 60)

    @unittest.skipUnless(has_smtp(), "aiosmtpd is not installed")
    def test_a_mail_server_that_closes_in_the_middle_gets_the_same_mail_again(self):
        server = self.smtp("--answers", "drop,drop,451,250")
        self.start_with([self.mail("mail", server.port)])
        self.wait_for_delivered("mail")
        ids = [line.split(":", 1)[1].strip() for mail in server.mails() for line in mail["message"].splitlines()
               if line.lower().startswith("message-id:")]
        self.assertEqual(len(set(ids)), ALERTS)
        self.assertGreater(len(ids), ALERTS)

    def test_what_hangs_is_tried_again_after_its_time(self):
        seen = set()

        def hang_once(handler, request):
            key = request.headers["idempotency-key"]
            if key not in seen:
                seen.add(key)
                self.release.wait(60)
                return None
            return 200, {}, b""

        self.peer.routes["/hang"] = hang_once
        self.start_with([self.hook("hang", "/hang", "timeout = 1s")])
        self.wait_for_delivered("hang", 60)
        self.assertEqual(len(seen), ALERTS)
        self.assertEqual(set(self.keys("/hang")), seen)


if __name__ == "__main__":
    unittest.main()
