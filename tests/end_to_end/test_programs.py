"""Programs that are plugins (entente-exec(7)): the examples of each kind that are installed, in the daemon and in the
terminal, and programs that do everything wrong that a program can."""
import json
import os
import re
import subprocess
import unittest

from support import BUILD, SOURCE, EntenteTest

EXAMPLES = SOURCE / "etc/exec"

# A program by the protocol; %s stands for what it does with each work.
PROGRAM = """#!/usr/bin/env python3
import json, os, sys, time
def say(**message):
    print(json.dumps(message), flush=True)
say(type="hello", protocol=1, name="mine", version="1", kinds=["source", "transform", "classifier"], %s)
start = json.loads(sys.stdin.readline() or sys.exit(0))
def done(work, **more):
    say(type="result", id=work["id"], **dict(dict(result="ok"), **more))
def report(work):
    say(type="output", id=work["id"], record={"type": "agreement", "status": "announced", "confidence": 0.9,
        "actors": [{"id": "NOR", "role": "participant"}, {"id": "MDA", "role": "participant"}]})
def first(name):
    "Whether this is the first time, also over restarts."
    try:
        return os.open(name, os.O_CREAT | os.O_EXCL) >= 0
    except FileExistsError:
        return False
for line in sys.stdin:
    work = json.loads(line)
    with open("seen", "a") as seen:
        seen.write(json.dumps(work) + "\\n")
    %s
"""


