"""A daemon that serves an archive and does nothing else, for the measurements over one of a million events (filters, views)."""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARCHIVE = pathlib.Path("/tmp/entente-bench-query-1000000")
READ_AHEAD, SHEETS = b"has read ahead", b"has laid out columns"


class Served:
    """A daemon that serves the archive and does nothing else."""

    def __init__(self, build, archive, folder):
        self.build, self.archive = build, archive
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.config, self.log = pathlib.Path(folder) / "entente.ini", pathlib.Path(folder) / "log"
        self.config.write_text(f"[entente]\nstate_dir = {archive}\n[log]\nlevel = debug\n[service.web]\nplugin = web\nlisten = 127.0.0.1:{self.port}\n")
        self.process = None
        name = ["token", "create", "bench-%d" % os.getpid()]
        done = subprocess.run([build / "entente", "-c", self.config, *name], capture_output=True, text=True, timeout=120)
        if done.returncode:
            sys.exit("bench: no token: " + done.stderr)
        self.headers = {"Authorization": "Bearer " + done.stdout.strip(), "Host": "127.0.0.1:%d" % self.port}

    def wait_for(self, text, seconds):
        end = time.monotonic() + seconds
        while text not in self.log.read_bytes():
            if self.process.poll() is not None:
                sys.exit("bench: the daemon ended\n" + self.log.read_text()[-2000:])
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def start(self, took=None):
        """`took`: a list that gets the milliseconds until it serves."""
        begun = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([self.build / "entented", "-c", self.config], stderr=log, stdout=log)
        if not self.wait_for(b"serves http", 60):
            sys.exit("bench: the daemon does not serve\n" + self.log.read_text()[-2000:])
        if took is not None:
            took.append((time.monotonic() - begun) * 1000)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def settle(self):
        """Waits until what the daemon reads ahead is read."""
        self.wait_for(READ_AHEAD, 60)

    def lay_out(self):
        """Waits until what the daemon lays out in sheets is laid out, which takes a while at its first start over an archive."""
        self.wait_for(SHEETS, 600)

    def stop(self):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def forget(self):
        """Empties the page cache of the archive; what is not on the disk yet is written first."""
        for path in [*self.archive.glob("entente.db*"), *self.archive.glob("columns/*")]:
            with open(path, "rb") as file:
                os.fdatasync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def processor(self):
        """Milliseconds of the processors' time that all threads have had: clock_getcpuclockid(3) of the process."""
        return time.clock_gettime(~self.process.pid << 3 | 2) * 1000

    def ask(self, question, parameters):
        """(milliseconds, of them of the processor, the answer)."""
        address = "/api/v1/%s?%s" % (question, urllib.parse.urlencode(parameters))
        used, begun = self.processor(), time.monotonic()
        self.connection.request("GET", address, headers=self.headers)
        reply = self.connection.getresponse()
        body = reply.read()
        took = (time.monotonic() - begun) * 1000
        if reply.status != 200:
            sys.exit("bench: %s answered %d: %s" % (address, reply.status, body[:300]))
        return took, self.processor() - used, json.loads(body)
