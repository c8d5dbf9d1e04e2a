"""What test_cgroup.py runs in a kernel of its own: the daemon in a control group that is delegated to it, and in one that is not."""
import json
import os
import pathlib
import unittest

import test_confined
import test_hostile

ROOT = pathlib.Path("/sys/fs/cgroup")
DELEGATED = ROOT / "entente.service"


def enter(group):
    (group / "cgroup.procs").write_text(str(os.getpid()))


def groups():
    return {path.name for path in DELEGATED.iterdir() if path.is_dir()}


class InGroup:
    def setUp(self):
        super().setUp()
        DELEGATED.mkdir()
        os.setxattr(DELEGATED, "user.delegate", b"1")
        self.addCleanup(self.leave)

    def start(self):
        # As systemd does, the daemon alone begins in the group; or, where one has been there before, in the part that it made.
        enter(DELEGATED / "daemon" if (DELEGATED / "daemon").exists() else DELEGATED)
        try:
            return super().start()
        finally:
            enter(ROOT)

    def leave(self):
        (DELEGATED / "cgroup.kill").write_text("1")
        self.wait_for(lambda: "populated 0" in (DELEGATED / "cgroup.events").read_text(), "the end of its processes")
        for path in [*DELEGATED.glob("*/"), DELEGATED]:
            path.rmdir()


# What leaks does it in files of a file system that is memory: no sample sees that, so that none can come before the kernel.

class Runner(InGroup, test_hostile.HostileTest):
    isolate = "process"

    def test_a_leak_is_ended_by_the_kernel(self):
        process = self.run_with("leak-file", "memory_max = 128M")
        self.wait_for_log("memory_max is held by control groups, too")
        letters = self.wait_for(self.dead_letters, "a dead letter", 90)
        self.assertIn("used all of its memory, and memory_max is 128 MiB", json.dumps(letters))
        self.assert_all_done()
        self.assertIsNone(process.poll(), "the daemon lives")
        rows = [row for row in json.loads(self.entente("status", "--format", "json").out)["processes"] if row["plugin"] == "hostile"]
        self.assertTrue(rows[0]["isolation"].endswith("; control group"), rows)
        self.assertEqual(len(groups()), 4, "the daemon's, and those of three runners, one of which came after")
        process.terminate()
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(groups(), {"daemon"})

    def test_what_a_killed_daemon_leaves_is_removed_by_the_next(self):
        process = self.run_with("none", "memory_max = 128M")
        self.wait_for(lambda: len(groups()) == 4, "the groups of three runners")
        left = groups() - {"daemon"}
        process.kill()
        process.wait()
        self.start()
        self.wait_for(lambda: len(groups()) == 4 and groups().isdisjoint(left), "those of the next in their place")

    def test_without_the_mark_nothing_is_made(self):
        os.setxattr(DELEGATED, "user.delegate", b"0")
        self.run_with("none", "memory_max = 128M")
        self.assert_all_done()
        self.assertNotIn("control groups", self.log())
        self.assertEqual(groups(), set())


class Program(InGroup, test_confined.Confined):
    def test_a_program_is_ended_by_the_kernel(self):
        self.sink("exec /bin/dd if=/dev/zero of=/tmp/much bs=64k count=4800", "isolate = process", "memory_max = 100M", "timeout = 90s")
        self.start()
        self.wait_for_log("the program was ended: it used all of its memory, and memory_max is 100 MiB")


def load_tests(loader, *_):
    """Without what is inherited."""
    return unittest.TestSuite(kind(name) for kind in (Runner, Program) for name in loader.getTestCaseNames(kind)
                              if name in vars(kind))


if __name__ == "__main__":
    (ROOT / "cgroup.subtree_control").write_text("+memory")
    unittest.main(verbosity=2)
