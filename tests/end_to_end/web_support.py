"""What the tests of the plugin web share: a daemon with an archive made from a feed, and a client that speaks plain HTTP."""
import http.client
import json
import re
import socket
import time
import urllib.parse

from support import EntenteTest, feed

# Invented articles that the coder reads; the last two bear what a hostile publisher might write.
ARTICLES = [
    ("a", "Finland and Sweden hold exercise in Lapland",
     "Finland and Sweden opened a joint field exercise in Lapland on Monday, the Finnish Defence Ministry said."),
    ("b", "Turkey delivers drones to Kyrgyzstan",
     "Turkey delivered six Bayraktar TB2 drones to Kyrgyzstan on Tuesday, the Kyrgyz Defence Ministry said."),
    ("c", "British instructors train Kenyan marines",
     "British instructors finished training Kenyan marines in Mombasa on Wednesday, the Kenyan army said."),
    # Escaped here and again by the feed: what a reader sees are the tags themselves.
    ("d", "Poland buys howitzers from South Korea &lt;script&gt;alert(1)&lt;/script&gt;",
     "Poland signed a contract to buy 212 K9 howitzers &lt;script&gt;alert(1)&lt;/script&gt; from South Korea for $2.4 billion. "
     "&lt;img src=x onerror=alert(2)&gt; \"quoted\" & 'single' \u202eoverride\u202c said the ministry."),
    ("e", "Norway grants boats to Moldova ]]> </textarea><svg onload=alert(3)>",
     "Norway granted four patrol boats to Moldova on Friday, the Norwegian Defence Ministry said. {{constructor.constructor('alert(4)')()}}"),
]


class WebTest(EntenteTest):
    LISTEN = "127.0.0.1:0"
    context = None  # of TLS; plain HTTP without

    def setUp(self):
        super().setUp()
        self.server.routes["/one"] = feed(ARTICLES)

    def configure_web(self, *lines, listen=None, sections=()):
        self.configure(self.source("one", "/one", "class = official"), "[classifier.coder]\nplugin = coder",
                       "[watch.all]\nwhen = confidence >= 0\nto = out",
                       "\n".join(["[service.web]", "plugin = web", "listen = %s" % (listen or self.LISTEN), *lines]), *sections)

    def run_web(self, *lines, **settings):
        self.configure_web(*lines, **settings)
        self.process = self.start()
        self.wait_for_log("serves http")
        self.port = int(re.search(r"serves https?://[^ ]*:(\d+)/", self.log()).group(1))
        self.tokens = {role: self.entente("token", "create", role, "--role", role).out.strip()
                       for role in ("read", "analyst", "admin")}
        self.wait_for(self.is_at_rest, "the end of the work")

    def is_at_rest(self):
        daemon = self.get("/api/v1/status")["daemon"]
        return daemon["items"] == len(ARTICLES) and daemon["open_items"] == 0 and len(self.alerts()) >= 4

    def stop(self):
        self.process.terminate()
        self.assertEqual(self.process.wait(timeout=30), 0, self.log())

    def request(self, method, path, body=None, role="read", headers=None, host=None):
        """(status, headers, bytes)"""
        if self.context:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=self.context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": host or "127.0.0.1:%d" % self.port, **(headers or {})}
        if role:
            sent["Authorization"] = "Bearer " + self.tokens[role]
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body, sent)
            reply = connection.getresponse()
            return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
        finally:
            connection.close()

    def get(self, path, status=200, role="read", **parameters):
        if parameters:
            path += "?" + urllib.parse.urlencode(parameters)
        got, headers, body = self.request("GET", path, role=role)
        self.assertEqual(got, status, (path, body[:500]))
        return json.loads(body)

    def login(self, token=None):
        """The session's cookie."""
        status, headers, body = self.request("POST", "/login", {"token": token or self.tokens["analyst"]}, role=None,
                                             headers={"Origin": "http://127.0.0.1:%d" % self.port})
        self.assertEqual(status, 200, body)
        return headers["set-cookie"]

    def raw(self, data, timeout=60):
        """What the server says to these bytes, until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as client:
            client.sendall(data)
            reply = b""
            try:
                while part := client.recv(65536):
                    reply += part
            except ConnectionResetError:
                pass
            return reply

    def stream(self, role="read", last=None, timeout=60):
        client = socket.create_connection(("127.0.0.1", self.port), timeout)
        self.addCleanup(client.close)
        lines = ["GET /api/v1/stream HTTP/1.1", "Host: 127.0.0.1:%d" % self.port, "Authorization: Bearer " + self.tokens[role]]
        if last:
            lines.append("Last-Event-ID: " + last)
        client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return Stream(client)


class Stream:
    """Messages of an event stream, as (id, event, data)."""

    def __init__(self, client):
        self.client = client
        self.raw = b""   # as it comes over the line
        self.text = b""  # without the framing of chunks
        self.head = None

    def more(self):
        part = self.client.recv(65536)
        if not part:
            raise EOFError(self.text)
        self.raw += part

    def open(self):
        while b"\r\n\r\n" not in self.raw:
            self.more()
        head, self.raw = self.raw.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        return self

    def take_chunk(self):
        while b"\r\n" not in self.raw:
            self.more()
        size = int(self.raw.split(b"\r\n", 1)[0], 16)
        begin = self.raw.index(b"\r\n") + 2
        while len(self.raw) < begin + size + 2:
            self.more()
        self.text += self.raw[begin:begin + size]
        self.raw = self.raw[begin + size + 2:]
        if size == 0:
            raise EOFError(self.text)

    def next(self, seconds=60):
        end = time.monotonic() + seconds
        while True:
            while b"\n\n" not in self.text:
                if time.monotonic() > end:  # comments keep the line
                    raise TimeoutError("no message within %d seconds" % seconds)
                self.take_chunk()
            block, self.text = self.text.split(b"\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line and not line.startswith(":"))
            if "data" in fields:
                return fields.get("id"), fields.get("event"), json.loads(fields["data"])
