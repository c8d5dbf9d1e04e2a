"""memory_max where a control group is delegated to the daemon.

Few machines that tests run on have one, so a kernel of its own is started for it: User Mode Linux, whose root is this machine's. There
guest_cgroup.py runs, in a group with the mark that systemd's Delegate=memory leaves. Skipped where there is no `linux.uml`, and
where the processor is one that it cannot run programs on.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

import support

LONGEST = 300  # seconds
NO_ROOM = "ptrace set fp regs failed"  # its kernel's last words where a processor keeps more than it knows of
VERDICT = "the guest's tests ended with "
INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp ENT_BINARY_DIR='{build}' ENT_SOURCE_DIR='{source}'
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
cd '{folder}'
'{python}' -B guest_cgroup.py 2>&1
echo "{verdict}$?"
echo o > /proc/sysrq-trigger
sleep 60
"""


class Cgroup(unittest.TestCase):
    @unittest.skipUnless(shutil.which("linux.uml"), "no linux.uml (package user-mode-linux)")
    def test_in_a_kernel_of_its_own(self):
        # Not in /tmp, which the guest's own lies over.
        with tempfile.TemporaryDirectory(dir=support.BUILD, prefix="guest-") as folder:
            init = pathlib.Path(folder, "init")
            init.write_text(INIT.format(build=support.BUILD, source=support.SOURCE, folder=pathlib.Path(__file__).resolve().parent,
                                        python=os.path.realpath(sys.executable), verdict=VERDICT))
            init.chmod(0o700)
            guest = subprocess.Popen(["linux.uml", "mem=1G", "rootfstype=hostfs", "rootflags=/", "rw", "quiet", "init=%s" % init,
                                      "con=null", "con0=fd:0,fd:1", "uml_dir=%s" % folder], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
            timer = threading.Timer(LONGEST, os.killpg, (guest.pid, signal.SIGKILL))
            timer.start()
            lines = []
            for line in guest.stdout:
                lines.append(line.decode(errors="replace"))
                if VERDICT in lines[-1]:
                    break
            timer.cancel()
            # Some of its processes outlive its end otherwise.
            os.killpg(guest.pid, signal.SIGKILL)
            guest.stdout.close()
            guest.wait()
        out = "".join(lines)
        if VERDICT not in out and NO_ROOM in out:
            self.skipTest("User Mode Linux has no room for this processor's registers (AMX) and runs no program here")
        self.assertIn(VERDICT + "0", out)
        print(out[-3000:])


if __name__ == "__main__":
    unittest.main()
