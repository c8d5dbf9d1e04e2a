"""The sink mqtt against a real broker: Debian's mosquitto, read by mosquitto_sub; and against peers that are none. Run wherever plugins
run (ENT_TEST_ISOLATE)."""
import json
import shutil
import signal
import socket
import subprocess
import threading
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
        whole = path.read_text().rpartition("\n")[0] if path.exists() else ""  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    def sink(self, *lines, scheme="mqtt", host="127.0.0.1", entente="once_deadline = 20s"):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = mq",
                       "\n".join(["[sink.mq]", "plugin = mqtt", "url = %s://%s:%d" % (scheme, host, self.port),
                                  "allow_private = yes", *lines]),
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
        self.sink("user = entente", "password = mistake", entente="once_deadline = 1s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the broker refuses the connection: Not authorized")
        self.assertNotIn("mistake", run.log)
        self.sink("user = entente", "password = secret")
        self.entente("delivery", "retry", "--sink", "mq", "--state", "pending")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def test_a_broker_that_stops_in_the_middle_gets_the_rest_later(self):
        broker = self.broker()
        self.sink("topic = {{delivery}}", "retain = yes", "qos = 2", "timeout = 1s", "retry_min = 1s")
        self.start()
        self.wait_for(lambda: set(self.states().values()) == {"delivered"} and self.states(), "the first two")
        broker.send_signal(signal.SIGSTOP)
        self.server.routes["/feed"] = feed([("c", "NOR DNK pact signed", "Three.")])
        self.wait_for(lambda: "the broker does not answer in time" in self.entente("delivery", "list").out, "the reason")
        broker.send_signal(signal.SIGCONT)
        self.wait_for(lambda: list(self.states().values()) == ["delivered"] * 3, "the third", 60)
        self.reader()
        self.wait_for(lambda: len(self.messages()) == 3, "all messages")

    def test_each_quality_in_both_versions(self):
        self.broker("allow_anonymous true", "max_inflight_messages 1")
        wanted = set()
        for version in ("5", "3.1.1"):
            for qos in (0, 1, 2):
                self.sink("topic = %s/%d" % (version, qos), "version = %s" % version, "qos = %d" % qos, "retain = yes")
                run = self.entente("sink", "test", "mq")
                self.assertEqual(run.status, 0, run.log)
                wanted.add(("%s/%d" % (version, qos), qos))
        self.sink("topic = gone", "retain = no")
        self.assertEqual(self.entente("sink", "test", "mq").status, 0)
        self.reader("-q", "2")
        self.wait_for(lambda: len(self.messages()) >= len(wanted), "the retained messages")
        self.assertEqual({(message["topic"], message["qos"]) for message in self.messages()}, wanted)

    def test_what_a_broker_does_not_take_is_told(self):
        self.broker("allow_anonymous true", "max_packet_size 300", "retain_available false")
        self.sink("retain = yes")
        run = self.entente("sink", "test", "mq")
        self.assertNotEqual(run.status, 0)
        self.assertIn("the broker retains no messages; set retain = no", run.out + run.log)
        self.sink()
        run = self.entente("sink", "test", "mq")
        self.assertNotEqual(run.status, 0)
        self.assertIn("the broker takes 300 at most", run.out + run.log)

    # ---- peers that are no broker, or a bad one ----

    def peer(self, talk):
        """Calls `talk` with each connection; what it does not hear or say any more is the sink's to bear."""
        listener = socket.create_server(("127.0.0.1", self.port))

        def serve():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    try:
                        client.recv(1000)
                        talk(client)
                    except OSError:
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.addCleanup(lambda: (listener.shutdown(socket.SHUT_RDWR), listener.close(), thread.join()))

    def tells(self, talk, text, *lines, deadline="1s"):
        self.peer(talk)
        self.sink("timeout = 1s", *lines, entente="once_deadline = %s" % deadline)
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        self.assert_log(run, text)
        self.assertEqual(set(self.states().values()), {"pending"})

    def test_a_broker_that_never_answers_is_left_after_its_time(self):
        self.tells(lambda client: client.recv(1000), "the broker does not answer in time", deadline="2s")

    def test_one_with_tls_that_never_answers_is_left_after_its_time(self):
        listener = socket.create_server(("127.0.0.1", self.port))
        self.addCleanup(listener.close)
        self.sink("timeout = 1s", scheme="mqtts", entente="once_deadline = 2s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the broker does not answer in time")

    def test_one_that_closes_at_once(self):
        self.tells(lambda client: None, "the broker closed the connection")

    def test_one_that_speaks_something_else(self):
        self.tells(lambda client: client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 1000), "what answers is no MQTT broker")

    def test_a_length_past_all_bounds(self):
        self.tells(lambda client: client.sendall(b"\x20\xff\xff\xff\x7f" + bytes(200000)),
                   "the broker sends a packet that is larger than any answer is")

    def test_a_packet_that_ends_early(self):
        self.tells(lambda client: client.sendall(b"\x20\x05\x00\x00\x09\x21\x00"), "the broker sends a packet that is malformed")

    def test_an_acknowledgement_of_what_was_not_sent(self):
        def talk(client):
            client.sendall(b"\x20\x03\x00\x00\x00")
            client.recv(100000)
            client.sendall(b"\x40\x02\x03\xe7")
            client.recv(1000)

        self.tells(talk, "the broker acknowledges a message that it was not sent (number 999)")

    def test_one_that_acknowledges_nothing(self):
        def talk(client):
            client.sendall(b"\x20\x03\x00\x00\x00")
            while client.recv(100000):
                pass

        self.tells(talk, "the broker does not answer in time", deadline="2s")

    def test_one_that_ends_the_connection_with_a_reason(self):
        def talk(client):
            client.sendall(b"\x20\x03\x00\x00\x00\xe0\x0b\x8b\x09\x1f\x00\x06asleep")
            client.recv(100000)

        self.tells(talk, "the broker ends the connection: Server shutting down: asleep")

    def test_one_that_does_not_know_version_5(self):
        self.tells(lambda client: client.sendall(b"\x20\x02\x00\x01"), "set version = 3.1.1")

    def test_the_end_waits_for_no_connection(self):
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(0)
        for _ in range(4):  # what it holds; further ones get no answer
            client = socket.socket()
            self.addCleanup(client.close)
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", self.port))
        self.sink("timeout = 5m")
        daemon = self.start()
        self.wait_for(self.states, "the deliveries")
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=30), 0, self.log())
        self.assertEqual(set(self.states().values()), {"pending"})

    # ---- where it may go, and TLS ----

    def test_a_private_address_wants_to_be_allowed(self):
        self.broker()
        self.sink(entente="once_deadline = 1s")
        text, _, sink = self.config.read_text().rpartition("[sink.mq]")
        self.config.write_text(text + "[sink.mq]" + sink.replace("allow_private = yes\n", ""))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "127.0.0.1:%d leads to a loopback address; set allow_private = yes" % self.port)
        self.assertIn("allow_private", self.entente("delivery", "list").out)

    def test_tls(self):
        cert, key = certificate(self.folder)
        self.broker("allow_anonymous true", "certfile %s" % cert, "keyfile %s" % key)
        self.sink(scheme="mqtts", host="localhost", entente="once_deadline = 2s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the broker's certificate is not trusted: self-signed certificate")
        (self.folder / "body").write_text('{"text":"%s"}' % ("x" * 1000000))
        for host in ("localhost", "127.0.0.1"):
            self.sink("ca_file = %s" % cert, "template = body", "qos = 2", "topic = %s" % host, "retain = yes", scheme="mqtts", host=host)
            self.entente("delivery", "retry", "--sink", "mq", "--state", "pending")
            run = self.entente("sink", "test", "mq")
            self.assertEqual(run.status, 0, run.log)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.reader("--cafile", cert)
        self.wait_for(lambda: len(self.messages()) == 2, "both messages")
        self.assertEqual({len(json.dumps(message["payload"])) // 1000000 for message in self.messages()}, {1})

    def test_a_certificate_for_another_name_is_not_believed(self):
        cert, key = self.folder / "other.pem", self.folder / "other.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other.example", "-addext",
                        "subjectAltName=DNS:other.example", "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)
        self.broker("allow_anonymous true", "certfile %s" % cert, "keyfile %s" % key)
        for host, told in (("localhost", "hostname mismatch"), ("127.0.0.1", "IP address mismatch")):
            self.sink("ca_file = %s" % cert, scheme="mqtts", host=host, entente="once_deadline = 1s")
            run = self.entente("sink", "test", "mq")
            self.assertNotEqual(run.status, 0)
            self.assertIn("the broker's certificate is not trusted: " + told, run.out + run.log)

    def test_tls_with_what_has_none_and_a_file_without_certificates(self):
        self.broker()
        (self.folder / "empty").write_text("no certificate\n")
        for line, told in (("", "no connection with TLS: "), ("ca_file = empty", "ca_file: no certificates can be read from ")):
            self.sink(line, scheme="mqtts", entente="once_deadline = 1s")
            run = self.entente("sink", "test", "mq")
            self.assertNotEqual(run.status, 0)
            self.assertIn(told, run.out + run.log)

    def test_an_address_that_cannot_be_is_told(self):
        self.sink(entente="once_deadline = 1s")
        self.config.write_text(self.config.read_text().replace(":%d" % self.port, ":99999"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assertIn("99999", run.log)


if __name__ == "__main__":
    unittest.main()
