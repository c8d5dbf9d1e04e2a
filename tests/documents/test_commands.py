"""Every command that a document, a manual page or a message of the program names is there, with the options that are named with it.

usage: test_commands.py SOURCE_DIR BINARY_DIR
"""
import functools
import pathlib
import re
import shlex
import subprocess
import sys

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
PROGRAM = str(binary / "entente")
# A page, or the pages below a folder; code has them in its strings.
PAGES = ["README.md", "CONTRIBUTING.md", "docs/*.md", "data/README.md", "data/templates/**/*", "etc/**/*", "examples/**/*.md"]
CODE = ["lib/**/*.[ch]", "core/**/*.[ch]", "plugins/**/*.[ch]", "runner/**/*.[ch]", "kit/**/*.[ch]", "web/src/**/*.tsx"]


@functools.lru_cache(None)
def help_of(*words):
    done = subprocess.run([PROGRAM, *words, "--help"], capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode == 0 else ""


COMMANDS = {tuple(name.split()) for name in re.findall(r"^  ([a-z-]+(?: [a-z-]+)?)  +[A-Z]", help_of(), re.M)}
GROUPS = {name[0] for name in COMMANDS}


def quoted(text):
    """What stands between backticks, in lines of code, and in man pages' bold."""
    for span in re.findall(r"`(entente [^`]+)`", text):
        yield span
    for line in re.findall(r"^(?:    |\t)?(?:\$ |[a-z]+ &&)? *(entente [a-z-].*)$", text, re.M):
        yield line
    for line in re.findall(r"^\.(?:B|RB|BI|BR) \"?(entente [a-z].*?)\"?$", text, re.M):
        yield line.split('"')[0].replace("\\-", "-")


def in_strings(text):
    """Adjacent literals are one string, as they are to the compiler."""
    text = re.sub(r'"\s*\n\s*"', "", text)
    for string in re.findall(r'"((?:\\.|[^"\\\n])*)"', text):
        for span in re.findall(r"[`'](entente [a-z][^`']*)[`']", string):
            yield span.replace('\\"', '"')
    for span in re.findall(r"[`'](entente [a-z][^`'\n]*)[`']", re.sub(r'"(?:\\.|[^"\\\n])*"', "", text)):
        yield span


def problem(command):
    """What is wrong with it; None where nothing is."""
    command = re.split(r"\s+#\s|\s{2,}|[|<>;&(→…]| – |\\n", command)[0].strip().rstrip(".,:)")
    try:
        words = shlex.split(command)[1:]
    except ValueError:
        words = command.split()[1:]
    if words and words[0] in ("-c", "--config"):
        words = words[2:]
    if words and words[0] in ("help", "man"):
        words = words[1:]
    if not words or words[0].startswith("--") or words[0].startswith("[") or words[0] == "COMMAND" or "%" in words[0]:
        return None
    names = [words[:2], words[:1]]
    name = next((tuple(name) for name in names if tuple(name) in COMMANDS), None)
    if not name:
        return None if words[0] in GROUPS and len(words) == 1 else f"there is no command '{' '.join(words[:2])}'"
    known = help_of(*name)
    for word in words[len(name):]:
        option = re.match(r"--?[a-z][a-z-]*", word)
        if option and not re.search(rf"(?<![\w-]){re.escape(option.group(0))}(?![\w-])", known):
            return f"'entente {' '.join(name)}' has no {option.group(0)}"
    return None


assert len(COMMANDS) > 40, COMMANDS
faults, count = [], 0
for patterns, find in ((PAGES, quoted), (CODE, in_strings)):
    for path in sorted({path for pattern in patterns for path in source.glob(pattern) if path.is_file()}):
        for command in find(path.read_text(encoding="utf-8", errors="replace")):
            count += 1
            fault = problem(command)
            if fault:
                faults.append(f"{path.relative_to(source)}: `{command}`: {fault}")
assert count > 300, f"only {count} commands were found: the test does not find them any more"
assert not faults, "\n".join(faults)
print(f"{count} commands, 0 failed")
