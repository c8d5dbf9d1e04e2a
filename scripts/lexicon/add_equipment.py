#!/usr/bin/python3
"""Add rows to data/lexicon/equipment_*.txt from a list of designations, those that no row has yet.

usage: add_equipment.py ENTENTE LIST...

A list holds lines "@ UNROCA SIPRI MAKER" and below each "designation; designation; …". A designation that the compiled
lexicon of ENTENTE finds already is passed over. Names without a number get ambiguous=strict, short codes
ambiguous=yes. What would make an older row dead, or be dead itself, is taken back.
Prints what was added; look at it.
"""
import json
import re
import subprocess
import sys
import unicodedata

from lexicon_file import LEXICON

SENTENCE = "Norway delivered 12 {} to Latvia under a contract signed last year."
FILES = {"other": "items"}
# what it is stands in the name
TYPED = r"(class|-type|boat|missile|torpedo|radar|APC|MRAP|UAV|engine|diesel|helicopter|submarine|frigate|mortar|howitzer|pod|sonar|ATGM|SAM)\b"


def fold(text):
    text = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("ı", "i"))
    return "".join(letter for letter in text if not unicodedata.combining(letter)).lower()


def squeeze(text):
    return re.sub(r"[^a-z0-9]", "", fold(text))


def read_lists(paths):
    """(designation, unroca, sipri, maker), each designation once."""
    seen = set()
    for path in paths:
        values = None
        for line in open(path, encoding="utf-8"):
            if line.startswith("@"):
                values = line.split()[1:4]
                continue
            for name in filter(None, (part.strip() for part in line.strip().split(";"))):
                if squeeze(name) not in seen:
                    seen.add(squeeze(name))
                    yield (name, *values)


def found_already(entente, names):
    """Those that a sentence about a delivery gives as listed equipment of that name."""
    items = "".join(json.dumps({"id": str(i), "body": SENTENCE.format(name), "date": "2020-01-01"}) + "\n" for i, name in enumerate(names))
    done = subprocess.run([entente, "code", "--format", "jsonl", "--min-confidence", "0"], input=items, capture_output=True, text=True, check=True)
    for row in map(json.loads, done.stdout.splitlines()):
        wanted = squeeze(names[int(row["id"])])
        for event in row["events"]:
            for thing in event.get("equipment") or []:
                got = squeeze(thing["name"])
                if thing.get("sipri") != "unknown" and got and len(got) >= 0.6 * len(wanted) and (got in wanted or wanted in got):
                    yield names[int(row["id"])]


def doubt(name):
    """The value of `ambiguous=`, or "" for a name that can only be equipment."""
    bare = not re.search(r"\d", name) and not re.search(TYPED, name)
    short = re.fullmatch(r"[A-Z]{1,2}-?\d{1,2}", name)
    return "strict" if bare else "yes" if short else ""


def slug(name):
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def insert(path, rows):
    """Keeps the rows sorted by class and id."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    body = [line for line in lines if line and not line.startswith("#")] + rows
    body.sort(key=lambda line: tuple(line.split(" | ")[0].split(" ", 1)))
    path.write_text("\n".join(head + body) + "\n", encoding="utf-8")


def take_back(entente, added):
    """Drops added rows that are dead, stand elsewhere already, or would make an older row dead, until none is left."""
    while True:
        done = subprocess.run([entente, "lexicon", "check", str(LEXICON)], capture_output=True, text=True)
        drop = set()
        for line in (done.stdout + done.stderr).splitlines():
            places = [(LEXICON / match[1], int(match[2])) for match in re.finditer(r"([a-z_]+\.txt):(\d+)", line)]
            rows = [path.read_text(encoding="utf-8").splitlines()[number - 1] for path, number in places]
            new = [place + (row,) for place, row in zip(places, rows) if row in added]
            drop.update(new[:1])
        if not drop:
            return
        for path in {path for path, _, _ in drop}:
            gone = {number for other, number, _ in drop if other == path}
            lines = path.read_text(encoding="utf-8").splitlines()
            path.write_text("\n".join(line for i, line in enumerate(lines, 1) if i not in gone) + "\n", encoding="utf-8")
        print("taken back: " + "; ".join(sorted(row.split(" | ")[1] for _, _, row in drop)))


def main():
    entente, lists = sys.argv[1], sys.argv[2:]
    rows = list(read_lists(lists))
    known = set(found_already(entente, [row[0] for row in rows]))
    added = {}
    for name, unroca, sipri, maker in rows:
        if name in known:
            continue
        mark = f" ambiguous={doubt(name)}" if doubt(name) else ""
        added.setdefault(FILES.get(sipri, sipri), []).append(
            f"equipment {slug(name)} | {name} | unroca={unroca} sipri={sipri} maker={maker}{mark}")
    for kind, lines in added.items():
        insert(LEXICON / f"equipment_{kind}.txt", lines)
        print(f"equipment_{kind}.txt: {len(lines)} added")
    take_back(entente, {line for lines in added.values() for line in lines})
    print(f"{len(known)} of {len(rows)} were known")


if __name__ == "__main__":
    main()
