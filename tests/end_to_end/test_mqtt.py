"""The sink mqtt against a real broker: Debian's mosquitto, read by mosquitto_sub."""
import json
import shutil
import socket
import subprocess
import unittest

from mail_servers import certificate
from support import EntenteTest, feed, free_port

BROKER = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/sbin:/bin")
READER = shutil.which("mosquitto_sub")


@unittest.skipUnless(BROKER and READER, "mosquitto and mosquitto-clients are not installed")
class Mqtt(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One."), ("b", "FIN SWE pact signed", "Two.")])
        self.port = free_port()

    def broker(self, *lines):
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(["listener %d 127.0.0.1" % self.port, "user root", *(lines or ("allow_anonymous true",))]) + "\n")
        broker = subprocess.Popen([BROKER, "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (broker.kill(), broker.wait()))

        def is_up():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        self.wait_for(is_up, "the broker")
        return broker

    def reader(self, *arguments):
        out = open(self.folder / "messages", "ab")
        reader = subprocess.Popen([READER, "-h", "localhost", "-p", str(self.port), "-V", "5", "-t", "#", "-q", "1", "-F", "%j",
                                   *arguments], stdout=out, stderr=subprocess.DEVNULL)
        out.close()
        self.addCleanup(lambda: (reader.kill(), reader.wait()))

    def messages(self):
        path = self.folder / "messages"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def sink(self, *lines, scheme="mqtt", host="127.0.0.1", entente="once_deadline = 20s"):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = mq",
                       "\n".join(["[sink.mq]", "plugin = mqtt", "url = %s://%s:%d" % (scheme, host, self.port), *lines]),
                       entente=entente)

    def states(self):
        out = self.entente("delivery", "list", "--format", "jsonl").out
        return {json.loads(line)["id"]: json.loads(line)["state"] for line in out.splitlines()}

    def deliver(self, *lines, **settings):
        """A reader that is there, which the sink's retained messages do not need, and a run."""
        self.sink("retain = yes", *lines, **settings)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def test_alerts_are_published_with_their_delivery_and_acknowledged(self):
        self.broker()
        self.deliver("topic = alerts/{{watch}}/{{delivery}}")
        self.reader()
        self.wait_for(lambda: len(self.messages()) == 2, "both messages")
        for message in self.messages():
            payload = message["payload"] if isinstance(message["payload"], dict) else json.loads(message["payload"])
            self.assertEqual(message["topic"], "alerts/pacts/" + payload["delivery"])
            self.assertEqual(message["properties"]["user-properties"]["delivery"], payload["delivery"])
            self.assertEqual(message["qos"], 1)
            self.assertEqual(payload["event"]["type"], "agreement")
        self.assertEqual(set(self.states().values()), {"delivered"})

    def test_the_older_protocol_a_template_and_a_test(self):
        self.broker()
        (self.folder / "body").write_text('{"who":"{{actors}}"}')
        self.sink("template = body", "version = 3.1.1", "topic = t/{{headline}}", "retain = yes", "qos = 2")
        run = self.entente("sink", "test", "mq")
        self.assertEqual(run.status, 0, run.log)
        self.reader()
        self.wait_for(self.messages, "the message")
        self.assertIn("FIN, SWE", json.dumps(self.messages()[0]["payload"]))

    def test_a_broker_that_is_down_keeps_nothing_back_but_its_own(self):
        self.sink("retry_min = 1s", "topic = {{delivery}}", "retain = yes")
        self.config.write_text(self.config.read_text().replace("to = mq", "to = mq, out"))
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 2, "the other sink's alerts")
        self.wait_for(lambda: "Connection refused" in self.entente("delivery", "list").out, "the reason")
        self.broker()
        self.wait_for(lambda: set(self.states().values()) == {"delivered"}, "the deliveries", 60)
        self.reader()
        self.wait_for(lambda: len(self.messages()) == 2, "both messages")

    def test_a_broker_that_dies_and_comes_back(self):
        broker = self.broker()
        self.sink("topic = {{delivery}}", "retain = yes", "retry_min = 1s")
        self.start()
        self.wait_for(lambda: set(self.states().values()) == {"delivered"} and self.states(), "the first two")
        broker.kill()
        broker.wait()
        self.server.routes["/feed"] = feed([("c", "NOR DNK pact signed", "Three.")])
        self.wait_for(lambda: "pending" in self.states().values(), "a delivery that waits")
        self.broker()
        self.wait_for(lambda: list(self.states().values()) == ["delivered"] * 3, "the third", 60)

    def test_a_wrong_password_is_told(self):
        passwords = self.folder / "passwords"
        subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "entente", "secret"], check=True, stderr=subprocess.DEVNULL)
        self.broker("allow_anonymous false", "password_file %s" % passwords)
        self.sink("user = entente", "password = mistake", entente="once_deadline = 3s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the broker refuses the connection: Not authorized")
        self.assertNotIn("mistake", run.log)
        self.sink("user = entente", "password = secret")
        self.entente("delivery", "retry", "--sink", "mq", "--state", "pending")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def test_a_broker_that_never_answers_is_left_after_its_time(self):
        silent = socket.create_server(("127.0.0.1", self.port))
        self.addCleanup(silent.close)
        self.sink("timeout = 1s", entente="once_deadline = 3s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the broker does not answer in time")

    def test_tls(self):
        cert, key = certificate(self.folder)
        self.broker("allow_anonymous true", "certfile %s" % cert, "keyfile %s" % key)
        self.sink(scheme="mqtts", host="localhost", entente="once_deadline = 3s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.sink("ca_file = %s" % cert, scheme="mqtts", host="localhost")
        self.entente("delivery", "retry", "--sink", "mq", "--state", "pending")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def test_an_address_that_cannot_be_is_told(self):
        self.sink(entente="once_deadline = 1s")
        self.config.write_text(self.config.read_text().replace(":%d" % self.port, ":99999"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assertIn("99999", run.log)


if __name__ == "__main__":
    unittest.main()
