#!/usr/bin/env python3
"""Makes the weights anew from the shipped feature file: byte for byte those that are shipped.

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
sys.exit(0 if same and not strange else 1)
