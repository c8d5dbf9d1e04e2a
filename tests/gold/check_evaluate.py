#!/usr/bin/env python3
"""Holds `entente evaluate` to the reference scorer: the same figures on the labelled articles and on invented labels.

usage: check_evaluate.py ENTENTE SHARED

SHARED holds gold/ with the scorer. Exit 77 (skipped) where it is absent, 1 where a figure differs.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

CASES = 60
TYPES = ["arms_transfer", "visit", "exercise", "downturn", "agreement"]
IDS = ["UZB", "KEN", "NOR", "ORG:NATO", "COM:iron_works", "com:Iron-Works", "GRP:west", "UNK", "PER"]
ROLES = ["supplier", "recipient", "initiator", "target", "host", "participant", "observer"]
DATES = [None, {"start": "2020", "end": "2020"}, {"start": "2020-05", "end": "2020-05"}, {"start": "2020-05-03", "end": None},
         {"start": "2020-07-01", "end": "2020-07-09"}, {"start": None, "end": "2019-12"}]


def actors(chance):
    return [{"id": chance.choice(IDS), "role": chance.choice(ROLES)} for _ in range(chance.randint(0, 4))]


def event(chance, gold):
    made = {"type": chance.choice(TYPES), "subtype": chance.choice([None, "sale", "talks"]), "actors": actors(chance),
            "status": chance.choice(["signed", "completed", "ongoing"]), "date": chance.choice(DATES),
            "modality": chance.choice(["reported", "reported", "confirmed", "denied", "hypothetical", None]),
            "scope": chance.choice(["current", "current", "current", "background"]),
            "places": [{"country": c} for c in chance.sample(["UZB", "KEN", "NOR", None], chance.randint(0, 2))],
            "quantities": [{"kind": chance.choice(["money", "days", "units"]), "value": chance.choice([5, 7.5, None])}],
            "equipment": [{"unroca": u} for u in chance.sample(["I", "IV", "none"], chance.randint(0, 2))],
            "evidence": [{"quote": "peak", "start": 4, "end": 8}]}
    if gold:
        made["gold"] = chance.choice(["required", "required", "optional"])
        made["alt"] = chance.choice([None, {}, {"type": chance.choice(TYPES)}, {"modality": ["denied"], "status": "ended"},
                                     {"actors": [actors(chance), actors(chance)]}, {"actors": actors(chance)},
                                     {"date": [chance.choice(DATES)], "equipment": [{"unroca": "I"}], "places": [None]}])
    return made


def row(chance, number, gold):
    return {"id": f"case-{number}", "relevance": chance.choice(["core", "mention", "none"]),
            "events": [event(chance, gold) for _ in range(chance.choice([0, 1, 2, 3, 5] if gold else [0, 1, 2, 4, 17]))]}


def write(path, rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


def compare(entente, score, labels, outputs, items, what):
    reference = subprocess.run([sys.executable, score, labels, outputs, "--items", items, "--json"], capture_output=True, check=True)
    ours = subprocess.run([entente, "evaluate", labels, outputs, "--items", items, "--json"], capture_output=True, check=True)
    a, b = json.loads(reference.stdout), json.loads(ours.stdout)
    same = a == b
    print(f"{what}: {'same figures' if same else 'figures differ'}")
    for key in [] if same else sorted(set(a) | set(b)):
        if a.get(key) != b.get(key):
            print(f"    {key}: {a.get(key)} by the reference, {b.get(key)} by us")
    return same


def main():
    entente, gold = sys.argv[1], pathlib.Path(sys.argv[2]) / "gold"
    if not (gold / "score.py").exists():
        print(f"skipped: no reference scorer at {gold}")
        return 77
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for labels, items in (("labels", "items"), ("noise-labels", "noise")):
            done = subprocess.run([entente, "code", "--format", "jsonl", "--min-confidence", "0"],
                                  stdin=open(gold / f"{items}.jsonl", "rb"), capture_output=True, check=True)
            (folder / "output.jsonl").write_bytes(done.stdout)
            good &= compare(entente, gold / "score.py", gold / f"{labels}.jsonl", folder / "output.jsonl", gold / f"{items}.jsonl", items)
        for seed in range(6):
            chance = random.Random(seed)
            write(folder / "labels.jsonl", [row(chance, i, True) for i in range(CASES)])
            write(folder / "output.jsonl", [row(chance, i, False) for i in range(CASES + 5) if i % 7])
            write(folder / "items.jsonl", [{"id": f"case-{i}", "title": "", "body": "the peak"} for i in range(CASES)])
            good &= compare(entente, gold / "score.py", folder / "labels.jsonl", folder / "output.jsonl", folder / "items.jsonl", f"invented, seed {seed}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
