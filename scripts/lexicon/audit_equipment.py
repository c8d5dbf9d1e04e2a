#!/usr/bin/python3
"""Look for rows of data/lexicon/equipment_*.txt that do not fit together.

usage: audit_equipment.py [--exceptions]

Prints file:line: what looks wrong, by kind:
  two classes   the same letters and digits stand for two classes (Su-30 and Su 30 are one)
  word          a form whose words say another class ("… howitzer" among the ships)
  common        an English word that is not marked ambiguous=yes
  short         a letter and one or two digits ("M-1") that is not marked ambiguous=yes
  pattern       a pattern that can never match, or that matches nearly anything
With --exceptions also the forms that a pattern of another class would match; they
win over it, so each is right or a slip. Exits 1 if there was anything but exceptions.
"""
import re
import sys
import unicodedata
from collections import defaultdict

from lexicon_file import LEXICON, english_words

NUMERALS = {"II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8", "IX": "9", "XI": "11", "XII": "12"}
TAIL = 5
DIGITS = 5
# letter and number, but as well known as any word
KNOWN = {"f4", "f5", "f14", "f15", "f16", "f18", "f22", "f35", "f47", "b52", "c17",
         "t34", "t54", "t55", "t62", "t64", "t72", "t80", "t84", "t90"}
# last word of a form -> SIPRI classes that it may stand for
WORDS = {
    "class": {"ship"}, "frigate": {"ship"}, "corvette": {"ship"}, "destroyer": {"ship", "armoured"}, "submarine": {"ship"},
    "boat": {"ship", "aircraft"}, "opv": {"ship"}, "hovercraft": {"ship"},
    "tank": {"armoured"}, "apc": {"armoured"}, "mrap": {"armoured"}, "ifv": {"armoured"}, "arv": {"armoured"},
    "howitzer": {"artillery"}, "155mm": {"artillery", "missile"}, "152mm": {"artillery", "missile"},
    "122mm": {"artillery", "missile"}, "105mm": {"artillery", "armoured", "missile"}, "mrl": {"artillery"},
    "missile": {"missile", "air_defence"}, "atgm": {"missile"}, "manpads": {"missile", "air_defence"},
    "sam": {"air_defence", "missile"}, "torpedo": {"missile"},
    "radar": {"sensor"}, "sonar": {"sensor"}, "esm": {"sensor"},
    "fighter": {"aircraft"}, "helicopter": {"aircraft"}, "trainer": {"aircraft"}, "uav": {"aircraft", "missile"},
    "drone": {"aircraft", "missile"}, "diesel": {"engine"}, "turbofan": {"engine"}, "engine": {"engine"},
    "rifle": {"other"}, "pistol": {"other"}, "carbine": {"other"}, "satellite": {"satellite"},
}


def fold(text):
    text = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("ı", "i"))
    return "".join(letter for letter in text if not unicodedata.combining(letter)).lower()


def squeeze(form):
    """Letters and digits only, as lib/coder/designation.c puts them together."""
    squeezed = ""
    for word in re.split(r"[ \-/.,()'+:]+", form.replace("~", "")):
        if squeezed and word in NUMERALS:
            squeezed += NUMERALS[word]
        elif fold(word) == "mark":
            squeezed += "mk"
        else:
            squeezed += re.sub(r"[^a-z0-9#@]", "", fold(word))
    return squeezed


def read_rows():
    for path in sorted(LEXICON.glob("equipment*.txt")):
        if path.name == "equipment_class.txt":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            head, forms, attributes = line.split(" | ")
            values = dict(item.split("=") for item in attributes.split())
            for form in forms.split("; "):
                yield f"data/lexicon/{path.name}:{number}", form, values


def find_pattern(patterns, squeezed):
    """The pattern that would match, the most specific first."""
    for tail in range(TAIL + 1):
        cut = len(squeezed) - tail
        if cut <= 0:
            break
        if tail and squeezed[cut].isdigit() and squeezed[cut - 1].isdigit():
            continue
        if squeezed[:cut] + "@" in patterns:
            return patterns[squeezed[:cut] + "@"]
    for run in re.finditer(r"\d+", squeezed):
        start, end = run.span()
        if start == 0 or end - start > DIGITS:
            continue
        for shape in (squeezed[:start] + "#" + squeezed[end:],
                      squeezed[:start] + "#@" if len(squeezed) - end <= TAIL else None):
            if shape in patterns:
                return patterns[shape]
    return None


class Audit:
    def __init__(self):
        self.found = 0

    def problem(self, kind, place, text):
        print(f"{place}: {kind}: {text}")
        self.found += 1

    def check_words(self, place, form, values):
        words = [fold(word) for word in re.split(r"[ \-]", form.replace("~", "")) if word]
        against = len(words) > 1 and words[-2] in ("anti", "counter")
        allowed = WORDS.get(words[-1]) if len(words) > 1 and not against else None
        if allowed and values["sipri"] not in allowed:
            self.problem("word", place, f"`{form}` is {values['sipri']}")
        if values.get("sipri") == "armoured" and values["unroca"] not in ("I", "II", "none"):
            self.problem("word", place, f"`{form}` is armoured and {values['unroca']}")

    def check_form(self, place, form, values, english):
        squeezed = squeeze(form)
        ambiguous = "ambiguous" in values
        if re.search(r"\d#|#\d", form.replace("-", "")) and re.search(r"\d#|#\d", squeezed):
            self.problem("pattern", place, f"`{form}`: digits beside # never match")
        if "@" in squeezed[:-1]:
            self.problem("pattern", place, f"`{form}`: @ stands for the end only")
        if ("#" in form or "@" in form) and len(re.sub(r"[#@]", "", squeezed)) < 2 and not ambiguous:
            self.problem("pattern", place, f"`{form}` matches nearly anything")
        if re.fullmatch(r"[a-z]\d{1,2}", squeezed) and squeezed not in KNOWN and not ambiguous:
            self.problem("short", place, f"`{form}`")
        if re.fullmatch(r"[A-Za-z']+~?", form) and form.replace("~", "").lower() in english and not ambiguous:
            self.problem("common", place, f"`{form}`")


def main(arguments):
    audit = Audit()
    english = english_words()
    patterns, exact = {}, defaultdict(list)
    rows = list(read_rows())
    for place, form, values in rows:
        audit.check_words(place, form, values)
        audit.check_form(place, form, values, english)
        kind = (values["sipri"], values["unroca"])
        squeezed = squeeze(form)
        if "#" in form or "@" in form:
            patterns.setdefault(squeezed, (kind, form, place))
        exact[squeezed].append((place, form, kind, "ambiguous" in values))
    for uses in exact.values():
        first = uses[0]
        for place, form, kind, ambiguous in uses[1:]:
            if kind != first[2] and not (ambiguous and first[3]) and re.search(r"[\d#]", form):
                audit.problem("two classes", place, f"`{form}` is {'/'.join(kind)}, `{first[1]}` is "
                              f"{'/'.join(first[2])} at {first[0]}")
    if "--exceptions" in arguments:
        for squeezed, uses in exact.items():
            match = find_pattern(patterns, squeezed) if not re.search("[#@]", squeezed) else None
            for place, form, kind, _ in uses:
                if match and match[0] != kind:
                    print(f"{place}: exception: `{form}` is {'/'.join(kind)}, pattern `{match[1]}` {'/'.join(match[0])}")
    print(f"{len(rows)} forms, {len(patterns)} patterns, {audit.found} suspicious")
    return 1 if audit.found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
