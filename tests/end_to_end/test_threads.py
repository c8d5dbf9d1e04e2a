"""An update of an event that was told: sent as an update, as an answer to what told it first, and only where `on` asks."""
import email
import email.policy
import json
import unittest
import xml.etree.ElementTree as ElementTree

from mail_servers import Smtp, has_smtp
from support import EntenteTest, feed

STORY = [("a", "UZB KAZ pact signed", "One.")]


class Below(dict):
    """Whatever is asked below /room/ is answered."""

    def get(self, path, default=None):
        return super().get("/room" if path.startswith("/room/") else path, default)


class Threads(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes = Below(self.server.routes)
        self.server.routes["/first"] = feed(STORY)
        self.server.routes["/second"] = feed([])

    def run_twice(self, sink, on="on = new, sources"):
        """First one outlet tells the story, then another."""
        self.configure(self.source("first", "/first", "publisher = one.example", "interval = 1s", "interval_min = 1s"),
                       self.source("second", "/second", "publisher = two.example", "interval = 1s", "interval_min = 1s"),
                       self.PACT, "[watch.pacts]\nwhen = type = agreement\nto = desk\n%s" % on, sink)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.server.routes["/second"] = feed([("b", "UZB KAZ pact signed", "Two.")])
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def hook(self, path, *lines):
        return "\n".join(["[sink.desk]", "plugin = webhook", "url = %s%s" % (self.server.url, path), "allow_private = yes",
                          *lines])

    @unittest.skipUnless(has_smtp(), "aiosmtpd is not installed")
    def test_a_mail_answers_the_first(self):
        smtp = Smtp(self.folder)
        self.addCleanup(smtp.close)
        self.run_twice("\n".join(["[sink.desk]", "plugin = mail", "url = smtp://127.0.0.1:%d" % smtp.port,
                                  "from = alerts@example.org", "to = desk@example.org", "tls = no", "allow_private = yes"]))
        first, update = [email.message_from_string(mail["message"], policy=email.policy.default) for mail in smtp.mails()]
        self.assertIsNone(first["In-Reply-To"])
        self.assertEqual(update["In-Reply-To"], first["Message-ID"])
        self.assertEqual(update["References"], first["Message-ID"])
        self.assertTrue(update["Subject"].startswith("Update: "), update["Subject"])
        self.assertIn("Update (sources): ", update.get_body(("plain",)).get_content())

    def test_no_update_where_the_watch_asks_for_none(self):
        self.server.routes["/hook"] = (200, {}, b"")
        self.run_twice(self.hook("/hook"), on="")
        self.assertEqual(len(self.server.seen("/hook")), 1)

    def test_json_names_what_it_follows(self):
        self.server.routes["/hook"] = (200, {}, b"")
        self.run_twice(self.hook("/hook"))
        first, update = [json.loads(request.body) for request in self.server.seen("/hook")]
        self.assertNotIn("thread", first)
        self.assertEqual(update["thread"], first["delivery"])
        self.assertEqual(update["reason"], "sources")
        self.assertNotEqual(update["delivery"], first["delivery"])

    def test_slack_gets_the_update_into_the_thread(self):
        times = ["1700000000.000100", "1700000000.000200"]

        def post_message(handler, request):
            return 200, {"Content-Type": "application/json"}, json.dumps(
                {"ok": True, "channel": "C1", "ts": times[len(self.server.seen("/api/chat.postMessage")) - 1]}).encode()

        self.server.routes["/api/chat.postMessage"] = post_message
        self.run_twice(self.hook("/api/chat.postMessage", "preset = slack-api", "channel = C1", "authorization = Bearer xoxb"))
        first, update = [json.loads(request.body) for request in self.server.seen("/api/chat.postMessage")]
        self.assertEqual(first["channel"], "C1")
        self.assertNotIn("thread_ts", first)
        self.assertEqual(update["thread_ts"], times[0])
        self.assertTrue(update["text"].startswith("Update: *"), update["text"])
        listed = self.entente("delivery", "list", "--format", "jsonl").out
        self.assertIn(times[0], listed)

    def test_slack_says_no_with_status_200(self):
        answers = [{"ok": False, "error": "ratelimited"}, {"ok": True, "ts": "1.1"}]
        self.server.routes["/api"] = lambda handler, request: (200, {}, json.dumps(
            answers.pop(0) if len(answers) > 1 else answers[0]).encode())
        self.run_twice(self.hook("/api", "preset = slack-api", "channel = C1"), on="")
        self.assertEqual(len(self.server.seen("/api")), 2)
        answers[:] = [{"ok": False, "error": "msg_too_long"}]
        run = self.entente("sink", "test", "desk")
        self.assertEqual(run.status, 1)
        self.assertIn("msg_too_long", run.log)
        self.assertIn("would not try again", run.log)

    def test_matrix_gets_the_update_into_the_thread(self):
        self.server.routes["/room"] = (200, {}, b'{"event_id":"$first"}')
        self.run_twice(self.hook("/room", "preset = matrix"))
        first, update = [json.loads(request.body) for request in self.server.requests if request.method == "PUT"]
        self.assertNotIn("m.relates_to", first)
        self.assertEqual(update["m.relates_to"]["event_id"], "$first")
        self.assertEqual(update["m.relates_to"]["m.in_reply_to"]["event_id"], "$first")

    def test_a_template_has_what_the_receiver_said(self):
        (self.folder / "body").write_text('{"text":"{{headline}}","parent":"{{receipt}}","thread":"{{thread}}"}')
        self.server.routes["/hook"] = (201, {}, b'{"number":4711}')
        self.run_twice(self.hook("/hook", "template = body", "receipt = number"))
        first, update = [json.loads(request.body) for request in self.server.seen("/hook")]
        self.assertEqual((first["parent"], first["thread"]), ("", ""))
        self.assertEqual(update["parent"], "4711")
        self.assertEqual(update["thread"], self.server.seen("/hook")[0].headers["idempotency-key"])

    def test_a_feed_of_alerts_marks_it_as_an_answer(self):
        self.run_twice("[sink.desk]\nplugin = atom\npath = feed.xml")
        atom = "{http://www.w3.org/2005/Atom}"
        update, first = ElementTree.parse(self.folder / "feed.xml").getroot().findall(atom + "entry")
        answer = update.find("{http://purl.org/syndication/thread/1.0}in-reply-to")
        self.assertEqual(answer.get("ref"), first.find(atom + "id").text)

    def test_an_update_waits_for_the_first(self):
        answers = [500, 500, 500, 200]
        self.server.routes["/hook"] = lambda handler, request: (answers.pop(0) if len(answers) > 1 else answers[0], {}, b"")
        self.configure(self.source("first", "/first", "publisher = one.example", "interval = 1s", "interval_min = 1s"),
                       self.source("second", "/second", "publisher = two.example", "interval = 1s", "interval_min = 1s"),
                       self.PACT, "[watch.pacts]\nwhen = type = agreement\nto = desk\non = new, sources",
                       self.hook("/hook", "retry_min = 2s", "retry_max = 2s"))
        self.start()
        self.wait_for(lambda: self.server.seen("/hook"), "a first attempt")
        self.server.routes["/second"] = feed([("b", "UZB KAZ pact signed", "Two.")])
        self.wait_for(lambda: len(self.server.seen("/hook")) >= 5, "the update")
        bodies = [json.loads(request.body) for request in self.server.seen("/hook")]
        self.assertEqual([body["reason"] for body in bodies], ["new"] * 4 + ["sources"])
        self.assertEqual(bodies[4]["thread"], bodies[0]["delivery"])


if __name__ == "__main__":
    unittest.main()
