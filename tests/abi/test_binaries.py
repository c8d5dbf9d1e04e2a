"""Plugins that were built against every recorded version of the interface are loaded by this host, and do what they did: each
recorded set of tests/abi/recorded, and one made now.

usage: test_binaries.py SOURCE_DIR BINARY_DIR [SANITIZERS]
"""
import http.server
import json
import os
import pathlib
import platform
import re
import socket
import subprocess
import sys
import tempfile
import threading

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
MACHINE = "x86_64"
KINDS = ("source", "transform", "classifier", "detector", "sink", "service")
if platform.machine() != MACHINE:
    print(f"SKIPPED: the kept binaries are of {MACHINE}, this is {platform.machine()}")
    sys.exit(77)


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        good = asked == b"question" and self.headers["X-Witness"] == "yes"
        self.send_response(200 if good else 400)
        self.send_header("Content-Type", "text/plain")
        self.send_header("X-Answer", "yes")
        self.end_headers()
        self.wfile.write(b"answer")

    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def run(*words, text="", status=0, **keywords):
    done = subprocess.run([str(word) for word in words], input=text, capture_output=True, text=True, timeout=120, **keywords)
    if done.returncode != status:
        sys.exit(f"{' '.join(map(str, words))}\nexit {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
    return done.stdout + (done.stderr if status else "")


def plugin(verb, path, *words, **keywords):
    return run(binary / "entente", "plugin", verb, path, *words, **keywords)


def network_of(recorded, log):
    """What the witness of a recorded version takes of the options that let it try the network."""
    minor_recorded = int(recorded.name.split(".")[1])
    return {"url": url, "peer": PEER, "allow_private": "yes", **({"log": log} if minor_recorded >= 1 else {})}


def heard_by(receiver):
    """How many datagrams there are, each of which must be the witness's."""
    count = 0
    while True:
        try:
            assert receiver.recv(100) == b"seen"
            count += 1
        except BlockingIOError:
            return count


def look_at(folder, url, network):
    """The runner's probe and the workbench."""
    for path in sorted(folder.glob("*.so")):
        settings = ["--set", f"url={url}", "--set", "allow_private=yes"] if path.stem == "witness" else []
        assert json.loads(plugin("check", path, "--format", "json", *settings))["problems"] == [], path
        assert json.loads(plugin("show", path, "--format", "json"))["name"] == path.stem
    for name, text, wanted in (("kit_source", "", "UZB KAZ pact"), ("kit_transform", '{"title":"wanted"}', "wanted"),
                               ("kit_classifier", '{"title":"UZB KAZ pact"}', '"type":"agreement"'),
                               ("kit_detector", '{"id":"00000000000000000000000000000001"}', '"text":"seen"'),
                               ("kit_sink", '{"headline":"told"}', "ALERT told"),
                               ("courier", '{"title":"a"}', '"name":"pact 7 first plain: a"')):
        printed = plugin("run", folder / f"{name}.so", text=text and text + "\n")
        assert wanted in printed, (name, printed)
    said = plugin("check", folder / "witness.so", "--set", f"url={url}", "--set", "number=9", status=1)
    assert "9 is no good" in said, said
    printed = plugin("run", folder / "witness.so", *(word for name, value in network.items() for word in ("--set", f"{name}={value}")))
    assert "all is as it was" in printed, printed


def work_in_daemon(folder, network, work, isolate):
    work.mkdir()
    (work / "entente.ini").write_text(
        f"[entente]\nstate_dir = state\nplugin_path = {folder}\n"
        f"[source.mine]\nplugin = kit_source\ntitle = FRA DEU pact\nisolate = {isolate}\n"
        f"[source.witness]\nplugin = witness\nisolate = {isolate}\n" + "".join(f"{name} = {value}\n" for name, value in network.items()) +
        f"[transform.sieve]\nplugin = kit_transform\nisolate = {isolate}\n"
        f"[classifier.pacts]\nplugin = kit_classifier\nisolate = {isolate}\n"
        f"[classifier.courier]\nplugin = courier\nisolate = {isolate}\n"
        f"[detector.seen]\nplugin = kit_detector\nto = shout\nisolate = {isolate}\n"
        f"[service.logger]\nplugin = kit_service\nisolate = {isolate}\n"
        f"[sink.shout]\nplugin = kit_sink\nbefore = HEARD\nisolate = {isolate}\n"
        "[watch.all]\nwhen = confidence >= 0.5\nto = shout\n")
    run(binary / "entente", "check", "entente.ini", cwd=work)
    done = subprocess.run([binary / "entented", "-c", "entente.ini", "--once"], cwd=work, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done
    heard = re.findall(r"^HEARD (.*)$", done.stdout, re.M)
    found = [line for line in heard if line.startswith("seen")]
    assert len(found) == 3 and len(heard) == 6, done
    for wanted in (r"(?:FRA|France), (?:DEU|Germany): ", "pact 7 first plain", "pact 7 again plain"):
        assert len([line for line in heard if re.search(wanted, line) and line not in found]) == 1, (wanted, done)
    titles = run(binary / "entente", "-c", "entente.ini", "items", "--format", "jsonl", cwd=work)
    assert "all is as it was" in titles, titles


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
PEER = f"127.0.0.1:{server.server_port}"
url = f"http://{PEER}/"
version = (source / "include" / "entente" / "version.h").read_text()
major, minor = (re.search(rf"#define ENT_ABI_{part} (\d+)", version).group(1) for part in ("MAJOR", "MINOR"))
with tempfile.TemporaryDirectory() as name:
    scratch = pathlib.Path(name)
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(str(scratch / "log"))
    receiver.setblocking(False)
    run(source / "scripts" / "record-abi", "--into", scratch / "now")
    sets = sorted((source / "tests" / "abi" / "recorded").glob(f"{major}.*")) + [scratch / "now" / f"{major}.{minor}"]
    for number, recorded in enumerate(sets):
        folder = recorded / "binaries" / MACHINE
        found = sorted(path.stem for path in folder.glob("*.so"))
        assert found == sorted([*(f"kit_{kind}" for kind in KINDS), "courier", "witness"]), (folder, found)
        network = network_of(recorded, scratch / "log")
        look_at(folder, url, network)
        for isolate in ("none", "process", "sandbox"):
            work_in_daemon(folder, network, scratch / f"work{number}-{isolate}", isolate)
        assert heard_by(receiver) == (4 if "log" in network else 0), "each run sends one"
        print(f"{recorded.name}: {len(found)} plugins loaded and run")
print(f"{len(sets)} passed, 0 failed")
