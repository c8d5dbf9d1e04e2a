"""What the end-to-end tests share: a real HTTP server on a free loopback port, and a folder with a configuration in which
the real programs are run."""
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import unittest
from email.utils import formatdate
from xml.sax.saxutils import escape

# ctest sets both; by hand the debug build of this tree is tried.
SOURCE = pathlib.Path(os.environ.get("ENT_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("ENT_BINARY_DIR", SOURCE / "build" / "debug"))
ENTENTED = BUILD / "entented"
ENTENTE = BUILD / "entente"
TEST_PLUGINS = BUILD / "tests" / "plugins"
# Where plugins run whose tests do not say: it must make no difference.
ISOLATE = os.environ.get("ENT_TEST_ISOLATE", "")


def free_port():
    """A port of 127.0.0.1 for a server that cannot choose one itself. It is none of those that the kernel gives away: between this
    look and the server's own bind, or while the server is down, no other test's connection gets it."""
    given = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for _ in range(1000):
        port = random.randrange(10000, given)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port below %d is free" % given)


class Request:
    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.headers = dict((name.lower(), value) for name, value in handler.headers.items())
        self.body = body
        self.at = time.monotonic()


class Server:
    """Answers by `routes`: a path to a function of (handler, request), or to (status, headers, body)."""

    def __init__(self, address="127.0.0.1"):
        self.routes = {}
        self.requests = []
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self, self.rfile.read(length))
                with outer.lock:
                    outer.requests.append(request)
                route = outer.routes.get(self.path.split("?")[0], (404, {}, b"not here"))
                if callable(route):
                    route = route(self, request)
                    if route is None:
                        self.close_connection = True
                        return
                status, headers, body = route
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = respond

            def log_message(self, *arguments):
                pass

        class Threading(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, address):
                pass

        self.server = Threading((address, 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def seen(self, path):
        with self.lock:
            return [request for request in self.requests if request.path == path]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def rss(items, title="Test feed"):
    """An RSS document of (guid, title, body) or (guid, title, body, published as a Unix time)."""
    out = ['<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>%s</title>' % escape(title)]
    for guid, headline, body, *rest in items:
        date = formatdate(rest[0] if rest else 1700000000)
        out.append('<item><guid isPermaLink="false">%s</guid><title>%s</title><link>https://example.org/%s</link>'
                   "<pubDate>%s</pubDate><description>%s</description></item>"
                   % (escape(guid), escape(headline), escape(guid), date, escape(body)))
    out.append("</channel></rss>")
    return "".join(out).encode()


def feed(items, **headers):
    return (200, {"Content-Type": "application/rss+xml", **{k.replace("_", "-"): v for k, v in headers.items()}}, rss(items))


class Run:
    def __init__(self, completed):
        self.status = completed.returncode
        self.out = completed.stdout.decode(errors="replace")
        self.log = completed.stderr.decode(errors="replace")


class EntenteTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="entente-"))
        # Registered first, so it runs last.
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.server = Server()
        self.addCleanup(self.server.close)
        self.alerts_path = self.folder / "alerts.jsonl"
        self.config = self.folder / "entente.ini"
        self.processes = []

    def configure(self, *sections, entente=""):
        """Writes the configuration: [entente], a jsonl sink named out, and the sections given."""
        text = "[entente]\nstate_dir = %s\nplugin_path = %s\n%s\n" % (self.folder / "state", TEST_PLUGINS, entente)
        if ISOLATE and "isolate" not in entente:
            text += "isolate = %s\n" % ISOLATE
        text += "[sink.out]\nplugin = jsonl\npath = %s\n\n" % self.alerts_path
        text += "\n\n".join(sections) + "\n"
        self.config.write_text(self.of_any_age(text))

    @staticmethod
    def of_any_age(text):
        """The articles of tests are years old: what they tell alerts all the same, unless a watch says otherwise."""
        parts = re.split(r"(?m)^(?=\[)", text)
        return "".join(re.sub(r"^(\[watch\.[^\n]*\n)", r"\1max_age = 36500d\n", part)
                       if "max_age" not in part and "from = archive" not in part else part for part in parts)

    def source(self, name, path, *lines):
        return "\n".join(["[source.%s]" % name, "plugin = feed", "url = %s%s" % (self.server.url, path),
                          "allow_private = yes", *lines])

    PACT = "[classifier.pact]\nplugin = pact"
    WATCH = "[watch.pacts]\nwhen = type = agreement\nto = out"

    def run_once(self, timeout=120, **environment):
        completed = subprocess.run([ENTENTED, "-c", self.config, "--once"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, timeout=timeout, cwd=self.folder,
                                   env={**os.environ, **environment})
        run = Run(completed)
        if "Sanitizer" in run.log:
            self.fail(run.log)
        return run

    def start(self):
        log = open(self.folder / "log", "ab")
        process = subprocess.Popen([ENTENTED, "-c", self.config], stdout=log, stderr=log, cwd=self.folder)
        log.close()
        self.processes.append(process)
        self.addCleanup(self.kill, process)
        return process

    def kill(self, process):
        if process.poll() is None:
            process.kill()
        process.wait()
        if "Sanitizer" in self.log():
            self.fail(self.log())

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def wait_for(self, condition, what, timeout=60):
        """The time ends a test that hangs and measures nothing: far more than a slow machine takes."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        self.fail("%s did not come about\n%s" % (what, self.log()))

    def runner_of(self, plugin):
        """The process that hosts the plugin's instances, as the running daemon tells; None where there is none."""
        told = self.entente("status", "--format", "json").out
        processes = json.loads(told).get("processes", []) if told.startswith("{") else []
        return next((row["process"] for row in processes if row["plugin"] == plugin and row["process"]), None)

    def wait_for_log(self, text, timeout=60):
        self.wait_for(lambda: text in self.log(), '"%s" in the log' % text, timeout)

    def alerts(self):
        if not self.alerts_path.exists():
            return []
        whole = self.alerts_path.read_text().rpartition("\n")[0]  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    def entente(self, *arguments):
        completed = subprocess.run([ENTENTE, "-c", self.config, *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, timeout=60, cwd=self.folder)
        return Run(completed)

    def assert_log(self, run, *texts):
        for text in texts:
            self.assertIn(text, run.log)
