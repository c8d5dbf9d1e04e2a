"""Alerts in the system's log: a real rsyslogd and a real journald where they are installed, and the sockets themselves."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
import unittest

from support import EntenteTest, feed

RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/sbin:/usr/bin")
JOURNALD = next((path for path in ("/lib/systemd/systemd-journald", "/usr/lib/systemd/systemd-journald")
                 if os.path.exists(path)), None)


class Syslog(EntenteTest):
    isolate = "none"

    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", 'UZB KAZ pact "of \\two]" signed', "One."), ("b", "FIN SWE pact signed", "Two.")])

    def sink(self, *lines, entente=""):
        self.configure(self.source("news", "/feed"), self.PACT, "[watch.pacts]\nwhen = type = agreement\nto = log",
                       "\n".join(["[sink.log]", "plugin = syslog", "isolate = " + self.isolate, *lines]), entente=entente)

    def bind(self, name):
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        peer.bind(str(self.folder / name))
        peer.settimeout(10)
        self.addCleanup(peer.close)
        return peer

    def test_rfc_5424_over_a_local_socket(self):
        peer = self.bind("log")
        self.sink("transport = local", "path = %s" % (self.folder / "log"), "facility = local3", "severity = warning")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        for _ in range(2):
            entry = peer.recv(65536).decode()
            match = re.fullmatch(r'<156>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z \S+ entente \d+ new \[entente@32473'
                                 r'((?: [a-z]+="(?:[^"\\\]]|\\["\\\]])*")+)\] \ufeff(.+)', entry)
            self.assertTrue(match, entry)
            self.assertIn(' watch="pacts"', match[2])
            self.assertIn(' type="agreement"', match[2])
            self.assertRegex(match[2], ' delivery="[0-9a-f]{32}"')
            self.assertIn("https://example.org/", match[3])

    def test_the_older_form_and_a_message_of_ones_own(self):
        peer = self.bind("log")
        self.sink("transport = local", "path = %s" % (self.folder / "log"), "format = rfc3164", "tag = desk",
                  "message = {{watch}}: {{actors}}")
        self.assertEqual(self.run_once().status, 0)
        entries = {peer.recv(65536).decode() for _ in range(2)}
        for entry in entries:
            self.assertRegex(entry, r"^<29>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d desk\[\d+\]: pacts: [A-Z]{3}, [A-Z]{3}$")

    def test_a_log_that_is_not_there_or_full_is_tried_again(self):
        self.sink("transport = local", "path = %s" % (self.folder / "log"), entente="once_deadline = 2s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "log", "No such file")
        peer = self.bind("log")
        filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(filler.close)
        filler.setblocking(False)
        filled = 0
        while True:
            try:
                filler.sendto(b"x", str(self.folder / "log"))
                filled += 1
            except BlockingIOError:
                break
        self.entente("delivery", "retry", "--sink", "log", "--state", "pending")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "takes no more just now")
        for _ in range(filled):
            peer.recv(65536)
        self.entente("delivery", "retry", "--sink", "log", "--state", "pending")
        self.assertEqual(self.run_once().status, 0)
        self.assertIn(b"entente@32473", peer.recv(65536))

    @unittest.skipUnless(RSYSLOGD, "rsyslog is not installed")
    def test_rsyslog_reads_the_structured_data(self):
        log, path, config = self.folder / "rsyslog.log", self.folder / "dev-log", self.folder / "rsyslog.conf"
        config.write_text(
            'module(load="imuxsock" SysSock.Use="off")\n'
            'input(type="imuxsock" Socket="%s" UseSpecialParser="off" ParseHostname="on" RateLimit.Interval="0")\n'
            'template(name="t" type="string" string="%%app-name%%|%%msgid%%|%%structured-data%%|%%syslogseverity-text%%|%%msg%%\\n")\n'
            'action(type="omfile" file="%s" template="t")\n' % (path, log))
        daemon = subprocess.Popen([RSYSLOGD, "-n", "-f", config, "-i", self.folder / "pid"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (daemon.kill(), daemon.wait()))
        self.wait_for(path.exists, "rsyslog's socket")
        self.sink("transport = local", "path = %s" % path)
        self.assertEqual(self.run_once().status, 0)
        self.wait_for(lambda: log.exists() and log.read_text().count("\n") >= 2, "the entries in rsyslog's file")
        for line in log.read_text().splitlines():
            name, message_id, data, severity, text = line.split("|", 4)
            self.assertEqual((name, message_id, severity), ("entente", "new", "notice"))
            self.assertIn('watch="pacts"', data)
            self.assertIn("agreement/framework signed", text)

    @unittest.skipUnless(JOURNALD and os.geteuid() == 0 and shutil.which("journalctl"), "needs systemd-journald and root")
    def test_journald_has_the_fields(self):
        name = "entente%d" % os.getpid()
        place = pathlib.Path("/run/systemd/journal.%s" % name)
        daemon = subprocess.Popen([JOURNALD, name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def end():
            daemon.terminate()
            daemon.wait()
            shutil.rmtree(place, ignore_errors=True)
            for folder in (*pathlib.Path("/var/log/journal").glob("*." + name), *pathlib.Path("/run/log/journal").glob("*." + name)):
                shutil.rmtree(folder, ignore_errors=True)

        self.addCleanup(end)
        end_at = time.monotonic() + 10
        while not (place / "socket").exists():
            if daemon.poll() is not None or time.monotonic() > end_at:
                self.skipTest("journald does not run here")
            time.sleep(0.05)
        self.sink("transport = journald", "journal = %s" % (place / "socket"))
        self.assertEqual(self.run_once().status, 0)

        def entries():
            out = subprocess.run(["journalctl", "--namespace=" + name, "-o", "json", "SYSLOG_IDENTIFIER=entente"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            return [json.loads(line) for line in out.splitlines()]

        self.wait_for(lambda: len(entries()) == 2, "the entries in the journal")
        for entry in entries():
            self.assertEqual(entry["PRIORITY"], "5")
            self.assertEqual(entry["ENTENTE_WATCH"], "pacts")
            self.assertEqual(entry["ENTENTE_TYPE"], "agreement")
            self.assertRegex(entry["ENTENTE_DELIVERY"], "^[0-9a-f]{32}$")
            self.assertIn("agreement/framework signed", entry["MESSAGE"])


class SyslogInASandbox(Syslog):
    isolate = "sandbox"


if __name__ == "__main__":
    unittest.main()
