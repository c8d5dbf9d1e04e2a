"""README.md: the configuration that it shows is accepted, and the commands that it shows do what it says.

usage: test_readme.py SOURCE_DIR BINARY_DIR
"""
import pathlib
import re
import subprocess
import sys
import tempfile

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
page = (source / "README.md").read_text(encoding="utf-8")


def run(*command, text=None, **keywords):
    done = subprocess.run([str(word) for word in command], input=text, capture_output=True, text=True, timeout=60,
                          **keywords)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\nexit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    shown = re.search(r"## A configuration\n\n((?:    .*\n|\n)+)", page).group(1)
    (folder / "entente.ini").write_text("[entente]\nstate_dir = state\n" + re.sub(r"^    ", "", shown, flags=re.M))
    assert "watch.central-asia-arms" in run(binary / "entente", "check", "entente.ini", cwd=folder)
    sentence = re.search(r"A sentence in:\n\n    (.*)\n", page).group(1)
    coded = run(binary / "entente", "code", "--format", "json", "--date", "2026-03-05", "-", text=sentence)
    for wanted in ('"NOR"', '"MDA"', '"supplier"', '"recipient"', '"grant"', '"confirmed"'):
        assert wanted in coded, f"{wanted} is not in {coded}"
    for document in re.findall(r"\]\(((?:docs|data)/[^)]+)\)", page):
        assert (source / document).is_file(), f"README.md names {document}, which is not there"
    commands = re.findall(r"^    (entente [a-z -]+?)(?: -|\s{2,}| [A-Za-z]*\.| <|$)", page, re.M)
    assert len(commands) >= 4, commands
    for command in commands:
        words = [word for word in command.split()[1:] if not word.startswith("-")]
        run(binary / "entente", *words, "--help")
print("1 passed, 0 failed")
