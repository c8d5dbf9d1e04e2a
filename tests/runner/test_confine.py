"""`entente-runner confine`: a program inside its instance's limits, in a shell and in Python, as exec starts it.

usage: test_confine.py BINARY_DIR SOURCE_DIR
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

RUNNER = str(pathlib.Path(sys.argv.pop(1)).resolve() / "entente-runner")
SOURCE = pathlib.Path(sys.argv.pop(1))
PYTHON = "/usr/bin/python3"


def confine(limits, *program, text="", seconds=60):
    done = subprocess.run([RUNNER, "confine", *limits, "--", *program], input=text, capture_output=True, text=True,
                          timeout=seconds, start_new_session=True)
    return done.returncode, done.stdout, done.stderr


def shell(script, *limits, **more):
    return confine(limits or ["isolate=sandbox"], "/bin/sh", "-c", script, **more)


def python(script, *limits, **more):
    return confine(limits or ["isolate=sandbox"], PYTHON, "-c", script, **more)


def group_is_gone(group):
    for _ in range(500):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


class Program(unittest.TestCase):
    """What a program is for goes on working."""

    def test_shell_scripts_have_their_tools(self):
        status, out, err = shell("while read -r line; do echo \"$line\" | sed 's/a/b/'; done", text="a\nca\n")
        self.assertEqual((status, out, err), (0, "b\ncb\n", ""))

    def test_python_has_its_library_threads_and_children(self):
        status, out, err = python("""
import json, ssl, subprocess, sys, threading, zoneinfo
thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
print(subprocess.check_output(["/bin/echo", "child"], text=True).strip(), len(json.loads(sys.stdin.readline())))
""", text="[1, 2]\n")
        self.assertEqual((status, out, err), (0, "thread\nchild 2\n", ""))

    def test_its_end_is_told_as_it_was(self):
        self.assertEqual(shell("exit 7")[0], 7)
        self.assertEqual(shell("kill -SEGV $$")[0], -signal.SIGSEGV)
        self.assertEqual(shell("kill -KILL $$")[0], -signal.SIGKILL)

    def test_what_cannot_be_started_is_told(self):
        status, _, err = confine(["isolate=sandbox"], "/nowhere/at/all")
        self.assertEqual((status, err), (127, "/nowhere/at/all cannot be started: No such file or directory\n"))

    def test_words_that_are_none_are_refused(self):
        for word in ("isolate=box", "memory_max=much", "cpu_max=-1", "colour=red"):
            status, _, err = confine([word], "/bin/true")
            self.assertEqual(status, 125, word)
            self.assertIn(f'"{word}" is none of its words', err)
        self.assertIn("no program is named", confine([])[2])

    def test_a_script_may_read_what_lies_beside_it(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "alert.sh")
            pathlib.Path(folder, "names.txt").write_text("beside\n")
            script.write_text("#!/bin/sh\ncat \"${0%/*}/names.txt\"\n")
            script.chmod(0o755)
            self.assertEqual(confine(["isolate=sandbox"], str(script)), (0, "beside\n", ""))

    def test_sigterm_is_the_programs(self):
        child = subprocess.Popen([RUNNER, "confine", "isolate=sandbox", "--", "/bin/sh", "-c",
                                  "trap 'echo done; exit 3' TERM; echo ready; while :; do sleep 0.1; done"],
                                 stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.assertEqual(child.stdout.readline(), "ready\n")
        os.killpg(child.pid, signal.SIGTERM)
        self.assertEqual(child.stdout.read(), "done\n")
        self.assertEqual(child.wait(20), 3)
        child.stdout.close()

    def test_killing_the_group_leaves_nothing(self):
        child = subprocess.Popen([RUNNER, "confine", "isolate=sandbox", "--", "/bin/sh", "-c", "sleep 60 & echo on; wait"],
                                 stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.assertEqual(child.stdout.readline(), "on\n")
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(20)
        child.stdout.close()
        self.assertTrue(group_is_gone(child.pid))


class Sandbox(unittest.TestCase):
    """What it must not do, it cannot."""

    def refused(self, expression, word="Errno"):
        status, out, err = python(f"""
import ctypes, os, signal, socket, sys
try:
    {expression}
    print("it did")
except OSError as error:
    print("Errno", error.errno)
