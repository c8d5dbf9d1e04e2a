"""Services: what query/1 and command/1 give them, and that their failures take nothing with them."""
import json
import os
import shutil
import signal
import socket
import time

from support import TEST_PLUGINS, EntenteTest, feed


class Services(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.path = str(self.folder / "herald")

    def herald(self, *lines):
        return "\n".join(["[service.herald]", "plugin = herald", "listen = %s" % self.path, *lines])

    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(self.path)
            client.sendall(line.encode() + b"\n")
            answer = b""
            while part := client.recv(65536):
                answer += part
        return answer.decode()

    def run_daemon(self, *sections):
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH, *sections)
        process = self.start()
        self.wait_for(self.alerts, "the alert")
        return process

    def stop(self, process):
        process.terminate()
        return process.wait(timeout=30)

    def body(self, answer):
        kind, rest = answer.split(" ", 1)
        self.assertEqual(kind, "0", answer)
        return json.loads(rest.rsplit("|", 3)[0])

    def test_a_service_asks_and_commands(self):
        process = self.run_daemon(self.herald())
        self.wait_for(lambda: (self.folder / "herald").exists(), "the socket")
        health = self.body(self.ask("ask health"))
        self.assertEqual(health["counts"]["events"], 1)
        changes = self.body(self.ask("ask changes"))
        self.assertEqual([row["kind"] for row in changes["changes"]], ["event", "alert"])
        event = self.body(self.ask("ask event id " + changes["changes"][0]["event"]))
        self.assertEqual(event["told_by"][0]["item"][0]["title"], "UZB KAZ pact signed")
        self.assertEqual(self.body(self.ask("ask changes after " + changes["id"]))["changes"], [])
        self.assertIn("being fetched", self.body(self.ask('run {"command":"fetch","target":"source.one"}'))["text"])
        self.assertIn("ada asks for a fetch of source.one", self.log())
        self.assertEqual(self.stop(process), 0, self.log())

    def test_wrong_questions_are_told_where_they_are_wrong(self):
        process = self.run_daemon(self.herald())
        self.wait_for(lambda: (self.folder / "herald").exists(), "the socket")
        for line, kind, text in [("ask nothing", "2", "there is no question 'nothing'"),
                                 ("ask event", "1", "id: is needed"),
                                 ("ask event id zzz", "2", "there is no event zzz"),
                                 ("ask event di 1", "1", "nearest: id"),
                                 ("ask changes after x", "1", "is no id of a message"),
                                 ("ask changes limit 0", "1", "no whole number from 1"),
                                 ("run {", "1", "not JSON"),
                                 ('run {"command":"dance"}', "1", "dance"),
                                 ('run {"command":"recode","target":"x"}', "4", "cannot be done in this way")]:
            answer = self.ask(line)
            self.assertEqual(answer.split()[0], kind, (line, answer))
            self.assertIn(text, answer)
        self.assertEqual(self.stop(process), 0, self.log())

    def test_who_waits_is_told_of_a_commit(self):
        process = self.run_daemon(self.herald())
        self.wait_for(lambda: (self.folder / "herald").exists(), "the socket")
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(self.path)
            client.sendall(b"wait\n")
            time.sleep(0.3)
            self.assertEqual(self.entente("fetch", "one").status, 0)
            self.assertEqual(client.recv(100), b"changed\n")
        self.assertEqual(self.stop(process), 0, self.log())

    def test_services_that_fail_take_nothing_with_them(self):
        sections = [self.herald().replace("service.herald", "service." + word) + "\nanswer = " + word
                    for word in ("ok", "retry", "config", "fatal")]
        process = self.run_daemon(*sections)
        for text in ("service.retry: does not serve, tried again in 500 ms: as asked",
                     "service.config: parked until the configuration changes: as asked",
                     "service.fatal: broken, will be created anew in 1000 ms: as asked",
                     "service.fatal: created anew after failure 1"):
            self.wait_for_log(text)
        rows = {row["name"]: row["state"] for row in json.loads(self.entente("status", "--format", "json").out)["services"]}
        self.assertEqual((rows["service.ok"], rows["service.config"]), ("running", "parked"))
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One."), ("b", "FRA DEU pact signed", "Two.")])
        self.assertEqual(self.entente("fetch", "one").status, 0)
        self.wait_for(lambda: len(self.alerts()) == 2, "the second alert")
        self.assertEqual(self.stop(process), 0, self.log())

    def test_a_service_that_never_returns_does_not_keep_the_daemon(self):
        process = self.run_daemon(self.herald("answer = stuck"))
        begun = time.monotonic()
        self.assertNotEqual(self.stop(process), 0)
        self.assertLess(time.monotonic() - begun, 30)
        self.assertIn("serve of service.herald does not return", self.log())

    def test_a_reload_ends_what_was_taken_out_and_leaves_what_was_not_changed(self):
        process = self.run_daemon(self.herald())
        self.wait_for(lambda: (self.folder / "herald").exists(), "the socket")
        text = self.config.read_text()
        with socket.socket(socket.AF_UNIX) as held:
            held.settimeout(20)
            held.connect(self.path)
            self.reload(process, text + "\n" + self.source("two", "/one"))
            held.sendall(b"ask health\n")
            self.assertIn('"counts"', held.recv(65536).decode())
        moved = text.replace(self.path, self.path + "2")
        self.reload(process, moved)
        self.assertIn("changed service.herald", self.log())
        self.path += "2"
        self.wait_for(lambda: (self.folder / "herald2").exists(), "the other socket")
        self.assertIn('"counts"', self.ask("ask health"))
        self.reload(process, moved.replace(self.herald(), ""))
        self.assertIn("removed service.herald", self.log())
        with socket.socket(socket.AF_UNIX) as client, self.assertRaises(OSError):
            client.connect(self.path)
        self.assertEqual(self.stop(process), 0, self.log())

    def test_a_reload_by_name_that_waits_for_another_is_not_lost_to_a_third(self):
        own = self.folder / "own.so"
        self.replace(own, "pact_first.so")
        process = self.run_daemon(self.herald(), "[classifier.own]\nplugin = %s\nisolate = process\nhang_after = 5s" % own)
        self.wait_for(lambda: (self.folder / "herald").exists(), "the socket")
        self.replace(own, "pact_hang_in_start.so")
        ask = 'run {"command":"reload","target":"%s"}'
        self.assertIn("being read anew", self.body(self.ask(ask % "own"))["text"])
        self.wait_for(lambda: self.ask(ask % "source.one").startswith("0 "), "place for a second, while the first hangs")
        self.assertIn("a reload of source.one is about to begin; try again in a moment", self.ask(ask % "sink.out"))
        self.replace(own, "pact_first.so")
        self.wait_for_log("made anew: source.one")
        self.assertEqual(self.stop(process), 0, self.log())

    def replace(self, path, build):
        fresh = path.with_suffix(".new")
        shutil.copy(TEST_PLUGINS / build, fresh)
        os.rename(fresh, path)

    def reload(self, process, text):
        before = self.log().count("reloaded")
        self.config.write_text(text)
        process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: self.log().count("reloaded") > before, "the word of the reload")

    def test_a_single_run_does_not_serve(self):
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH, self.herald())
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertFalse((self.folder / "herald").exists())

    def test_a_store_that_is_replaced_is_opened_anew(self):
        process = self.run_daemon(self.herald())
        self.wait_for(lambda: (self.folder / "herald").exists(), "the socket")
        self.assertEqual(self.body(self.ask("ask health"))["counts"]["events"], 1)
        store = self.folder / "state" / "entente.db"
        store.rename(store.with_suffix(".away"))
        self.assertEqual(self.ask("ask health").split()[0], "3")
        store.with_suffix(".away").rename(store)
        self.assertEqual(self.body(self.ask("ask health"))["counts"]["events"], 1)
        self.assertEqual(self.stop(process), 0, self.log())
