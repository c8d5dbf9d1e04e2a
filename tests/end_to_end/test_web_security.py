"""The plugin web and those who mean it ill: strangers, foreign pages, half requests, hostile texts."""
import json
import re
import socket
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree

from web_support import WebTest


class Security(WebTest):
    def setUp(self):
        super().setUp()
        self.run_web()

    def tearDown(self):
        self.assertEqual(self.request("GET", "/api/v1/me")[0], 200, "it still serves")
        self.stop()

    def test_nothing_is_told_to_strangers(self):
        for path in ("events", "events/aaaaaaaa", "items", "items/aaaaaaaa/explanation", "alerts", "feeds", "facets", "places", "dyads", "timeline", "health", "status",
                     "stream", "exports/events.csv", "exports/events.jsonl", "changes", "position", "watches", "me", "rule?when=x",
                     "rule/try?when=x", "vocabulary"):
            status, headers, body = self.request("GET", "/api/v1/" + path, role=None)
            self.assertEqual(status, 401, path)
            self.assertNotIn(b"Lapland", body)
        for path in ("/metrics", "/feeds/events.atom", "/feeds/alerts.atom"):
            status, headers, body = self.request("GET", path, role=None)
            self.assertEqual((status, headers["www-authenticate"].split()[0]), (401, "Bearer" if path == "/metrics" else "Basic"))
        self.assertEqual(self.request("POST", "/api/v1/commands", {"command": "reload"}, role=None)[0], 401)

    def test_roles_bound_what_may_be_done(self):
        for command, role, status in [("event-confirm", "read", 403), ("reload", "analyst", 403), ("token-revoke", "analyst", 403),
                                      ("fetch", "read", 403), ("stop", "admin", 404), ("recode", "admin", 404),
                                      ("token-create", "admin", 404), ("session-create", "admin", 404), ("nothing", "admin", 404)]:
            got, headers, body = self.request("POST", "/api/v1/commands", {"command": command, "target": "x"}, role=role)
            self.assertEqual(got, status, (command, body))
        got, headers, body = self.request("POST", "/api/v1/commands", {"command": "event-confirm", "target": "x",
                                                                       "arguments": {"author": "somebody else"}}, role="analyst")
        self.assertEqual(got, 400, body)

    def test_wrong_tokens_are_refused_and_guessing_is_slowed(self):
        good = self.tokens["read"]
        for token in ("", "x", good[:-1], good + "a", good[:-1] + ("A" if good[-1] != "A" else "B"), "ent_" + "0" * 12 + "_" + "A" * 43):
            status, headers, body = self.request("GET", "/api/v1/me", role=None, headers={"Authorization": "Bearer " + token})
            self.assertIn(status, (401, 429), token)
        status, headers, body = self.request("GET", "/api/v1/me", role=None, headers={"Authorization": "Bearer x"})
        self.assertEqual(status, 429, body)
        status, headers, body = self.request("POST", "/login", {"token": "x"}, role=None,
                                             headers={"Origin": "http://127.0.0.1:%d" % self.port})
        self.assertEqual(status, 429, body)

    def test_a_browser_logs_in_and_out(self):
        cookie = self.login()
        for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, cookie)
        shown = {"Cookie": cookie.split(";")[0]}
        self.assertEqual(self.request("GET", "/api/v1/me", role=None, headers=shown)[0], 200)
        own = {"Origin": "http://127.0.0.1:%d" % self.port, **shown}
        self.assertEqual(self.request("POST", "/api/v1/commands", {"command": "fetch", "target": "source.one"}, role=None,
                                      headers=own)[0], 200)
        self.assertEqual(self.request("POST", "/logout", role=None, headers=own)[0], 200)
        self.assertEqual(self.request("GET", "/api/v1/me", role=None, headers=shown)[0], 401)

    def test_a_session_outlives_the_daemon_and_ends_with_its_token(self):
        shown = {"Cookie": self.login().split(";")[0]}
        self.process.terminate()
        self.assertEqual(self.process.wait(timeout=30), 0, self.log())
        (self.folder / "log").unlink()
        self.process = self.start()
        self.wait_for_log("serves http")
        self.port = int(re.search(r"serves https?://[^ ]*:(\d+)/", self.log()).group(1))
        self.assertEqual(self.request("GET", "/api/v1/me", role=None, headers=shown)[0], 200)
        self.assertEqual(self.entente("token", "revoke", "analyst").status, 0)
        self.assertEqual(self.request("GET", "/api/v1/me", role=None, headers=shown)[0], 401)

    def test_a_foreign_page_can_make_a_browser_do_nothing(self):
        shown = {"Cookie": self.login().split(";")[0]}
        body = {"command": "fetch", "target": "source.one"}
        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://127.0.0.1:1"},
                        {"Origin": "http://127.0.0.1:%d" % self.port, "Sec-Fetch-Site": "cross-site"},
                        {"Origin": "http://127.0.0.1:%d.evil.example" % self.port}):
            status, _, reply = self.request("POST", "/api/v1/commands", body, role=None, headers={**shown, **headers})
            self.assertEqual(status, 403, (headers, reply))
            self.assertEqual(self.request("POST", "/login", {"token": self.tokens["read"]}, role=None, headers=headers)[0], 403)
            self.assertEqual(self.request("POST", "/logout", role=None, headers={**shown, **headers})[0], 403)
        status, _, reply = self.request("POST", "/api/v1/commands", json.dumps(body), role=None,
                                        headers={**shown, "Origin": "http://127.0.0.1:%d" % self.port,
                                                 "Content-Type": "text/plain"})
        self.assertEqual(status, 415, reply)
        self.assertNotIn("asks for a fetch", self.log())

    def test_a_link_is_good_once_and_for_logging_in_alone(self):
        link = self.entente("token", "login", "--role", "read").out.strip()
        self.assertTrue(link.startswith("http://127.0.0.1:"), link)
        token = link.split("#")[1]
        self.assertEqual(self.request("GET", "/api/v1/me", role=None, headers={"Authorization": "Bearer " + token})[0], 401)
        self.login(token)
        status, _, body = self.request("POST", "/login", {"token": token}, role=None,
                                       headers={"Origin": "http://127.0.0.1:%d" % self.port})
        self.assertEqual(status, 401, body)

    def test_other_names_that_lead_here_are_refused(self):
        for host in ("evil.example", "evil.example:%d" % self.port, "127.0.0.1.evil.example", ""):
            self.assertEqual(self.request("GET", "/api/v1/me", host=host or " ")[0], 421, host)
        self.assertEqual(self.request("GET", "/api/v1/me", host="localhost:%d" % self.port)[0], 200)

    def test_no_path_leads_out(self):
        for path in ("/../../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
                     "/assets/../../../etc/passwd", "/api/v1/../../etc/passwd", "/api/v1/events/..%2f..%2fstatus", "/\\..\\..\\x",
                     "/.git/config", "/" + "a" * 5000, "/%00", "/index.html%00.js"):
            status, headers, body = self.request("GET", path)
            self.assertIn(status, (400, 404, 414, 431), path)
            self.assertNotIn(b"root:", body)

    def test_every_reply_bears_the_headers_that_guard_it(self):
        for path in ("/", "/api/v1/events", "/nothing", "/api/v1/openapi.json"):
            _, headers, _ = self.request("GET", path)
            policy = headers["content-security-policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertNotIn("http", policy)
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["x-frame-options"], "DENY")
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertNotIn("server", headers)
            self.assertNotIn("access-control-allow-origin", headers)

    def test_what_is_asked_ahead_is_nothing_of_the_callers(self):
        _, headers, _ = self.request("GET", "/country/ORG%3ANATO")
        self.assertIn("</api/v1/timeline?actor=ORG%3ANATO&", headers["link"])
        hostile = "/country/" + urllib.parse.quote("a>; rel=preload, <//x.example/\r\nX-Header: y é*", safe="")
        status, headers, _ = self.request("GET", hostile)
        self.assertEqual(status, 200)
        self.assertIn("?actor=a%3E%3B+rel%3Dpreload%2C+%3C%2F%2Fx.example%2F%0D%0AX-Header%3A+y+%C3%A9*&", headers["link"])
        self.assertNotIn("x-header", headers)
        self.assertNotIn("//", headers["link"])
        for path, role in (("/country/", "read"), ("/country/USA", None), ("/country/USA?type=visit", "read"), ("/login", "read")):
            _, headers, _ = self.request("GET", path, role=role)
            self.assertNotIn("timeline", headers.get("link", ""), path)

    def test_what_is_too_large_is_refused(self):
        status, _, body = self.request("POST", "/api/v1/commands", b"x" * 70000, role="admin",
                                       headers={"Content-Type": "application/json"})
        self.assertEqual(status, 413, body)
        token = self.tokens["admin"].encode()
        head = b"GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n" % token
        self.assertNotIn(b" 200 ", self.raw(head + b"X-Large: " + b"x" * 100000 + b"\r\n\r\n").split(b"\r\n")[0])
        self.assertNotIn(b" 200 ", self.raw(b"GET /api/v1/events?text=" + b"x" * 100000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
                         .split(b"\r\n")[0])
        many = b"".join(b"X-%d: y\r\n" % i for i in range(20000))
        self.assertNotIn(b" 200 ", self.raw(head + many + b"\r\n").split(b"\r\n")[0])

    def test_what_is_no_http_is_refused(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"\x00" * 100 + b"\r\n\r\n",
                     b"GET / HTTP/9.9\r\n\r\n", b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                     b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n"):
            reply = self.raw(data)
            self.assertNotIn(b" 200 ", reply.split(b"\r\n")[0], data)

    def test_methods_that_are_none_are_refused(self):
        for method, path in (("DELETE", "/api/v1/events"), ("PUT", "/api/v1/me"), ("TRACE", "/"), ("OPTIONS", "/api/v1/events"),
                             ("GET", "/api/v1/commands"), ("POST", "/api/v1/me"), ("FROBNICATE", "/")):
            status, headers, _ = self.request(method, path)
            self.assertEqual(status, 405, (method, path))
            self.assertIn("allow", headers)

    def test_half_a_request_is_not_waited_for(self):
        begun = time.monotonic()
        drips = [socket.create_connection(("127.0.0.1", self.port), 30) for _ in range(40)]
        head = b"GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n"
        for client in drips:
            client.sendall(head)
        body = socket.create_connection(("127.0.0.1", self.port), 30)
        body.sendall(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\nContent-Type: application/json\r\n\r\n{")
        drips.append(body)
        # Others are served meanwhile.
        self.assertEqual(self.request("GET", "/api/v1/me")[0], 200)
        open_ones = list(drips)
        while open_ones and time.monotonic() - begun < 120:
            for client in list(open_ones):
                try:
                    client.sendall(b"X: y\r\n" if client is not body else b"x")
                    client.setblocking(False)
                    if client.recv(1000) == b"":
                        open_ones.remove(client)
                except BlockingIOError:
                    pass
                except OSError:
                    open_ones.remove(client)
            time.sleep(0.5)
        self.assertEqual(open_ones, [])
        for client in drips:
            client.close()

    def test_more_connections_than_there_may_be_do_not_end_it(self):
        clients = []
        for _ in range(300):
            client = socket.socket()
            client.settimeout(5)
            try:
                client.connect(("127.0.0.1", self.port))
            except OSError:
                break
            clients.append(client)
        for client in clients:
            client.close()

    def test_hostile_texts_stay_texts(self):
        events = self.get("/api/v1/events", text="howitzers")["events"]
        self.assertEqual(len(events), 1)
        status, headers, body = self.request("GET", "/api/v1/events/" + events[0]["id"])
        self.assertEqual(headers["content-type"], "application/json")
        self.assertIn("<script>", json.loads(body)["told_by"][0]["item"][0]["body"])
        status, headers, body = self.request("GET", "/feeds/events.atom")
        self.assertNotIn(b"<script>", body)
        ElementTree.fromstring(body)
        status, headers, body = self.request("GET", "/api/v1/" + "<script>alert(1)</script>")
        self.assertEqual(headers["content-type"], "application/problem+json")
