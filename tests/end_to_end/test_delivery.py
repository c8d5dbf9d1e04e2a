"""What becomes of alerts at their sinks, as people see and change it: entente delivery list|retry, entente sink test."""
import json
import time
import unittest

from support import EntenteTest, feed


class Delivery(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One."), ("b", "FIN SWE pact signed", "Two.")])
        self.server.routes["/hook"] = (200, {}, b"")

    def hook(self, *lines, entente="once_deadline = 2s"):
        self.configure(self.source("news", "/feed"), self.PACT, "[watch.pacts]\nwhen = type = agreement\nto = hook, out",
                       "\n".join(["[sink.hook]", "plugin = webhook", "url = %s/hook" % self.server.url,
                                  "allow_private = yes", *lines]), entente=entente)

    def deliveries(self, *arguments):
        run = self.entente("delivery", "list", "--format", "jsonl", *arguments)
        self.assertEqual(run.status, 0, run.log)
        return [json.loads(line) for line in run.out.splitlines()]

    def test_each_alert_and_sink_has_its_state(self):
        self.server.routes["/hook"] = (500, {}, b"out of order")
        self.hook()
        self.assertEqual(self.run_once().status, 1)
        rows = self.deliveries()
        self.assertEqual(len(rows), 4)
        self.assertEqual({(row["sink"], row["state"]) for row in rows}, {("hook", "pending"), ("out", "delivered")})
        for row in rows:
            if row["sink"] == "hook":
                self.assertGreaterEqual(row["attempts"], 1)
                self.assertIn("500", row["text"])
                self.assertTrue(row["next"])
            else:
                self.assertIsNone(row["next"])
                self.assertTrue(row["settled"])
        table = self.entente("delivery", "list", "--sink", "hook").out
        self.assertIn("pending", table)
        self.assertIn("500 Internal Server Error", table)
        self.assertNotIn("delivered", table)

    def test_what_was_given_up_is_dead_with_its_reason_until_it_is_retried(self):
        self.server.routes["/hook"] = (410, {}, b"")
        self.hook()
        self.assertEqual(self.run_once().status, 1)
        dead = self.deliveries("--state", "dead")
        self.assertEqual(len(dead), 2)
        self.assertIn("410 Gone", dead[0]["text"])
        self.assertEqual(len(self.entente("dead-letters", "list", "--format", "jsonl").out.splitlines()), 2)
        self.server.routes["/hook"] = (204, {}, b"")
        run = self.entente("delivery", "retry", dead[0]["id"][:10])
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.entente("dead-letters", "list", "--format", "jsonl").out.splitlines()), 1)
        self.assertEqual(self.entente("delivery", "retry", "--sink", "hook").status, 0)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual({row["state"] for row in self.deliveries()}, {"delivered"})
        # The receiver sees the keys that it refused before, and no others.
        keys = [request.headers["idempotency-key"] for request in self.server.seen("/hook")]
        self.assertEqual(len(keys), 4)
        self.assertEqual(set(keys), {row["id"] for row in self.deliveries("--sink", "hook")})

    def test_a_running_daemon_sends_again_at_once(self):
        self.server.routes["/hook"] = (503, {}, b"")
        self.hook("retry_min = 1h")
        self.start()
        self.wait_for(lambda: len(self.server.seen("/hook")) == 2, "the first attempts")
        self.wait_for(lambda: all(row["attempts"] for row in self.deliveries("--sink", "hook")), "their results")
        self.server.routes["/hook"] = (200, {}, b"")
        run = self.entente("delivery", "retry", "--sink", "hook", "--state", "pending")
        self.assertEqual(run.status, 0, run.log)
        self.wait_for(lambda: {row["state"] for row in self.deliveries()} == {"delivered"}, "both deliveries")
        self.assertEqual(len(self.server.seen("/hook")), 4)

    def test_what_was_delivered_is_not_sent_twice_and_unknown_ids_are_told(self):
        self.hook()
        self.assertEqual(self.run_once().status, 0)
        row = self.deliveries("--sink", "hook")[0]
        run = self.entente("delivery", "retry", row["id"])
        self.assertEqual(run.status, 2)
        self.assertIn("it is not sent twice", run.log)
        run = self.entente("delivery", "retry", "0123456789")
        self.assertEqual(run.status, 2)
        self.assertIn("there is no delivery 0123456789", run.log)
        self.assertEqual(self.entente("delivery", "retry").status, 2)

    def test_a_delivery_is_given_up_after_its_time(self):
        self.server.routes["/hook"] = (500, {}, b"")
        self.hook("give_up = 2s", "retry_max = 1s", entente="once_deadline = 30s")
        self.assertEqual(self.run_once().status, 1)
        dead = self.deliveries("--state", "dead")
        self.assertEqual(len(dead), 2)
        self.assertIn("not done by its deadline", dead[0]["text"])
        self.assertGreater(dead[0]["attempts"], 1)

    # ---- sink test ----

    def test_a_sample_goes_through_the_real_sink_without_a_daemon(self):
        self.hook("secret = s3cret")
        run = self.entente("sink", "test", "hook")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("sink.hook: delivered the test", run.out)
        [request] = self.server.seen("/hook")
        alert = json.loads(request.body)
        self.assertEqual(alert["reason"], "test")
        self.assertTrue(alert["headline"].startswith("TEST"))
        self.assertIn("x-entente-signature", request.headers)
        self.assertFalse((self.folder / "state").exists())

    def test_a_sample_that_is_refused_says_why(self):
        self.server.routes["/hook"] = (403, {}, b"no such channel")
        self.hook()
        run = self.entente("sink", "test", "sink.hook")
        self.assertEqual(run.status, 1)
        self.assertIn("403 Forbidden", run.log)
        self.assertIn("would not try again", run.log)
        self.server.routes["/hook"] = lambda handler, request: time.sleep(4)
        run = self.entente("sink", "test", "hook", "--timeout", "1")
        self.assertEqual(run.status, 1)
        self.assertIn("no answer came in time", run.log)

    def test_the_console_prints_by_a_template(self):
        (self.folder / "line").write_text("{{#alerts}}\n* {{watch}}: {{actors}}\n{{/alerts}}\n")
        self.hook()
        with self.config.open("a") as config:
            config.write("\n[sink.screen]\nplugin = console\ntemplate = line\n")
        run = self.entente("sink", "test", "screen")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("* test: FIN, SWE\n", run.out)

    def test_a_sink_that_is_not_there_is_told_with_the_nearest_name(self):
        self.hook()
        run = self.entente("sink", "test", "hok")
        self.assertEqual(run.status, 2)
        self.assertIn("no [sink.hok]; nearest: hook", run.log)
        self.config.write_text(self.config.read_text().replace("plugin = webhook", "plugin = webhook\nmistake = 1"))
        run = self.entente("sink", "test", "hook")
        self.assertEqual(run.status, 2)
        self.assertIn("mistake", run.log)
        self.assertEqual(self.server.seen("/hook"), [])

    def test_a_sample_leaves_a_running_daemon_and_its_feed_of_alerts_alone(self):
        self.hook()
        with self.config.open("a") as config:
            config.write("\n[sink.page]\nplugin = atom\npath = %s\n" % (self.folder / "feed.xml"))
        self.config.write_text(self.config.read_text().replace("to = hook, out", "to = hook, out, page"))
        self.start()
        self.wait_for(lambda: len(self.server.seen("/hook")) == 2, "the deliveries")
        self.wait_for(lambda: (self.folder / "feed.xml").exists() and
                      (self.folder / "feed.xml").read_text().count("<entry>") == 2, "the feed of alerts")
        self.wait_for(lambda: len(self.deliveries("--state", "delivered")) == 6, "the log")
        for name in ("hook", "out", "page"):
            run = self.entente("sink", "test", name)
            self.assertEqual(run.status, 0, run.log)
        self.assertEqual((self.folder / "feed.xml").read_text().count("<entry>"), 3)
        self.assertEqual(len(self.deliveries()), 6)


if __name__ == "__main__":
    unittest.main()