""")
        self.assertIn(word, out, (expression, status, out, err))

    def test_no_sockets(self):
        self.refused("socket.socket()")
        self.refused("socket.socketpair()")

    def test_no_files_of_others(self):
        with tempfile.NamedTemporaryFile() as other:
            other.write(b"kept")
            other.flush()
            self.refused(f"open({other.name!r})")
            self.refused(f"open({other.name!r}, 'w')")
            self.refused(f"os.truncate({other.name!r}, 0)")
            self.assertEqual(pathlib.Path(other.name).read_bytes(), b"kept")
        self.refused("open('/etc/passwd')")
        self.refused("os.listdir('/root')")

    def test_its_paths_and_no_more(self):
        with tempfile.TemporaryDirectory() as folder:
            read, written, own = (os.path.join(folder, name) for name in ("read", "written", "own"))
            pathlib.Path(read).write_text("r\n")
            os.mkdir(own)
            limits = ["isolate=sandbox", f"read={read}", f"write={written}", f"folder={own}"]
            self.assertEqual(shell(f"cat {read}; echo w > {written}; echo o > {own}/o; mkdir {own}/p; rm {own}/o; ls {own}",
                                   *limits), (0, "r\np\n", ""))
            self.assertEqual(pathlib.Path(written).read_text(), "w\n")
            status, _, err = shell(f"echo x > {read}", *limits)
            self.assertNotEqual(status, 0)
            status, _, err = shell(f"echo x > {folder}/new", *limits)
            self.assertNotEqual(status, 0)
            self.assertIn("Permission denied", err)

    def test_no_signals_to_others(self):
        self.refused(f"os.kill({os.getpid()}, 0)")
        self.refused("os.kill(os.getppid(), signal.SIGKILL)")

    def test_no_way_out_of_its_group(self):
        self.refused("os.setsid()")
        self.refused("os.setpgid(0, 0)")

    def test_its_children_are_in_it_too(self):
        status, out, err = shell("sh -c 'cat /etc/passwd'; /usr/bin/python3 -c 'import socket; socket.socket()'")
        self.assertEqual(out, "")
        self.assertIn("Permission denied", err)
        self.assertIn("Operation not permitted", err)

    def test_a_process_of_its_own_has_the_rest(self):
        self.assertEqual(python("import socket; socket.socket(); print(open('/etc/passwd').readline() != '')",
                                "isolate=process"), (0, "True\n", ""))


class Limits(unittest.TestCase):
    def test_memory(self):
        status, _, err = python("import time; x = b'x' * (300 << 20); time.sleep(50)", "isolate=sandbox",
                                f"memory_max={100 << 20}")
        self.assertEqual(status, -signal.SIGKILL)
        self.assertRegex(err, r"the program was ended: it used [0-9.]+ MiB of memory, and memory_max is 100 MiB\n")

    def test_memory_of_children_counts(self):
        status, _, err = shell("/usr/bin/python3 -c \"import time; x = b'x' * (300 << 20); time.sleep(50)\" & wait",
                               "isolate=sandbox", f"memory_max={100 << 20}")
        self.assertEqual(status, -signal.SIGKILL)
        self.assertIn("memory_max is 100 MiB", err)

    def test_a_fork_bomb_ends_itself_alone(self):
        child = subprocess.Popen([RUNNER, "confine", "isolate=sandbox", "processes_max=16", "--", "/bin/sh", "-c",
                                  "while :; do sleep 30 & done"], stderr=subprocess.PIPE, text=True, start_new_session=True)
        _, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, -signal.SIGKILL)
        self.assertRegex(err, r"the program was ended: it started [0-9]+ processes, and may have 16")
        self.assertTrue(group_is_gone(child.pid))

    def test_descriptors(self):
        status, out, _ = python("""
files = []
try:
    while True:
        files.append(open("/dev/null"))
except OSError as error:
    print(error.errno, len(files) < 40)
""", "isolate=sandbox", "descriptors_max=40")
        self.assertEqual((status, out), (0, "24 True\n"))

    def test_a_share_of_a_core(self):
        status, out, _ = python("""
import time
end, before = time.monotonic() + 3, time.process_time()
while time.monotonic() < end:
    pass
print(time.process_time() - before < 1.5)
""", "isolate=sandbox", "cpu_max=0.1")
        self.assertEqual((status, out), (0, "True\n"))


class Service(unittest.TestCase):
    def test_the_unit_lets_a_runner_enter_its_sandbox(self):
        """systemd kills whoever makes a call that it filters, and none of the sets of 252 has these."""
        unit = (SOURCE / "etc" / "entente.service.in").read_text()
        allowed = " ".join(line.split("=", 1)[1] for line in unit.splitlines() if line.startswith("SystemCallFilter=")).split()
        for call in ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp"):
            self.assertIn(call, allowed)


def has_landlock():
    return subprocess.run([RUNNER, "confine", "isolate=sandbox", "required=yes", "--", "/bin/true"], capture_output=True)


if __name__ == "__main__":
    probe = has_landlock()
    if probe.returncode == 125:
        sys.exit((print(probe.stderr.decode()), 77)[1])
    unittest.main()
