"""Real mail servers for the end-to-end tests, on free loopback ports: Dovecot for IMAP, aiosmtpd for SMTP."""
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

from support import free_port

# The one that Debian's python3-aiosmtpd is for, whichever runs the tests.
SYSTEM_PYTHON = "/usr/bin/python3"
DOVECOT = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")


def certificate(folder):
    """A certificate for localhost that signs itself: (certificate file, key file)."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return cert, key


class Imap:
    """Dovecot over one Maildir; the user is "reader" with password "secret"."""

    def __init__(self, tls=True):
        # Dovecot gives no mail to root: the mails belong to nobody there.
        self.owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="entente-imap-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.mails = 0
        self.certificate, key = certificate(self.folder)
        for sub in ("", "/cur", "/new", "/tmp", "/.R&AOk-ports", "/.R&AOk-ports/cur", "/.R&AOk-ports/new", "/.R&AOk-ports/tmp"):
            path = self.folder / ("mail" + sub)
            path.mkdir()
            self.give(path)
        (self.folder / "users").write_text("reader:{plain}secret:%d:%d::%s\n" % (self.owner.pw_uid, self.owner.pw_gid, self.folder))
        me = pwd.getpwuid(os.geteuid()).pw_name
        login = "dovenull" if os.geteuid() == 0 else me
        config = self.folder / "dovecot.conf"
        config.write_text(f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/run
log_path = {self.folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {"dovecot" if os.geteuid() == 0 else me}
default_internal_group = {"dovecot" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_gid}
default_login_user = {login}
first_valid_uid = 1
disable_plaintext_auth = {"yes" if tls else "no"}
ssl = {"required" if tls else "no"}
ssl_cert = <{self.certificate}
ssl_key = <{key}
mail_location = maildir:{self.folder}/mail
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
""")
        self.process = subprocess.Popen([DOVECOT, "-F", "-c", config])
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise RuntimeError("dovecot does not answer:\n" + self.log()) from None
                time.sleep(0.05)

    def give(self, path):
        if os.geteuid() == 0:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def put(self, text, folder=""):
        """Delivers a mail, unseen."""
        self.mails += 1
        path = self.folder / "mail" / folder / "new" / ("%d.%d.test" % (int(time.time()), self.mails))
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.give(path)

    def flags(self):
        """The Maildir flags of each mail in the inbox ("S": seen)."""
        names = [path.name for sub in ("cur", "new") for path in (self.folder / "mail" / sub).iterdir()]
        return sorted(name.split(":2,")[1] if ":2," in name else "" for name in names)

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def has_smtp():
    return subprocess.run([SYSTEM_PYTHON, "-c", "import aiosmtpd"], stderr=subprocess.DEVNULL).returncode == 0


class Smtp:
    """smtp_server.py as a process; `mails()` are those that it accepted."""

    def __init__(self, folder, *arguments):
        self.seen = pathlib.Path(folder) / "mails"
        script = pathlib.Path(__file__).with_name("smtp_server.py")
        with open(self.seen, "wb") as seen:
            self.process = subprocess.Popen([SYSTEM_PYTHON, "-B", script, str(free_port()), *map(str, arguments)], stdout=seen,
                                            stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not self.lines():
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError("the SMTP server does not start")
            time.sleep(0.05)
        self.port = int(self.lines()[0])

    def lines(self):
        return [line for line in self.seen.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def mails(self):
        return [json.loads(line) for line in self.lines()[1:]]

    def close(self):
        self.process.kill()
        self.process.wait()
