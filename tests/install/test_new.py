"""`entente plugin new` with the installed kit alone: for each kind and language what it writes builds without a warning, its
tests pass, its configuration runs as written; and it never overwrites.

usage: test_new.py BINARY_DIR CMAKE C_COMPILER CXX_COMPILER [SANITIZERS]
"""
import contextlib
import functools
import http.server
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

from prefix import BARE, install, run, with_packages

binary = pathlib.Path(sys.argv[1]).resolve()
cmake, c_compiler, cxx_compiler = sys.argv[2:5]
sanitize = f" -fsanitize={sys.argv[5]}" if len(sys.argv) > 5 and sys.argv[5] else ""
PROJECTS = [(kind, language) for language in ("c", "c++", "python")
            for kind in ("source", "transform", "classifier", "detector", "sink")]


def make(prefix, folder, *targets):
    flags = f"-O1 -Wpedantic -Werror{sanitize}"
    return run("make", "-C", folder, f"CC={c_compiler}", f"CXX={cxx_compiler}", f"CFLAGS={flags}",
               f"CXXFLAGS={flags} -Wold-style-cast -Wshadow", *targets, environment=with_packages(prefix), timeout=150)


@contextlib.contextmanager
def headlines_served(folder):
    """A server of the folder, on a free port, which the configuration is told."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        configuration = folder / "entente.ini"
        written = configuration.read_text()
        assert "127.0.0.1:8000/headlines.txt" in written, written
        configuration.write_text(written.replace(":8000/", f":{server.server_port}/"))
        try:
            yield
        finally:
            server.shutdown()


def runs_as_written(prefix, folder, kind, name):
    """The sample configuration finds the event in the sample articles; that of a source over HTTP asks a server that has
    the project's folder, as its README says."""
    if kind == "source" and not name.endswith("python"):
        with headlines_served(folder):
            printed = run(prefix / "bin" / "entented", "-c", "entente.ini", "--once", cwd=folder)
    else:
        printed = run(prefix / "bin" / "entented", "-c", "entente.ini", "--once", cwd=folder)
    if kind == "sink":
        printed = (folder / "alerts.txt").read_text()
    found = re.findall("Norway|NOR", printed)
    assert found and "Rain" not in printed, (name, printed)


def never_overwrites(entente, folder):
    before = {path: path.read_bytes() for path in sorted((folder / "mine-source-c").rglob("*")) if path.is_file()}
    done = subprocess.run([entente, "plugin", "new", "mine-source-c", "--kind", "sink"], cwd=folder, env=BARE,
                          capture_output=True, text=True)
    assert done.returncode == 2 and "is left as it is" in done.stderr, done
    assert before == {path: path.read_bytes() for path in sorted((folder / "mine-source-c").rglob("*")) if path.is_file()}


def refuses(entente, folder, *words, text):
    said = run(entente, "plugin", "new", *words, cwd=folder, status=2)
    assert text in said, said
    assert not (folder / words[0]).exists()


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name) / "work"
    folder.mkdir()
    prefix = install(cmake, binary, folder)
    entente = prefix / "bin" / "entente"
    for kind, language in PROJECTS:
        project = f"mine-{kind}-{language.replace('+', 'p')}"
        run(entente, "plugin", "new", project, "--kind", kind, "--lang", language, cwd=folder)
        left = [path for path in (folder / project).iterdir() if re.search(r"@[A-Z]+@", path.read_text() + path.name)]
        assert not left, f"a place was not filled in: {left}"
        printed = make(prefix, folder / project, "check")
        if language != "python":
            assert "\npassed\n" in printed and "no problems" in printed, printed
            if not sanitize:
                assert int(re.search(r"(\d+) allocations failed", printed).group(1)) > 0, printed
            exported = run("nm", "-D", "--defined-only", next((folder / project).rglob("*.so"))).split()[2::3]
            assert sanitize or exported == ["ent_plugin_query"], exported
        runs_as_written(prefix, folder / project, kind, project)
        print(f"{project}: built, tested and run")
    for project in ("mine-sink-c", "mine-sink-python"):
        make(prefix, folder / project, "install")
        assert project in run(entente, "plugin", "list", cwd=folder)
    never_overwrites(entente, folder)
    refuses(entente, folder, "Mine", "--kind", "sink", text="cannot be a plugin's name")
    refuses(entente, folder / "mine-sink-c", "../x", "--kind", "sink", text="cannot be a plugin's name")
    refuses(entente, folder, "x", text="--kind source, transform, classifier, detector or sink")
print(f"{len(PROJECTS) + 1} passed, 0 failed")
