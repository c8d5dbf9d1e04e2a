"""`entente plugin check` and `entente plugin run` over real objects, good and bad: each refusal in plain words, all that is
wrong at once, and a crash told and not suffered.

usage: test_plugin_trial.py BINARY_DIR [SANITIZERS]
"""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

BINARY = pathlib.Path(sys.argv.pop(1)).resolve()
SANITIZED = len(sys.argv) > 1 and sys.argv.pop(1)
PLUGINS = BINARY / "tests" / "plugins"
# A crash is to be the signal that it is, whatever the programs are built with.
ENVIRONMENT = {**os.environ, **{name: os.environ.get(name, "") + ":handle_segv=0" for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")}}


def entente(*words, text="", seconds=60):
    done = subprocess.run([str(BINARY / "entente"), "plugin", *map(str, words)], input=text, capture_output=True, text=True,
                          timeout=seconds, env=ENVIRONMENT)
    return done.returncode, done.stdout, done.stderr


# A source in the shell with two items.
LINES = '''#!/bin/sh
echo '{"type":"hello","protocol":1,"name":"lines","kinds":["source"]}'
read -r start || exit 0
while read -r work; do
    id=${work#*'"id":'}
    id=${id%\\}}
    for title in first second; do
        echo '{"type":"output","id":'$id',"record":{"title":"'$title'"}}'
    done
    echo '{"type":"result","id":'$id',"result":"ok"}'
done
'''


@contextlib.contextmanager
def server():
    """The address of one that answers every request."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}/"
        made.shutdown()


def check(name, *words):
    path = name if isinstance(name, pathlib.Path) else PLUGINS / f"{name}.so"
    status, out, err = entente("check", path, "--format", "json", *words)
    found = json.loads(out)
    assert status == (1 if found["problems"] else 0), (status, out, err)
    return found


class Check(unittest.TestCase):
    def one_problem(self, name, text, *words):
        found = check(name, *words)
        self.assertTrue(any(text in problem for problem in found["problems"]), found)
        return found

    def test_good_plugins_have_no_problems(self):
        for name in ("trivial", "pact"):
            self.assertEqual(check(name)["problems"], [])
        self.assertEqual(check("trivial")["about"], "trivial 1.2.3: source, sink")

    def test_every_shipped_plugin_has_no_problems(self):
        for path in sorted((BINARY / "plugins").glob("*.so")):
            self.assertEqual(check(path)["problems"], [], path)

    @unittest.skipIf(SANITIZED, "the programs are built with one")
    def test_one_that_is_built_with_a_sanitizer(self):
        self.one_problem("sanitized", "calls __asan_init: it is built with a sanitizer")

    def test_wrong_versions_and_sizes(self):
        self.one_problem("wrong_magic", "magic differs")
        self.one_problem("wrong_major", "abi_major differs: built for plugin interface 99.")
        self.one_problem("wrong_minor", "_minor ")
        self.one_problem("wrong_size", "size is too small")
        self.one_problem("missing_symbol", "does not export ent_plugin_query()")
        self.one_problem("null_descriptor", "returned NULL")
        self.one_problem("no_callbacks", "there is nothing that this plugin could be")
        self.one_problem("restless_query", "another descriptor each time")

    def test_crashes_and_hangs_while_loading(self):
        self.one_problem("crashing_constructor", "crashed while it was being loaded")
        self.one_problem("wild_pointer", "crashed while its descriptor was being read")
        self.one_problem("exiting_query", "ended the process in ent_plugin_query() (exit status 3)")
        self.one_problem("blocking_constructor", "hung while it was being loaded")

    def test_crashes_and_hangs_in_create_and_destroy(self):
        self.one_problem("moody", "crashed in create, as a classifier: SIGSEGV", "--set", "create=crash")
        self.one_problem("moody", "hung in create, as a classifier", "--set", "create=hang")
        self.one_problem("moody", "ended the process in create", "--set", "create=exit")
        self.one_problem("moody", "crashed in drain or destroy", "--set", "destroy=crash")
        self.one_problem("moody", "as a classifier it cannot be created: create was asked to fail",
                         "--set", "create=fail")

    def test_what_stays_behind_is_told(self):
        if not SANITIZED:
            self.one_problem("moody", "it leaks 10", "--set", "create=leak")
        self.one_problem("moody", "it leaves 1 files open each time", "--set", "create=file")
        self.one_problem("moody", "it leaves 1 threads running each time", "--set", "create=thread")

    def test_what_all_of_the_process_shares_is_watched(self):
        told = "\n".join(check("moody", "--set", "create=meddle")["problems"])
        for text in ("the working folder", "umask", "the locale", "the environment", "signal 13 (PIPE)"):
            self.assertIn(text, told)
        self.assertNotIn("as a classifier it changes", "\n".join(check("moody")["problems"]))

    def test_who_may_write_to_the_file_and_how_it_is_called(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "other.so"
            shutil.copy(PLUGINS / "pact.so", path)
            path.chmod(0o757)
            found = check(path)
            self.assertIn("anyone on this machine may write to the file", "\n".join(found["problems"]))
            self.assertIn("the file is called other.so and the plugin pact", "\n".join(found["notes"]))
            path.chmod(0o755)
            renamed = check(path.rename(path.with_name("pact.so")))
            self.assertNotIn("the file is called", "\n".join(renamed["notes"]))
            self.assertEqual(renamed["problems"], [])

    def test_calls_that_a_plugin_must_not_make_are_told_with_what_to_do(self):
        told = "\n".join(check("moody")["problems"])
        for text in ("calls _exit", "calls setenv", "calls chdir", "calls signal"):
            self.assertRegex(told, text.replace("calls ", r"calls ([\w, ]+, )?"))

    def test_all_that_is_wrong_is_told_at_once(self):
        told = "\n".join(check("many_problems")["problems"])
        for text in ("calls abort", "calls fork", "calls setenv", 'name "Many Problems"', "summary is missing",
                     "option 1: name may hold", "option 1: min cannot be read", "option 1: default_value cannot be read",
                     "option 2 mode: an enum needs choices", "option 3 level: type 77", "option 4 mode: it is required and has a default",
                     "option 4 mode: flags has ENT_PATH_ bits", "option mode stands twice", "option 5 silent: help is missing"):
            self.assertIn(text, told)

    def test_unknown_settings_are_told(self):
        self.one_problem("moody", "takes no 'crate'; nearest: create", "--set", "crate=ok")
        self.assertIn("it cannot be a sink", check("moody", "--kind", "sink")["problems"])

    def test_no_file_is_no_verdict(self):
        status, out, err = entente("check", "/nowhere/x.so")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("/nowhere/x.so: cannot open", err)


class Damaged(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "damaged.so"
        self.addCleanup(self.folder.cleanup)
        shutil.copy(PLUGINS / "pact.so", self.path)
        self.whole = self.path.read_bytes()

    def refused(self, content, text):
        self.path.write_bytes(content)
        self.assertIn(text, "\n".join(check(self.path)["problems"]))

    def test_truncated(self):
        self.refused(b"", "the file is empty")
        self.refused(self.whole[:30], "truncated: the ELF header")
        for part in (2, 3, 10):
            self.refused(self.whole[:len(self.whole) // part], "truncated")

    def test_not_an_object(self):
        self.refused(b"#!/bin/sh\n" * 100, "not a shared object")

    def test_for_another_machine(self):
        for offset, byte, text in ((18, 183 if self.whole[18] != 183 else 62, "this host is"), (4, 1, "a 32-bit object"),
                                   (5, 2, "a big-endian object"), (16, 1, "not yet linked"), (16, 2, "no shared object")):
            content = bytearray(self.whole)
            content[offset] = byte
            self.refused(bytes(content), text)

    def test_corrupt_at_any_place(self):
        """Whatever a byte is changed to, the verdict comes from us and not from a signal."""
        for offset in range(0, 64, 3):
            content = bytearray(self.whole)
            content[offset] ^= 0xff
            self.path.write_bytes(content)
            status, _, err = entente("check", self.path)
            self.assertIn(status, (0, 1), (offset, err))


class Show(unittest.TestCase):
    """An outside plugin's options as a built-in's, from its own table."""

    def test_a_file_is_named_as_in_a_shell(self):
        for name in ("trivial.so", "./trivial.so", PLUGINS / "trivial.so"):
            done = subprocess.run([BINARY / "entente", "plugin", "show", name], cwd=PLUGINS, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout.split(":")[0]), (0, "trivial 1.2.3"), done)
        status, _, err = entente("show", "./nothing.so")
        self.assertEqual(status, 2)
        self.assertIn("./nothing.so: cannot open", err)

    def test_its_sample_configuration_is_one(self):
        with tempfile.TemporaryDirectory() as folder:
            for path, said in ((PLUGINS / "trivial.so", f"plugin = {PLUGINS}/trivial.so"), ("console", "plugin = console")):
                status, out, _ = entente("show", path, "--format", "ini")
                self.assertIn(f"\n{said}\n", out)
                file = pathlib.Path(folder) / "entente.ini"
                file.write_text(out.replace("trivial-source", "a").replace("trivial-sink", "b"))
                done = subprocess.run([BINARY / "entente", "check", file], capture_output=True, text=True)
                self.assertNotIn("error", done.stdout + done.stderr)

    def test_its_schema_and_manual_page_have_its_options(self):
        status, out, _ = entente("show", PLUGINS / "trivial.so", "--format", "json")
        shown = json.loads(out)
        self.assertEqual(set(shown["kinds"]), {"source", "sink"})
        self.assertEqual(shown["kinds"]["source"]["properties"]["count"]["x-entente-maximum"], "100")
        self.assertRegex(shown["interface"], r"^\d+\.\d+$")
        status, out, _ = entente("show", PLUGINS / "trivial.so", "--format", "man")
        self.assertIn("\\fBcount\\fR (int, default 2, at least 0, at most 100)", out)
        self.assertIn("built    for plugin interface " + shown["interface"], entente("show", PLUGINS / "trivial.so")[1])


class Run(unittest.TestCase):
    def test_records_go_in_and_out(self):
        status, out, err = entente("run", PLUGINS / "moody.so", text='{"title":"a"}\n\n{"title":"b"}\n')
        self.assertEqual((status, err), (0, ""))
        self.assertEqual([json.loads(line)["name"] for line in out.splitlines()], ["a", "b"])

    def test_reports_made_so_far_go_in_too(self):
        text = json.dumps({"item": {"title": "a"}, "reports": [{"type": "visit"}, {"type": "visit"}]}) + "\n"
        status, out, _ = entente("run", PLUGINS / "moody.so", text=text)
        self.assertEqual((status, json.loads(out)["item_version"]), (0, 2))

    def test_a_sink_takes_deliveries_and_alerts(self):
        alert = {"id": "a1", "headline": "FIRST"}
        forms = [{"id": "d1", "alerts": [alert, {"headline": "SECOND"}]}, {"delivery": "d2", "alerts": [alert]},
                 {"delivery": "d3", **alert}, alert]
        text = "".join(json.dumps(form) + "\n" for form in forms)
        status, out, err = entente("run", "console", text=text)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out.count("FIRST"), 4, out)
        self.assertEqual(out.count("SECOND"), 1, out)

    def test_a_source_is_fetched_as_often_as_asked(self):
        status, out, _ = entente("run", PLUGINS / "trivial.so", "-k", "source", "--set", "text=a, b", "--set", "count=1", "-n", "3")
        self.assertEqual((status, out.splitlines()), (0, ['{"title":"a, b"}'] * 3))

    def test_results_are_told_by_line(self):
        status, out, err = entente("run", PLUGINS / "moody.so", text='{"title":"a"}\n{"title":"REJECT"}\nnothing\n{"tittle":1}\n')
        self.assertEqual((status, len(out.splitlines())), (1, 1))
        self.assertIn("line 2: reject: the title asks for it", err)
        self.assertIn("line 3, column", err)
        self.assertIn("line 4:", err)

    def test_a_crash_is_told_with_its_line(self):
        text = '{"title":"a"}\n{"title":"%s"}\n{"title":"b"}\n'
        status, out, err = entente("run", PLUGINS / "moody.so", text=text % "CRASH")
        self.assertEqual((status, len(out.splitlines())), (1, 1))
        self.assertIn("crashed as a classifier, with the record on line 2: SIGSEGV", err)
        status, _, err = entente("run", PLUGINS / "moody.so", text=text % "EXIT")
        self.assertEqual(status, 1)
        self.assertIn("ended the process as a classifier, with the record on line 2 (exit status 3)", err)

    def test_where_the_daemon_would_put_it_it_is_held_as_there(self):
        deeds = "".join('{"title":"HOSTILE %s"}\n' % deed for deed in ("passwd", "multiply", "crash"))
        for place, told in (("process", ("passwd: done",)), ("sandbox", ("passwd: refused (Permission denied)",))):
            status, out, err = entente("run", PLUGINS / "hostile.so", "--set", "isolate=" + place,
                                       text=deeds + '{"title":"HOSTILE connect"}\n')
            self.assertEqual((status, out), (1, ""), err)
            for text in (*told, "multiply: refused (Operation not permitted)", "line 3: fatal: the plugin crashed (SIGSEGV) in classify",
                         "connect: "):
                self.assertIn(text, err)

    def test_a_program_brings_each_item_once(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "lines")
            program.write_text(LINES)
            program.chmod(0o755)
            for place in ("none", "process", "sandbox"):
                status, out, err = entente("run", program, "--set", "isolate=" + place)
                self.assertEqual((status, out), (0, '{"title":"first"}\n{"title":"second"}\n'), err)

    def test_a_hang_is_ended(self):
        status, _, err = entente("run", PLUGINS / "moody.so", "--timeout", "1", text='{"title":"HANG"}\n')
        self.assertEqual(status, 1)
        self.assertIn("hung as a classifier, with the record on line 1", err)

    def test_one_that_cannot_be_made_is_refused(self):
        status, _, err = entente("run", PLUGINS / "moody.so", "--set", "create=fail")
        self.assertEqual(status, 2)
        self.assertIn("create was asked to fail", err)
        status, _, err = entente("run", PLUGINS / "wrong_major.so")
        self.assertEqual(status, 2)
        self.assertIn("abi_major differs", err)
        status, _, err = entente("run", PLUGINS / "trivial.so")
        self.assertEqual(status, 2)
        self.assertIn("say which one it shall be", err)
        status, _, err = entente("run", PLUGINS / "herald.so")
        self.assertEqual(status, 2)
        self.assertIn("run it in entented", err)

    def test_http_goes_out_only_as_configured(self):
        with server() as url:
            words = ["run", PLUGINS / "trivial.so", "-k", "source", "-s", "answer=url", "-s", "url=" + url]
            status, out, err = entente(*words)
            self.assertEqual((status, out), (1, ""))
            self.assertIn("allow_private", err)
            for place in ("none", "process", "sandbox"):
                status, out, err = entente(*words, "-s", "allow_private=yes", "-s", "isolate=" + place)
                self.assertEqual((status, out), (0, '{"title":"hello"}\n'), err)


unittest.main()