class Programs(EntenteTest):
    def program(self, does, hello="", name="mine.plugin"):
        path = self.folder / name
        path.write_text(PROGRAM % (hello, does))
        path.chmod(0o755)
        return path

    def items(self, *items):
        (self.folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
        return "[source.files]\nplugin = files\npath = %s" % (self.folder / "items.jsonl")

    def section(self, kind, plugin, *lines):
        return "\n".join(["[%s.mine]" % kind, "plugin = %s" % plugin, "directory = %s" % self.folder, *lines])

    def seen(self):
        path = self.folder / "seen"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def listed(self, *command):
        run = self.entente(*command, "--format", "jsonl")
        self.assertEqual(run.status, 0, run.log)
        return [json.loads(line) for line in run.out.splitlines()]

    def titles(self):
        return sorted(item["title"] for item in self.listed("items"))

    def ok_once(self):
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        return run


class Examples(Programs):
    def test_a_source_in_python_keeps_what_it_has_read(self):
        folder = self.folder / "notes"
        folder.mkdir()
        (folder / "a").write_text("First\nBody of it.\n")
        (folder / "b").write_text("Second\n")
        self.configure(self.section("source", EXAMPLES / "source.py", "path = %s" % folder))
        self.ok_once()
        self.assertEqual(self.titles(), ["First", "Second"])
        (folder / "a").write_text("Changed, but known by its name\n")
        (folder / "c").write_text("Third\n")
        self.ok_once()
        self.assertEqual(self.titles(), ["First", "Second", "Third"])

    def test_a_source_in_the_shell_keeps_what_it_has_read(self):
        notes = self.folder / "notes.txt"
        notes.write_text('One "quoted" \\ line\n\nTwo\n')
        self.configure(self.section("source", EXAMPLES / "source.sh", "path = %s" % notes))
        self.ok_once()
        self.assertEqual(self.titles(), ['One "quoted" \\ line', "Two"])
        notes.write_text('Not read again\n\nNot this\nThree\n')
        self.ok_once()
        self.assertEqual(self.titles(), ['One "quoted" \\ line', "Three", "Two"])

    def test_a_transform_in_python(self):
        self.configure(self.items({"title": "Digest", "body": "UZB KAZ pact\nText.\n***\nFIN SWE pact\nText."},
                                  {"title": "RUS BLR pact", "body": "One text."}),
                       self.section("transform", EXAMPLES / "transform.py"), self.PACT, self.WATCH)
        self.ok_once()
        self.assertEqual(self.titles(), ["Digest", "FIN SWE pact", "RUS BLR pact", "UZB KAZ pact"])
        self.assertEqual(len(self.alerts()), 3)

    def test_a_transform_in_the_shell(self):
        self.configure(self.items({"title": "UZB KAZ pact", "body": "Of \\"}, {"title": "FIN SWE pact", "body": "Two patrol boats."}),
                       self.section("transform", EXAMPLES / "transform.sh", "word = patrol"), self.PACT, self.WATCH)
        self.ok_once()
        self.assertEqual(len(self.alerts()), 1)
        self.assertEqual({actor["id"] for actor in self.alerts()[0]["event"]["actors"]}, {"FIN", "SWE"})

    def test_a_classifier_in_python(self):
        self.configure(self.items({"title": "A pact é treaty", "body": "B"}, {"title": "Rain", "body": "B"}),
                       self.section("classifier", EXAMPLES / "classifier.py", "words = treaty", "actors = FIN, SWE"), self.WATCH)
        self.ok_once()
        [alert] = self.alerts()
        self.assertEqual({actor["id"] for actor in alert["event"]["actors"]}, {"FIN", "SWE"})
        self.assertEqual([one["quote"] for one in alert["event"]["evidence"]], ["treaty"])

    def test_a_classifier_in_the_shell(self):
        self.configure(self.items({"title": "A", "body": "Two patrol boats"}, {"title": "Rain", "body": "B"}),
                       self.section("classifier", EXAMPLES / "classifier.sh", "word = patrol boats", "first = NOR", "second = MDA"),
                       self.WATCH)
        self.ok_once()
        [alert] = self.alerts()
        self.assertEqual({actor["id"] for actor in alert["event"]["actors"]}, {"NOR", "MDA"})

    def sink(self, name, path):
        self.configure(self.items({"title": "UZB KAZ pact", "body": "B"}, {"title": "FIN SWE pact", "body": "B"}), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = mine",
                       self.section("sink", EXAMPLES / name, "path = %s" % path))
        self.ok_once()
        rows = self.listed("delivery", "list")
        self.assertEqual([row["state"] for row in rows], ["delivered", "delivered"])
        return rows

    def test_a_sink_in_python(self):
        path = self.folder / "log.txt"
        rows = self.sink("sink.py", path)
        self.assertEqual({line.split()[0] for line in path.read_text().splitlines()}, {row["id"] for row in rows})
        run = self.entente("sink", "test", "mine")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("TEST", path.read_text())

    def test_a_sink_in_the_shell(self):
        path = self.folder / "two words.jsonl"
        rows = self.sink("sink.sh", path)
        self.assertEqual({json.loads(line)["delivery"] for line in path.read_text().splitlines()}, {row["id"] for row in rows})
        self.assertEqual({row["text"] for row in rows}, {"line 1", "line 2"})

    def test_detectors_in_the_terminal(self):
        self.configure()
        events = self.folder / "events.jsonl"
        event = {"id": "e1", "type": "agreement", "actors": [{"id": "NOR", "role": "participant"}, {"id": "MDA", "role": "participant"}]}
        events.write_text("".join(json.dumps(dict(event, id="e%d" % number)) + "\n" for number in (1, 2)))
        run = self.trial(EXAMPLES / "detector.py", events)
        self.assertEqual([json.loads(line)["events"] for line in run.out.splitlines()], [["e1"]])
        run = self.trial(EXAMPLES / "detector.sh", events, "--set", "event=agreement")
        self.assertEqual([json.loads(line)["events"] for line in run.out.splitlines()], [["e1"], ["e2"]])

    def detector(self, name, *lines):
        self.configure(self.items({"title": "UZB KAZ pact", "body": "B"}, {"title": "FIN SWE pact", "body": "B"}), self.PACT,
                       self.section("detector", EXAMPLES / name, "to = out", *lines))
        self.ok_once()
        return sorted(alert["finding"]["text"] for alert in self.alerts())

    def test_a_detector_in_python_remembers_over_runs(self):
        self.assertEqual(self.detector("detector.py"), ["FIN and SWE: first event", "KAZ and UZB: first event"])
        self.items({"title": "Another FIN SWE pact", "body": "C", "guid": "3"})
        self.ok_once()
        self.assertEqual(len(self.alerts()), 2)

    def test_a_detector_in_the_shell(self):
        texts = self.detector("detector.sh", "event = agreement")
        self.assertEqual([text.split(":")[0] for text in texts], ["agreement", "agreement"])

    def trial(self, program, path, *words):
        with open(path) as records:
            done = subprocess.run([BUILD / "entente", "plugin", "run", program, *words], stdin=records, capture_output=True,
                                  timeout=60, cwd=self.folder, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        done.out = done.stdout
        return done


class Page(Programs):
    """What etc/entente-exec.7.in shows."""
    def setUp(self):
        super().setUp()
        page = (SOURCE / "etc/entente-exec.7.in").read_text()
        program, talk = re.findall(r"\.EX\n(.*?)\.EE\n", page[page.index(".SH EXAMPLES"):], re.S)
        self.text, self.talk = program.replace("\\e", "\\"), talk.splitlines()
        self.assertNotIn("\\", self.text.replace("\\n", ""))

    def run_as_classifier(self, text):
        path = self.folder / "pact"
        path.write_text(text)
        path.chmod(0o755)
        self.configure(self.items({"title": "UZB KAZ pact"}, {"title": "Rain"}), "[classifier.pact]\nplugin = %s\ndirectory = %s"
                       % (path, self.folder), self.WATCH)
        run = self.ok_once()
        self.assertNotIn("not understood", run.log)
        self.assertEqual(sum(item["reports"] for item in self.listed("items")), 1)

    def test_the_program_works_as_it_stands(self):
        self.run_as_classifier(self.text)

    def test_the_talk_is_what_is_said(self):
        """The program says what the page lets it say, at the same places, and keeps what Entente says."""
        said = [line[2:] for line in self.talk if line[0] == ">"]
        result = dict(json.loads(said[-1]), id=2)
        self.run_as_classifier("#!/usr/bin/env python3\nimport sys\ndef hear(): heard.write(sys.stdin.readline()); "
                               "heard.flush()\nprint(%r, flush=True)\nheard = open('heard', 'a')\nhear(); hear()\nprint(%r, flush=True)\nprint(%r, flush=True)\nhear()\n"
                               "print(%r, flush=True)\nhear()\n" % (*said, json.dumps(result)))
        heard = [json.loads(line) for line in (self.folder / "heard").read_text().splitlines() if line]
        for line, real in zip((json.loads(line[2:]) for line in self.talk if line[0] == "<"), heard):
            self.assertEqual(list(line), list(real), "the members and their order")
            self.assertEqual({**line, "record": None}, {**real, "record": None})


class Options(Programs):
    OPTIONS = '''window=2, options=[dict(name="word", type="string", required=True, help="A word."),
        dict(name="limit", type="int", default="3", min="1", max="10", help="How many."),
        dict(name="every", type="duration", default="2m", help="How often."), dict(name="words", type="list", help="Words."),
        dict(name="sure", type="bool", help="Whether."), dict(name="portion", type="float", default="0.5", help="How much."),
        dict(name="password", type="secret", help="A secret."), dict(name="none", type="string", help="Nothing.")]'''

    def test_the_configuration_is_checked_by_them(self):
        path = self.program("pass", self.OPTIONS)
        self.configure(self.section("classifier", path, "limit = 11", "wrod = x"))
        run = self.entente("check")
        self.assertEqual(run.status, 1)
        for text in ("limit: 11 is above the greatest value, 10", "'wrod'", "word"):
            self.assertIn(text, run.log + run.out)

    def test_they_reach_it_with_their_types(self):
        path = self.program('open("start", "w").write(json.dumps(start)); done(work)', self.OPTIONS)
        (self.folder / "secret").write_text("hush\n")
        self.configure(self.items({"title": "A"}),
                       self.section("classifier", path, "word = two words", "limit = 4", "words = a, b", "sure = yes",
                                    "password = file:%s" % (self.folder / "secret")))
        run = self.ok_once()
        start = json.loads((self.folder / "start").read_text())
        self.assertEqual(start, {"type": "start", "protocol": 1, "instance": "classifier.mine", "kind": "classifier", "state": None,
                                 "options": {"word": "two words", "limit": 4, "every": 120000, "words": ["a", "b"], "sure": True,
                                             "portion": 0.5, "password": "hush"}})
        self.assertNotIn("hush", run.log)

    def test_they_are_shown(self):
        path = self.program("pass", self.OPTIONS)
        self.configure()
        for form, text in (("text", "(int, default 3, at least 1, at most 10)"), ("text", "program  speaks lines of JSON, see entente-exec(7)"), ("ini", "#limit = 3"), ("json", '"limit"'),
                           ("man", "limit"), ("markdown", "limit")):
            run = self.entente("plugin", "show", path, "--format", form)
            self.assertEqual(run.status, 0, run.log)
            self.assertIn(text, run.out)

    def test_by_name_from_a_folder_and_never_by_chance(self):
        self.program("done(work)", "options=[]")
        other = self.program("done(work)", "options=[]", "other") # without the suffix
        self.configure(self.items({"title": "A"}), "[classifier.mine]\nplugin = mine", entente="plugin_path.2 = %s" % self.folder)
        text = self.config.read_text()
        self.config.write_text(re.sub("plugin_path = .*\n", "plugin_path = %s\n" % self.folder, text).replace("plugin_path.2", "#"))
        self.ok_once()
        names = [row["name"] for row in self.listed("plugin", "list")]
        self.assertIn("mine", names)
        self.assertNotIn("other", names)
        other.unlink()

    def test_a_changed_program_is_taken_up_by_reload(self):
        does = 'report(work); done(work, state={"by": %r, "before": start["state"]})'
        path = self.program(does % "one")
        self.configure(self.items({"title": "First"}), self.section("classifier", path), self.WATCH)
        self.start()
        self.wait_for(lambda: len(self.seen()) == 1, "the first")
        self.program(does % "two")
        run = self.entente("reload")
        self.assertEqual(run.status, 0, run.log)
        with open(self.folder / "items.jsonl", "a") as items:
            items.write(json.dumps({"title": "Second"}) + "\n")
        run = self.entente("fetch", "files")
        self.wait_for(lambda: len(self.seen()) == 2, "the second")
        self.program('open("start", "w").write(json.dumps(start)); ' + does % "three")
        self.entente("reload")
        with open(self.folder / "items.jsonl", "a") as items:
            items.write(json.dumps({"title": "Third"}) + "\n")
        self.entente("fetch", "files")
        self.wait_for(lambda: len(self.seen()) == 3, "the third")
        self.wait_for((self.folder / "start").exists, "what it was told at its start")
        self.wait_for(lambda: (self.folder / "start").read_text(), "what it was told at its start")
        state = json.loads((self.folder / "start").read_text())["state"]
        self.assertEqual(state, {"by": "two", "before": {"by": "one", "before": None}})

    def refused(self, hello, text, does="pass"):
        path = self.program(does, hello)
        run = self.entente("plugin", "show", path)
        self.assertEqual(run.status, 2, run.out)
        self.assertIn(text, run.log)

    def test_a_wrong_hello_is_refused_in_plain_words(self):
        self.configure()
        self.refused('options=[dict(name="a", type="text", help="A.")]', 'option 1: type "text" is none of string')
        self.refused('options=[dict(name="timeout", type="duration", help="A.")]', "every program has an option timeout already")
        self.refused('options=[dict(name="a", type="int", default="x", help="A.")]', "default")
        self.refused('options=[dict(name="a", type="int", default=3, help="A.")]', "default must be a string")
        self.refused('options=[dict(name="a", type="int", help="A."), dict(name="a", type="int", help="A.")]', "a")
        self.refused("window=0", "window must be a number from 1 to 1000")
        self.refused('kinds=[]'.replace("kinds", "licence"), "licence must be a string")

    def test_another_protocol_is_refused(self):
        path = self.program("pass")
        path.write_text(path.read_text().replace("protocol=1", "protocol=2"))
        self.configure()
        run = self.entente("plugin", "check", path)
        self.assertEqual(run.status, 1)
        self.assertIn("it speaks protocol 2, this version of Entente speaks 1", run.out)

    def check_start(self, body, *texts, status=1, options="[]", settings=()):
        path = self.folder / "trial.plugin"
        path.write_text("\n".join(["#!/usr/bin/python3 -B", "import json, sys, time",
                                   'print(json.dumps(dict(type="hello", protocol=1, name="trial", version="1.0", licence="MIT", '
                                   'summary="S", kinds=["sink"], options=%s)), flush=True)' % options,
                                   "line = sys.stdin.readline()", "start = json.loads(line) if line else None",
                                   "if start:", *("    " + one for one in body.splitlines()), "    sys.stdin.read()"]) + "\n")
        path.chmod(0o755)
        self.configure()
        run = self.entente("plugin", "check", path, *("--set=" + one for one in settings))
        self.assertEqual(run.status, status, run.out + run.log)
        for text in texts:
            self.assertIn(text, run.out)

    def test_a_program_is_checked_with_its_settings_and_at_the_end_of_its_input(self):
        option = '[dict(name="word", type="string", required=True, help="W."), dict(name="many", type="list", default="a, b", help="M.")]'
        self.check_start('assert start["options"] == {"word": "x", "many": ["a", "b"]}, start\nassert start["kind"] == "sink"',
                         "no problems", status=0, options=option, settings=["word=x"])
        self.check_start('print("no such word", file=sys.stderr)\nsys.exit(78)',
                         "as a sink it cannot work with these settings: no such word", options=option, settings=["word=x"])
        self.check_start('print("no such word", file=sys.stderr)\nsys.exit(78)', "these were made up by us", status=0,
                         options=option)
        self.check_start("raise KeyError('inner')", "as a sink it ends with exit status 1 at the end of its input, where it "
                         "should end with 0: KeyError: 'inner'")
        self.check_start("time.sleep(60)", "does not end within 5 s after the end of its input")
        self.check_start('print("hello, world", flush=True)', 'what is no message: "hello, world"')

    def test_a_program_that_is_another_kind_is_refused(self):
        path = self.program("pass")
        self.configure(self.section("sink", path))
        run = self.entente("check")
        self.assertNotEqual(run.status, 0)
        self.assertIn("source, transform, classifier", run.log + run.out)


class Bad(Programs):
    """A classifier that has its moments; what it is not to blame for must be coded all the same."""
    def run_classifier(self, does, items=1, lines=(), hello="", status=0):
        path = self.program(does, hello)
        self.configure(self.items(*({"title": "T%d" % number} for number in range(items))),
                       self.section("classifier", path, *lines), self.WATCH)
        run = self.run_once()
        self.assertEqual(run.status, status, run.log)
        return run

    def reports(self):
        return sum(item["reports"] for item in self.listed("items"))

    def dead(self):
        return [row["text"] for row in self.listed("dead-letters", "list")]

    def test_garbage_between_the_lines_is_told_and_ignored(self):
        run = self.run_classifier('print("debugging, forgotten", flush=True); print(flush=True); print("[1]", flush=True); report(work); done(work)')
        self.assert_log(run, "a line of the program is not understood", ": debugging, forgotten", "it is no JSON object")
        self.assertEqual(self.reports(), 1)

    def test_a_line_comes_in_pieces(self):
        self.run_classifier('''report(work)
    text = json.dumps(dict(type="result", id=work["id"], result="ok")) + "\\n"
    for part in (text[:9], text[9:20], text[20:]):
        sys.stdout.write(part); sys.stdout.flush(); time.sleep(0.1)''')
        self.assertEqual(self.reports(), 1)

    def test_half_a_line_before_the_end_is_no_answer(self):
        run = self.run_classifier('''if first("half"):
        sys.stdout.write('{"type":"result","id":1,"resu'); sys.stdout.flush(); os._exit(0)
    report(work); done(work)''')
        self.assert_log(run, "the program ended (exit status 0)")
        self.assertEqual(self.reports(), 1)

    def test_a_line_of_a_hundred_megabytes(self):
        run = self.run_classifier('''if first("long"):
        for _ in range(100): sys.stdout.write("x" * 1000000)
        print(flush=True); time.sleep(600)
    report(work); done(work)''')
        self.assert_log(run, "the program wrote a line of more than 8 MiB")
        self.assertEqual(self.reports(), 1)

    def test_what_is_no_utf_8_is_refused(self):
        run = self.run_classifier('''os.write(1, b'{"type":"log","level":"info","text":"\\xff\\xfe"}\\n'); report(work); done(work)''')
        self.assert_log(run, "a line of the program is not understood")
        self.assertEqual(self.reports(), 1)

    def test_numbers_that_it_has_not(self):
        run = self.run_classifier('''done(dict(id=99)); say(type="output", id=98, record={"type": "agreement"}); report(work); done(work)
    say(type="result", id=-1, result="ok"); say(type="result", id="1", result="ok")''')
        self.assert_log(run, "the program speaks of 99, which it has not", "speaks of 98", "id must be the number")
        self.assertEqual(self.reports(), 1)

    def test_two_answers_to_one(self):
        run = self.run_classifier("report(work); done(work); done(work, result='reject'); report(work)", 2)
        self.assert_log(run, "which it has not any more; it may have answered twice")
        self.assertEqual((self.reports(), self.dead()), (2, []))

    def test_a_wrong_record_is_a_dead_letter_with_the_reason(self):
        self.run_classifier('''say(type="output", id=work["id"], record={"type": 7}); done(work)''')
        [text] = self.dead()
        self.assertIn("the program's answer is wrong", text)
        self.assertIn("type", text)

    def test_an_end_in_the_middle_is_made_good(self):
        run = self.run_classifier('''if work["record"]["title"] == "T1" and first("died"):
        report(work); os._exit(3)
    report(work); done(work)''', 4)
        self.assert_log(run, "the program ended (exit status 3)")
        self.assertEqual((self.reports(), self.dead()), (4, []))

    def test_a_record_that_kills_it_twice_is_a_dead_letter_and_the_others_are_not(self):
        run = self.run_classifier('''if work["record"]["title"] == "T2": os.kill(os.getpid(), 11)
    report(work); done(work)''', 5)
        self.assert_log(run, "killed by signal 11")
        self.assertEqual((self.reports(), len(self.dead())), (4, 1))

    def test_one_that_hangs_is_ended(self):
        run = self.run_classifier('''if first("hung"):
        import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)
    report(work); done(work)''', lines=["timeout = 3s"])
        self.assert_log(run, "did not answer in time", "killed by signal 9")
        self.assertEqual(self.reports(), 1)

    def test_one_that_closes_its_output_and_lives_on_is_ended(self):
        run = self.run_classifier('''if first("closed"):
        os.close(1); time.sleep(600)
    report(work); done(work)''')
        self.assert_log(run, "closed its standard output and so cannot answer")
        self.assertEqual(self.reports(), 1)

    def test_one_that_does_not_read_is_ended(self):
        run = self.run_classifier('''if first("deaf"): time.sleep(600)
    report(work); done(work)''', 40, ["timeout = 3s", "batch = 64"], "window=1000")
        self.assert_log(run, "did not answer in time")
        self.assertEqual(self.reports(), 40)

    def test_one_that_floods_is_bounded(self):
        run = self.run_classifier('''if first("flood"):
        for _ in range(20000): report(work)
    report(work); done(work)''')
        self.assertIn("more than 10000 records", self.dead()[0])
        self.assertEqual(self.reports(), 0)
        self.assertLess(run.log.count("\n"), 500)

    def test_a_talkative_standard_error_is_bounded(self):
        run = self.run_classifier('''for number in range(5000): print("line", number, file=sys.stderr)
    report(work); done(work)''')
        self.assertLess(run.log.count("the program says: line"), 450)
        self.assertEqual(self.reports(), 1)

    def run_until(self, text, section):
        self.configure(self.items({"title": "A"}), section)
        self.start()
        self.wait_for_log(text)

    def test_one_that_never_says_hello(self):
        path = self.folder / "mute"
        path.write_text("#!/bin/sh\nsleep 600\n")
        path.chmod(0o755)
        self.run_until("did not say hello in time", "[classifier.mine]\nplugin = exec\ncommand = %s\ntimeout = 1s" % path)

    def test_one_that_speaks_of_something_else(self):
        self.run_until("does not speak the protocol of entente-exec(7)",
                       "[classifier.mine]\nplugin = exec\ncommand = /bin/echo good day")

    def test_one_that_wants_options_and_cannot_have_them(self):
        path = self.program("pass", 'options=[dict(name="word", type="string", required=True, help="A word.")]')
        self.run_until("the program wants the option word; name the program itself",
                       "[classifier.mine]\nplugin = exec\ncommand = %s" % path)

    def test_what_it_refuses_at_its_start_parks_it(self):
        path = self.program("pass")
        path.write_text(path.read_text().replace("def done", 'print("no key for the service", file=sys.stderr); sys.exit(78)\ndef done'))
        self.run_until("no key for the service", self.section("classifier", path))
        self.wait_for(lambda: "parked" in self.entente("status").out, "the instance to be parked")

    def test_results_texts_and_pauses(self):
        run = self.run_classifier('''title = work["record"]["title"]
    if title == "T0": done(work, text="uncoded: nothing in it")
    elif title == "T1": done(work, result="reject", text="not ours")
    elif title == "T2" and first("busy"): done(work, result="retry", text="busy", retry_after=0.2)
    else: report(work); done(work)''', 4)
        self.assert_log(run, "busy")
        self.assertEqual((self.reports(), self.dead()), (2, ["not ours"]))

    def test_no_more_than_its_window_at_once(self):
        path = self.program('''works = [work] + [json.loads(sys.stdin.readline()) for _ in range(2)]
    import select
    assert not select.select([0], [], [], 0.5)[0], "a fourth before an answer"
    for work in reversed(works): report(work); done(work)''', "window=3")
        self.configure(self.items(*({"title": "T%d" % number} for number in range(6))), self.section("classifier", path, "batch = 3"), self.WATCH)
        self.ok_once()
        self.assertEqual(self.reports(), 6)

    def test_logs_metrics_and_back_pressure_of_a_source(self):
        path = self.program('''say(type="log", level="warning", text="a word of warning"); say(type="metric", name="pages", count=3)
    for number in range(3000): say(type="output", id=work["id"], record={"title": "Item %d" % number, "body": "x" * 4000})
    say(type="output", id=work["id"], record={"title": 7})
    done(work, state={"read": 3000})''')
        self.configure(self.section("source", path, "interval = 1h"))
        self.start()
        self.wait_for(lambda: len(self.titles()) == 3000 if "started" in self.log() else False, "all items")
        self.assertIn("warning source.mine: a word of warning", self.log())
        self.wait_for(lambda: '"pages":3' in self.entente("status", "--format", "json").out.replace(" ", ""), "the metric")
        self.assertIn("a line of the program is not understood", self.log())
        def source():
            return json.loads(self.entente("status", "--format", "json").out)["sources"][0]
        self.wait_for(lambda: source()["fetches"] == 1, "the end of the fetch")
        self.assertGreater(source()["next_fetch"] - source()["last_fetch"], 1800000, "what comes in parts is one fetch")

    def test_state_outlives_the_daemon_and_comes_only_with_what_is_done(self):
        does = '''say(type="output", id=work["id"], record={"title": "Item %d of %s" % (len(start["state"] or []), start["state"])})
    done(work, state=(start["state"] or []) + [1]) if not os.path.exists("fail") else done(work, result="retry", text="no", state=["lost"])'''
        path = self.program(does)
        self.configure(self.section("source", path), entente="once_deadline = 3s")
        self.ok_once()
        (self.folder / "fail").touch()
        self.assertEqual(self.run_once().status, 1)
        (self.folder / "fail").unlink()
        self.ok_once()
        self.assertEqual(self.titles(), ["Item 0 of None", "Item 1 of [1]"])

    def test_a_source_is_fetched_again_and_parked_as_it_says(self):
        path = self.program('''if first("one"): done(work, next_fetch=1)
    else: done(work, result="config", text="the key has been withdrawn")''')
        self.configure(self.section("source", path, "interval = 1h", "interval_min = 1s"))
        self.start()
        self.wait_for_log("the key has been withdrawn")
        self.assertEqual(len(self.seen()), 2)

    def test_killed_in_the_middle_nothing_is_lost_or_doubled(self):
        path = self.program("report(work); time.sleep(0.02); done(work)")
        self.configure(self.items(*({"title": "T%d" % number} for number in range(60))), self.section("classifier", path), self.WATCH)
        for _ in range(4):
            daemon = self.start()
            seen = len(self.seen())
            self.wait_for(lambda: len(self.seen()) > min(seen + 5, 59), "some work")
            daemon.kill()
            daemon.wait()
        self.ok_once()
        self.assertEqual((self.reports(), len(self.titles())), (60, 60))


if __name__ == "__main__":
    unittest.main()
