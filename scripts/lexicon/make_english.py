#!/usr/bin/python3
"""Writes data/lexicon/english.txt: the base forms of common English words, from Debian's wamerican and wbritish, by which
the coder tells an English headline from one in another language.
usage: make_english.py

A word that english_base() of lib/coder/language.c would lead back to another one is left out."""
import re
from pathlib import Path

from lexicon_file import LEXICON

WORDS = [Path("/usr/share/dict/american-english"), Path("/usr/share/dict/british-english")]
A_LINE = 40


def bases(word):
    """As lib/coder/language.c looks for them."""
    for ending, instead in (("s", ""), ("es", ""), ("ies", "y"), ("d", ""), ("ed", ""), ("ied", "y"), ("ing", ""),
                            ("ing", "e"), ("ly", ""), ("er", ""), ("r", ""), ("ers", ""), ("rs", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: len(word) - len(ending)]
            yield stem + instead
            if not instead and ending in ("ed", "ing", "er") and stem[-1] == stem[-2]:
                yield stem[:-1]


def main():
    words = set()
    for path in WORDS:
        words |= {word for word in path.read_text(encoding="utf-8").split() if re.fullmatch("[a-z]{2,}", word)}
    kept = sorted(word for word in words if not any(base in words and base != word for base in bases(word)))
    lines = ["# Made by scripts/lexicon/make_english.py from Debian's wamerican and wbritish: base forms of English words.",
             "# They tell English from other languages (lib/coder/language.c) and mean nothing else."]
    for start in range(0, len(kept), A_LINE):
        lines.append("language en | " + "; ".join(kept[start:start + A_LINE]))
    (LEXICON / "english.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(words), "words,", len(kept), "kept")


if __name__ == "__main__":
    main()
