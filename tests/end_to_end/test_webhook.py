"""The webhook against a real HTTP peer."""
import hashlib
import hmac
import json
import time
import unittest

from support import EntenteTest, feed


class Webhook(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One.")])

    def hook(self, *lines):
        self.configure(self.source("news", "/feed"), self.PACT, "[watch.pacts]\nwhen = type = agreement\nto = hook",
                       "\n".join(["[sink.hook]", "plugin = webhook", "url = %s/hook" % self.server.url,
                                  "allow_private = yes", *lines]))

    def answers(self, *statuses, headers=None):
        left = list(statuses)
        self.server.routes["/hook"] = lambda handler, request: (left.pop(0) if len(left) > 1 else left[0], headers or {}, b"")

    def test_a_failing_receiver_gets_the_same_key_until_it_takes_it(self):
        self.answers(500, 500, 200)
        self.hook()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        seen = self.server.seen("/hook")
        self.assertEqual(len(seen), 3)
        keys = {request.headers["idempotency-key"] for request in seen}
        self.assertEqual(len(keys), 1)
        alert = json.loads(seen[2].body)
        self.assertEqual(alert["delivery"], keys.pop())
        self.assertEqual(alert["watch"], "pacts")
        self.assertEqual(alert["event"]["type"], "agreement")
        self.assertEqual(seen[0].body, seen[2].body)
        self.assertEqual(seen[2].headers["content-type"], "application/json")
        self.run_once()
        self.assertEqual(len(self.server.seen("/hook")), 3)

    def test_presets_speak_as_their_receivers_want(self):
        self.answers(200)
        self.hook("preset = slack")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        [request] = self.server.seen("/hook")
        text = json.loads(request.body)["text"]
        self.assertTrue(text.startswith("*UZB, KAZ: agreement/framework signed"), text)
        self.assertIn("\n> UZB KAZ pact signed\nhttps://example.org/a", text)

    def test_a_matrix_message_bears_the_delivery_as_its_transaction(self):
        class Below(dict):
            """The id is not known before: whatever is asked below /hook/ is answered."""

            def get(self, path, default=None):
                return super().get("/hook" if path.startswith("/hook/") else path, default)

        self.answers(200)
        self.server.routes = Below(self.server.routes)
        self.hook("preset = matrix")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        [request] = [request for request in self.server.requests if request.method == "PUT"]
        self.assertEqual(request.path, "/hook/" + request.headers["idempotency-key"])
        self.assertEqual(json.loads(request.body)["msgtype"], "m.text")

    def test_a_template_makes_the_body(self):
        (self.folder / "body").write_text('{"watch":"{{watch}}","who":"{{actors}}"}')
        self.answers(200)
        self.hook("template = %s" % (self.folder / "body"))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(json.loads(self.server.seen("/hook")[0].body), {"watch": "pacts", "who": "UZB, KAZ"})

    def test_a_refusal_is_not_repeated(self):
        self.answers(410)
        self.hook()
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "sink.hook", "410 Gone")
        self.assertEqual(len(self.server.seen("/hook")), 1)
        self.run_once()
        self.assertEqual(len(self.server.seen("/hook")), 1)

    def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(self):
        self.answers(429, 200, headers={"Retry-After": "3"})
        self.hook()
        begun = time.monotonic()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertGreaterEqual(time.monotonic() - begun, 3)
        self.assertEqual(len(self.server.seen("/hook")), 2)

    def test_what_stays_undelivered_is_named_and_kept_for_the_next_run(self):
        self.answers(503)
        self.hook()
        self.config.write_text(self.config.read_text().replace("[entente]", "[entente]\nonce_deadline = 2s"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "sink.hook", "stays pending", "503 Service Unavailable")
        first = self.server.seen("/hook")[0].headers["idempotency-key"]
        self.answers(204)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.run_once().status != 0:
            time.sleep(0.5)
        self.assertEqual(self.server.seen("/hook")[-1].headers["idempotency-key"], first)

    def test_the_body_is_signed_and_headers_are_sent(self):
        self.answers(200)
        self.hook("secret = s3cret", "header = X-Team: desk", "authorization = Bearer t0ken")
        self.assertEqual(self.run_once().status, 0)
        request = self.server.seen("/hook")[0]
        self.assertEqual(request.headers["x-entente-signature"],
                         "sha256=" + hmac.new(b"s3cret", request.body, hashlib.sha256).hexdigest())
        self.assertEqual(request.headers["x-team"], "desk")
        self.assertEqual(request.headers["authorization"], "Bearer t0ken")

    def test_a_redirect_is_not_followed(self):
        self.server.routes["/hook"] = (302, {"Location": "/elsewhere"}, b"")
        self.hook()
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "redirects (302)", "not followed for POST")
        self.assertEqual(self.server.seen("/elsewhere"), [])

    def test_a_private_receiver_must_be_allowed(self):
        self.answers(200)
        self.hook()
        self.config.write_text(self.config.read_text().replace("/hook\nallow_private = yes", "/hook"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "sink.hook", "loopback address")
        self.assertEqual(self.server.seen("/hook"), [])


if __name__ == "__main__":
    unittest.main()
