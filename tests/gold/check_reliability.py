#!/usr/bin/env python3
"""A confidence is what it says, out of fold, in a stream of which one item in a hundred is relevant.

usage: check_reliability.py ENTENTE SHARED

SHARED holds gold/. Exit 77 (skipped) where it is absent, 1 where what is said and what is right lie too far apart.
"""
import pathlib
import re
import subprocess
import sys

GAP_MAX = 0.12  # of a bin, on average
RATIO_MAX = 2   # of right events expected to those that are


def main():
    entente, gold = sys.argv[1], pathlib.Path(sys.argv[2]) / "gold"
    if not gold.exists():
        print(f"skipped: no labelled articles at {gold}")
        return 77
    done = subprocess.run([entente, "evaluate", gold / "labels.jsonl", "--items", gold / "items.jsonl", "--folds", "--reliability",
                           "--min-confidence", "0.02", "--stream", gold / "noise.jsonl", "--stream-labels", gold / "noise-labels.jsonl"],
                          capture_output=True, text=True, check=True)
    print(done.stdout[done.stdout.index("confidence   events"):])
    row = re.search(r"^in the stream: ([\d.]+) right events expected, ([\d.]+) are; mean gap of a bin ([\d.]+)$", done.stdout, re.M)
    expected, right, gap = map(float, row.groups())
    if gap > GAP_MAX or not right / RATIO_MAX <= expected <= right * RATIO_MAX:
        print(f"not calibrated: {expected} expected, {right} right, gap {gap}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
