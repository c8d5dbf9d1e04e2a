"""The sink exec: real programs, good ones and bad ones; among them the examples that are installed."""
import json
import time
import unittest

from support import SOURCE, EntenteTest, feed

PAIRS = ("UZB KAZ", "FIN SWE", "RUS BLR", "KEN UGA", "NOR DNK", "PER CHL")

STREAM = """#!/usr/bin/env python3
import json, os, sys, time
seen = open("seen", "a")
def say(**message):
    print(json.dumps(message), flush=True)
say(type="hello", protocol=1, name="handle", kinds=["sink"])
sys.stdin.readline()
for line in sys.stdin:
    work = json.loads(line)
    delivery = work["record"]
    seen.write(delivery["delivery"] + "\\n")
    seen.flush()
    answer = {"type": "result", "id": work["id"], "result": "ok"}
    %s
    say(**answer)
"""
HELLO = """echo '{"type":"hello","protocol":1,"name":"handle","kinds":["sink"]}'; read -r start"""


class Exec(EntenteTest):
    def setUp(self):
        super().setUp()
        self.bring(3)

    def bring(self, count):
        self.server.routes["/feed"] = feed([("g%d" % i, "%s pact signed" % PAIRS[i], "Text.") for i in range(count)])

    def program(self, text, name="handle"):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def sink(self, command, *lines, entente=""):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = prog",
                       "\n".join(["[sink.prog]", "plugin = exec", "command = %s" % command,
                                  "directory = %s" % self.folder, *lines]), entente=entente)

    def deliveries(self, *arguments):
        run = self.entente("delivery", "list", "--format", "jsonl", *arguments)
        return [json.loads(line) for line in run.out.splitlines()]

    def seen(self):
        path = self.folder / "seen"
        return path.read_text().split() if path.exists() else []

    def assert_all_delivered_once(self, count):
        rows = self.deliveries()
        self.assertEqual(len(rows), count)
        self.assertEqual({row["state"] for row in rows}, {"delivered"})

    # ---- the examples ----

    def test_the_example_that_is_started_for_each_alert(self):
        self.sink("%s '%s'" % (SOURCE / "etc/exec/sink-once.sh", self.folder / "two words.jsonl"), "mode = once")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        alerts = [json.loads(line) for line in (self.folder / "two words.jsonl").read_text().splitlines()]
        self.assertEqual({alert["delivery"] for alert in alerts}, {row["id"] for row in self.deliveries()})
        self.assertEqual({row["text"] for row in self.deliveries()}, {"line 1", "line 2", "line 3"})

    # ---- stream ----

    def test_retry_and_reject_and_texts_are_the_programs(self):
        self.program(STREAM % """
    if "FIN" in line: answer = {**answer, "result": "reject", "text": "not ours"}
    elif "RUS" in line and not os.path.exists("once"):
        open("once", "w").close()
        answer = {**answer, "result": "retry", "text": "busy", "retry_after": 1}
    else: answer["text"] = "row 7"
""")
        self.sink(self.folder / "handle")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        states = {row["headline"][:3]: (row["state"], row["text"]) for row in self.deliveries()}
        self.assertEqual(states["FIN"], ("dead", "not ours"))
        self.assertEqual(states["BLR" if "BLR" in states else "RUS"], ("delivered", "row 7"))
        self.assertEqual(len(self.seen()), 4)

    def test_a_program_that_dies_is_started_anew_and_gets_what_it_did_not_answer(self):
        self.program(STREAM % """
    if not os.path.exists("died"):
        open("died", "w").close()
        os._exit(3)
""")
        self.sink(self.folder / "handle")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "exit status 3")
        self.assert_all_delivered_once(3)

    def test_a_program_that_hangs_is_ended_and_delays_no_other_sink(self):
        self.program(STREAM % """
    if not os.path.exists("hung"):
        open("hung", "w").close()
        import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
""")
        self.sink(self.folder / "handle", "timeout = 2s", "retry_min = 1s")
        self.config.write_text(self.config.read_text().replace("to = prog", "to = prog, out"))
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 3, "the alerts of the other sink")
        self.assertFalse(self.deliveries("--sink", "prog", "--state", "delivered"))
        self.wait_for(lambda: len(self.deliveries("--sink", "prog", "--state", "delivered")) == 3, "all of this one")
        self.assertIn("did not answer in time", self.log())
        self.assertIn("killed by signal 9", self.log())

    def test_what_it_says_on_standard_error_is_in_the_log_and_nonsense_is_told(self):
        self.program(STREAM % """
    print("hello from the program", file=sys.stderr)
    print("{nonsense", flush=True)
    print(json.dumps({"type": "result", "id": 4711, "result": "ok"}), flush=True)
""")
        self.sink(self.folder / "handle")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "hello from the program", ": {nonsense", "speaks of 4711, which it has not")
        self.assert_all_delivered_once(3)

    def test_no_more_is_handed_over_than_four_batches(self):
        self.bring(6)
        self.program("#!/bin/sh\n%s\nwhile read -r line; do echo x >>seen; done\n" % HELLO)
        self.sink(self.folder / "handle", "batch = 1", "timeout = 5m")
        self.start()
        self.wait_for(lambda: len(self.seen()) == 4, "four lines")
        time.sleep(1)
        self.assertEqual(len(self.seen()), 4)
        self.assertEqual(len(self.deliveries("--state", "pending")), 6)

    def test_it_ends_with_the_daemon(self):
        self.program("#!/bin/sh\n%s\necho $$ >pid\nwhile read -r line; do :; done\nsleep 600\n" % HELLO)
        self.sink(self.folder / "handle")
        daemon = self.start()
        self.wait_for(lambda: (self.folder / "pid").exists() and (self.folder / "pid").read_text().strip(), "the program")
        daemon.terminate()
        daemon.wait(timeout=20)
        pid = (self.folder / "pid").read_text().strip()
        self.assertEqual(subprocess_state(pid), "")

    def test_what_is_under_way_when_the_daemon_stops_is_not_done_twice(self):
        self.bring(1)
        self.program(STREAM % "time.sleep(0.3)")
        self.sink(self.folder / "handle")
        daemon = self.start()
        self.wait_for(self.seen, "the line")
        begun = time.monotonic()
        daemon.terminate()
        daemon.wait(timeout=20)
        took = time.monotonic() - begun
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_all_delivered_once(1)
        if took < 1.4: # the daemon waits no longer than a second and a half, which a slow machine may need
            self.assertEqual(len(self.seen()), 1)

    # ---- once ----

    def test_exit_statuses(self):
        self.program('#!/bin/sh\nread -r line\ncase $line in\n*FIN*) echo "not ours" >&2; exit 65;;\n'
                     '*RUS*) [ -e tried ] || { touch tried; echo "busy" >&2; exit 75; };;\nesac\necho done\n')
        self.sink(self.folder / "handle", "mode = once")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        rows = {"FIN" if "FIN" in row["headline"] else row["headline"]: row for row in self.deliveries()}
        self.assertEqual(rows["FIN"]["state"], "dead")
        self.assertIn("exit status 65", rows["FIN"]["text"])
        self.assertIn("not ours", rows["FIN"]["text"])
        self.assertEqual({row["state"] for name, row in rows.items() if name != "FIN"}, {"delivered"})
        self.assertEqual({row["text"] for name, row in rows.items() if name != "FIN"}, {"done"})
        self.assertIn("busy", run.log)

    def test_a_program_that_is_not_there_and_one_that_refuses_its_configuration(self):
        self.sink("/nowhere/at/all", entente="once_deadline = 2s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "/nowhere/at/all cannot be started")
        self.program("#!/bin/sh\necho 'no token' >&2\nexit 78\n")
        self.sink(self.folder / "handle", "mode = once", entente="once_deadline = 10s")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            run = self.run_once()
            if "parked" in run.log:
                break
        self.assert_log(run, "parked", "no token")
        self.assertEqual({row["state"] for row in self.deliveries()}, {"pending"})

    def test_a_program_that_hangs_in_mode_once(self):
        self.program("#!/bin/sh\n[ -e hung ] || { touch hung; sleep 600; }\ncat >/dev/null\n")
        self.sink(self.folder / "handle", "mode = once", "timeout = 1s")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_all_delivered_once(3)

    def test_a_command_that_cannot_be_read_is_told(self):
        self.sink("/bin/cat 'open", entente="once_deadline = 1s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "command: a quote is not closed")


def subprocess_state(pid):
    try:
        with open("/proc/%s/stat" % pid) as stat:
            return stat.read().split(")")[1].split()[0]
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    unittest.main()
