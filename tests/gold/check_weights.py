#!/usr/bin/env python3
"""Makes the weights anew from the shipped feature file: byte for byte those that are shipped. And what the coder takes for
granted of them: a candidate that lacks a party scores below three eighths of a logit under nought (lacking_score_max in coder.c).

usage: check_weights.py ENTENTE_TRAIN MODEL_FOLDER
"""
import pathlib
import re
import subprocess
import sys
import tempfile

train, model = sys.argv[1], pathlib.Path(sys.argv[2])
with tempfile.TemporaryDirectory() as name:
    made = pathlib.Path(name) / "weights.txt"
    subprocess.run([train, "weights", model / "features.txt", made], check=True)
    same = made.read_bytes() == (model / "weights.txt").read_bytes()
print("the shipped weights are what the feature file gives" if same else "the shipped weights are not what the feature file gives: run scripts/train")
# Marks, digests and numbers alone: nothing in the file can be a text.
LINE = re.compile(r"#.*|version 1|mark [A-Z_]+|item [0-9a-f]{16} \d+ (news|stream|invented) (relevant|none|either) \d+ \d+ [0-9a-f]+|relevance [A-Z_]+"
                  r"|[-01] [fn] (-|\d+) \d+ [0-9a-f]+")
strange = [n for n, line in enumerate((model / "features.txt").read_text(encoding="ascii").splitlines(), 1) if not LINE.fullmatch(line)]
if strange:
    print(f"features.txt: line {strange[0]} is none of the file's forms")
marks, weights, bias, lacking = [], {}, 0, []
for line in (model / "weights.txt").read_text(encoding="ascii").splitlines():
    words = line.split()
    if words[:1] == ["weight"]:
        weights[words[1]] = int(words[2])
    elif words[:1] == ["bias"]:
        bias = int(words[1])
for line in (model / "features.txt").read_text(encoding="ascii").splitlines():
    words = line.split()
    if words[0] == "mark":
        marks.append(words[1])
    elif re.fullmatch("[-01]", words[0]):
        # four marks a digit, the first one lowest
        own = [marks[4 * i + bit] for i, digit in enumerate(words[4]) for bit in range(4) if int(digit, 16) >> bit & 1]
        if "OBJECTION_FEW_PARTIES" in own:
            lacking.append(bias + sum(weights.get(mark, 0) for mark in own))
print(f"{len(lacking)} candidates that lack a party score at most {max(lacking) / 1024:.2f}")
if max(lacking) > -384 or len(lacking) < 100:
    print("the coder leaves items out of which something would be told: raise lacking_score_max")
    sys.exit(1)
sys.exit(0 if same and not strange else 1)
