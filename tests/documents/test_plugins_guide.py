"""The plugin of docs/plugins.md, taken from the page as it stands: it must build without a warning against the installed
headers alone, and print the alert of a real run.

usage: test_plugins_guide.py SOURCE_DIR BINARY_DIR COMPILER [SANITIZERS]
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
compiler = sys.argv[3]
sanitize = [f"-fsanitize={sys.argv[4]}"] if len(sys.argv) > 4 and sys.argv[4] else []
ARTICLE = ('{"id":"a1","title":"Norway hands two patrol boats to Moldova","body":"Norway has donated two patrol boats to '
           'Moldova, the Norwegian Ministry of Defence announced on Wednesday.","date":"2026-03-05",'
           '"url":"https://outlet.example/a1"}\n')


def run(*command, **keywords):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, **keywords)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nexit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def program_of(page):
    return re.search(r"```c\n(#include <entente/plugin.h>.*?)```", page.read_text(encoding="utf-8"), re.S).group(1)


program = program_of(source / "docs" / "plugins.md")
assert program == program_of(source / "README.md"), "README.md and docs/plugins.md show different plugins"

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    shutil.copytree(source / "include", folder / "include")
    (folder / "shout.c").write_text(program)
    run(compiler, "-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror", *sanitize, "-shared", "-fPIC", "-I", folder / "include",
        "-o", folder / "shout.so", folder / "shout.c")
    shown = run(binary / "entente", "plugin", "show", folder / "shout.so")
    assert "Prints the headline of every alert" in shown, shown
    (folder / "articles.jsonl").write_text(ARTICLE)
    (folder / "entente.ini").write_text(
        f"[entente]\nstate_dir = {folder}/state\n[source.archive]\nplugin = files\npath = {folder}/articles.jsonl\n"
        f"[classifier.coder]\nplugin = coder\n[sink.shout]\nplugin = {folder}/shout.so\n"
        "[watch.everything]\nwhen = confidence >= 0.05\nto = shout\n")
    run(binary / "entente", "check", folder / "entente.ini")
    printed = run(binary / "entented", "-c", folder / "entente.ini", "--once")
    assert re.search(r"^ALERT: .*(Norway|NOR)", printed, re.M), printed
print("1 passed, 0 failed")
