"""What is installed works without the tree that it came from, also when its prefix has been moved: the programs find
their plugins, lexicon and prober, and a plugin builds against it by pkg-config and runs.

usage: test_install.py SOURCE_DIR BINARY_DIR CMAKE COMPILER [SANITIZERS]
"""
import json
import pathlib
import re
import shlex
import shutil
import sys
import tempfile

from prefix import install, run, with_packages

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
cmake, compiler = sys.argv[3:5]
sanitize = [f"-fsanitize={sys.argv[5]}"] if len(sys.argv) > 5 and sys.argv[5] else []
PLUGINS = {lists.parent.name for lists in (source / "plugins").glob("*/CMakeLists.txt") if "ent_plugin(" in lists.read_text()}
ARTICLE = {"id": "a1", "title": "Norway hands two patrol boats to Moldova", "date": "2026-03-05",
           "body": "Norway has donated two patrol boats to Moldova, the Norwegian Ministry of Defence announced on Wednesday.",
           "url": "https://outlet.example/a1"}


def mentions(folder, needle):
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix and ".so" not in path.name
            and needle in path.read_bytes()]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    prefix = install(cmake, binary, folder)
    assert not mentions(prefix, str(binary).encode()), "an installed text names the build tree"
    # What help and manual pages refer to, an operator without the tree can read; and whose the data are.
    pages = "".join(path.read_text(errors="replace") for path in sorted((prefix / "share" / "man").rglob("*")) if path.is_file())
    named = set(re.findall(r"docs/([a-z]+\.md)", pages)) | {"configuration.md", "data.md", "LICENSE"}
    documents = {path.name for path in (prefix / "share" / "doc" / "entente").iterdir()}
    assert len(named) > 5 and named <= documents, f"{sorted(named - documents)} are named and not installed"
    entente, entented = prefix / "bin" / "entente", prefix / "bin" / "entented"
    work = folder / "work"
    work.mkdir()

    listed = run(entente, "plugin", "list", "--format", "jsonl", cwd=work).splitlines()
    rows = [json.loads(line) for line in listed]
    assert {row["name"] for row in rows} == PLUGINS, rows
    assert all(str(prefix) in json.dumps(row) for row in rows), f"plugins from elsewhere than {prefix}: {rows}"

    coded = run(entente, "code", "--format", "jsonl", "-", input=json.dumps(ARTICLE) + "\n", cwd=work)
    events = json.loads(coded)["events"]
    assert [event["type"] for event in events] == ["arms_transfer"], coded

    where = with_packages(prefix)
    flags = shlex.split(run("pkg-config", "--cflags", "entente", environment=where))
    program = re.search(r"```c\n(#include <entente/plugin.h>.*?)```", (source / "docs" / "plugins.md").read_text(), re.S)
    version = (source / "include" / "entente" / "version.h").read_text()
    numbers = [re.search(rf"#define ENT_ABI_{part} (\d+)", version).group(1) for part in ("MAJOR", "MINOR")]
    assert run("pkg-config", "--variable=abi", "entente", environment=where).strip() == ".".join(numbers)
    (work / "shout.c").write_text(program.group(1))
    run(compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", *sanitize, "-shared", "-fPIC", *flags,
        "-o", work / "shout.so", work / "shout.c")
    plugins = pathlib.Path(run("pkg-config", "--variable=plugindir", "entente", environment=where).strip()).resolve()
    assert plugins == next(prefix.rglob("coder.so")).parent.resolve(), plugins
    shutil.copy(work / "shout.so", plugins)
    (work / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    (work / "entente.ini").write_text(
        "[entente]\nstate_dir = state\n[source.archive]\nplugin = files\npath = articles.jsonl\n"
        "[classifier.coder]\nplugin = coder\n[sink.shout]\nplugin = shout\n"
        "[watch.everything]\nwhen = confidence >= 0.05\nto = shout\n")
    run(entente, "check", "entente.ini", cwd=work)
    printed = run(entented, "-c", "entente.ini", "--once", cwd=work)
    assert len(re.findall(r"^ALERT: .*(?:Norway|NOR)", printed, re.M)) == 1, printed
    run(entente, "-c", "entente.ini", "status", cwd=work)
print("1 passed, 0 failed")
