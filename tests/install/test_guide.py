"""Every command of docs/plugins.md, in the order of the page and as it stands there, with the installed kit alone. Files that the
page shows are written down first: the sink as shout.c, others by the name behind the fence's language.

usage: test_guide.py SOURCE_DIR BINARY_DIR CMAKE [SANITIZERS]
"""
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

from prefix import BARE, install, with_packages

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
page = (source / "docs" / "plugins.md").read_text(encoding="utf-8")
blocks = FENCE.findall(page)
commands = [text for language, _, text in blocks if language == "sh"]
assert len(commands) >= 8, "the page has lost its commands"



def ask_service(prefix, work):
    """What the service of the page says to who connects, in the daemon."""
    listen = work / "tally.sock"
    (work / "tally.ini").write_text(f"[entente]\nstate_dir = {work}/tally-state\n[service.tally]\nplugin = {work}/tally.so\nlisten = {listen}\n")
    with subprocess.Popen([prefix / "bin" / "entented", "-c", work / "tally.ini"], env=BARE, stderr=subprocess.DEVNULL) as daemon:
        try:
            end = time.monotonic() + 60
            while not listen.exists() and time.monotonic() < end:
                time.sleep(0.05)
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(30)
                client.connect(str(listen))
                return b"".join(iter(lambda: client.recv(65536), b"")).decode()
        finally:
            daemon.terminate()


if len(sys.argv) > 4 and sys.argv[4]:
    print("skipped: plugins of the page are built without the sanitizers that the installed programs need")
    sys.exit(0)

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    prefix = install(sys.argv[3], binary, folder)
    work = folder / "work"
    work.mkdir()
    (work / "shout.c").write_text(next(text for language, file, text in blocks if language == "c" and "shout" in text))
    for _, file, text in blocks:
        if file:
            (work / file).write_text(text)
    environment = {**with_packages(prefix), "PATH": f"{prefix}/bin:{BARE['PATH']}", "CMAKE_PREFIX_PATH": str(prefix)}
    printed = ""
    for text in commands:
        done = subprocess.run(["bash", "-euc", text], cwd=work, env=environment, capture_output=True, text=True, timeout=150)
        if done.returncode:
            sys.exit(f"{text}exit {done.returncode}\n{done.stdout}{done.stderr}")
        printed += done.stdout + done.stderr
    printed += ask_service(prefix, work)
    for wanted in ("ALERT: FIN, SWE: exercise announced", "shout 1.0: sink\nno problems", "page 1.0: source\n", "Norway hands two patrol boats",
                   "allocations failed one by one", "stage", "100% tests passed", "tally 1.0: service\nno problems",
                   '"counts":{"items":'):
        assert wanted in printed, f"{wanted!r} is not in what the commands print:\n{printed}"
print(f"{len(commands)} passed, 0 failed")
