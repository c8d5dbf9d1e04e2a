"""Every piece of configuration that a document shows has sections, plugins, keys and values that there are.

usage: test_configurations.py SOURCE_DIR BINARY_DIR
What a piece leaves out (a sink that a watch names, a file that a key names) is not looked at.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
PAGES = ["README.md", "docs/*.md", "examples/**/*.md"]
# What a piece alone cannot have.
LEFT_OUT = re.compile(r"there is no (plugin|file|\[sink|transform or classifier)|cannot (use|open|be used)|lacks '")


def pieces(text):
    for block in re.findall(r"```ini\n(.*?)```", text, re.S):
        yield block
    for block in re.findall(r"(?:^    .*\n|^\n)+", text, re.M):
        block = textwrap.dedent(block).strip("\n")
        if re.match(r"\[[a-z]+[.\]]", block) and "CLASS" not in block:
            yield block


def check(block):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "entente.ini"
        file.write_text(block + "\n")
        done = subprocess.run([str(binary / "entente"), "check", str(file)], capture_output=True, text=True, timeout=60)
        return [line for line in (done.stdout + done.stderr).splitlines() if ": error:" in line]


count, faults = 0, []
for path in sorted({path for pattern in PAGES for path in source.glob(pattern)}):
    for block in pieces(path.read_text(encoding="utf-8")):
        count += 1
        faults += [f"{path.relative_to(source)}: {line}" for line in check(block) if not LEFT_OUT.search(line)]
assert count >= 15, f"only {count} pieces were found: the test does not find them any more"
assert not faults, "\n".join(faults)
print(f"{count} pieces, 0 failed")
