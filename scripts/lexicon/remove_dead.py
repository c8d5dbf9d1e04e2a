#!/usr/bin/python3
"""Takes out of data/lexicon the forms that `entente lexicon check` finds dead or doubled, until it finds none.
usage: remove_dead.py ENTENTE [FILE...] (default: all files)

A line that loses its last form goes. Look at the difference before you commit it: a dead form may be one that should live,
and then the one that hides it is what has to change."""
import json
import subprocess
import sys
from pathlib import Path

LEXICON = Path(__file__).resolve().parents[2] / "data" / "lexicon"


def problems(entente):
    done = subprocess.run([entente, "lexicon", "check", "--alone", LEXICON, "--format", "json"], stdout=subprocess.PIPE)
    return json.loads(done.stdout)["problems"]


def remove(line, column):
    """The line without the form that begins at the column (from 1), or None where it was the last."""
    head, bar, rest = line.partition("|")
    forms, second, keys = rest.partition("|")
    start, kept, at = column - 1 - len(head) - 1, [], 0
    for form in forms.split(";"):
        if not at <= start < at + len(form) + 1:
            kept.append(form.strip())
        at += len(form) + 1
    kept = [form for form in kept if form]
    tail = " | " + keys.strip() if second else ""
    return f"{head.rstrip()} | {'; '.join(kept)}{tail}" if kept else None


def main():
    entente, wanted = sys.argv[1], set(sys.argv[2:])
    removed = 0
    while True:
        places = {}
        found = [p for p in problems(entente) if not wanted or Path(p["file"]).name in wanted]
        # doubled forms first: of two that hide each other one must stay
        doubled = [p for p in found if "stands already elsewhere" in p["text"]]
        for problem in doubled or found:
            name = Path(problem["file"]).name
            if doubled or problem["text"].startswith("dead: `"):
                places.setdefault(name, {}).setdefault(problem["line"], []).append(problem["column"])
        if not places:
            break
        for name, lines in places.items():
            path = LEXICON / name
            text = path.read_text(encoding="utf-8").split("\n")
            for number, columns in lines.items():
                for column in sorted(columns, reverse=True):
                    if text[number - 1] is not None:
                        text[number - 1] = remove(text[number - 1], column)
                        removed += 1
            path.write_text("\n".join(line for line in text if line is not None), encoding="utf-8")
    print(removed, "forms removed")


if __name__ == "__main__":
    main()
