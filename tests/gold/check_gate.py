#!/usr/bin/env python3
"""Sentences that hold labelled evidence pass the gate: what it keeps out is never looked at again.

usage: check_gate.py ENTENTE SHARED

SHARED holds gold/. Exit 77 (skipped) where it is absent, 1 where too many are kept out.
"""
import pathlib
import re
import subprocess
import sys

RECALL_MIN = 0.995


def gate(entente, labels, items):
    """(passed, of) for all sentences and for those with evidence."""
    done = subprocess.run([entente, "evaluate", labels, "--items", items, "--unlabelled", "--stages"], capture_output=True, text=True, check=True)
    rows = [re.search(rf"^  {name} .*\((\d+) of (\d+)\)$", done.stdout, re.M) for name in ("sentences that pass", "of those that hold evidence")]
    return [(int(row[1]), int(row[2])) for row in rows]


def main():
    entente, gold = sys.argv[1], pathlib.Path(sys.argv[2]) / "gold"
    if not gold.exists():
        print(f"skipped: no labelled articles at {gold}")
        return 77
    passed = evidence = 0
    for labels, items in (("labels", "items"), ("noise-labels", "noise")):
        (open_all, all_), (open_held, held) = gate(entente, gold / f"{labels}.jsonl", gold / f"{items}.jsonl")
        print(f"{items}: {open_all} of {all_} sentences pass, {open_held} of {held} with evidence")
        passed, evidence = passed + open_held, evidence + held
    if not evidence or passed < RECALL_MIN * evidence:
        print(f"the gate lets {passed} of {evidence} sentences with evidence pass, fewer than {RECALL_MIN:.1%}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
