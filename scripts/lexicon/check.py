#!/usr/bin/python3
"""Check the name lexicon: usage: check.py [DIRECTORY or FILES] (default data/lexicon).

Prints file:line: message for every malformed line, unknown country or currency
code, empty form, form that would fire on ordinary words, and form that stands
for two ids of one class; exits 1 if there was any. Country and currency codes
are read from Debian's iso-codes.
"""
import json
import re
import sys
from pathlib import Path

ISO = Path("/usr/share/iso-codes/json")
ROOT = Path(__file__).resolve().parents[2]

# class -> (pattern of its id, attribute keys it may carry)
COMMON = {"state", "from", "to", "ambiguous"}
STATE_ID = r"[A-Z]{3}"
ACTOR_ID = r"([A-Z]{3}|HIS:[A-Z]{2,4}|ORG:[A-Z0-9_]+)"
SLUG = r"[a-z0-9][a-z0-9_.+-]*"
CLASSES = {
    "state": (STATE_ID, set()),
    "demonym": (STATE_ID, set()),
    "prefix": (ACTOR_ID, set()),
    "vanished": (r"HIS:[A-Z]{2,4}", {"successor"}),
    "vanished_demonym": (r"HIS:[A-Z]{2,4}", {"successor"}),
    "not_actor": (r"-", set()),
    "capital": (STATE_ID, {"lat", "lon"}),
    "seat": (ACTOR_ID, set()),
    "institution": (ACTOR_ID, set()),
    "force": (ACTOR_ID, {"craft"}),
    "leader": (r"([A-Z]{3}|HIS:[A-Z]{2,4}|ORG:[A-Z0-9_]+|DEF:[a-z0-9_]+|NSA:[a-z0-9_]+)", {"office"}),
    "organisation": (r"ORG:[A-Z0-9_]+", {"members", "kind", "civil"}),
    "organisation_part": (r"ORG:[A-Z0-9_]+", {"members"}),
    "company": (r"COM:[a-z0-9_]+", {"parent"}),
    "armed_group": (r"NSA:[a-z0-9_]+", {"base"}),
    "authority": (r"DEF:[a-z0-9_]+", {"parent"}),
    "group": (r"GRP:[a-z0-9_]+", set()),
    "city": (STATE_ID, {"lat", "lon"}),
    "site": (r"([A-Z]{3}|-)", {"lat", "lon", "host", "user"}),
    "region": (r"([A-Z]{3}|-)", {"code"}),
    "sea": (r"-", set()),
    "equipment": (SLUG, {"unroca", "sipri", "maker"}),
    "equipment_class": (SLUG, {"unroca", "sipri"}),
    "exercise": (r"-", {"participants", "host", "kind", "tags"}),
    "fair": (r"-", {"place", "kind"}),
    "programme": (r"[A-Z0-9_]+", {"type", "subtype"}),
    "treaty": (r"-", {"subtype", "parties"}),
    "media": (r"-", {"class"}),
    "currency": (r"[A-Z]{3}", {"by_state", "symbol", "scale"}),
}
UNROCA = {"I", "II", "III", "IV", "V", "VI", "VII", "SALW", "none", "unknown"}
SIPRI = {"aircraft", "air_defence", "asw", "armoured", "artillery", "engine", "missile",
         "naval_weapon", "sensor", "satellite", "ship", "other", "unknown"}
MEDIA = {"wire", "official", "media", "analysis"}
STATE_KEYS = {"state", "maker", "parent", "base", "members", "participants", "parties",
              "host", "user", "successor", "by_state"}
EXTRA_STATES = {"XKX"}  # Kosovo has no ISO code; the codebook's is the customary one
EXTRA_HISTORIC = {"SUHH", "YUCS", "SCG", "CSHH", "DDDE", "YDYE", "VDVN", "ANHH", "SKIN", "PZPA", "RHZW"}


def load_codes():
    def read(name, key, field):
        with open(ISO / f"iso_{name}.json", encoding="utf-8") as stream:
            return {row[field] for row in json.load(stream)[key] if field in row}

    states = read("3166-1", "3166-1", "alpha_3") | EXTRA_STATES
    historic = read("3166-3", "3166-3", "alpha_4") | EXTRA_HISTORIC
    currencies = read("4217", "4217", "alpha_3")
    return states, historic, currencies


class Checker:
    def __init__(self):
        self.states, self.historic, self.currencies = load_codes()
        self.problems = 0
        self.forms = {}  # (class, form) -> [(id, ambiguous, from, to, place)]
        self.entries = 0
        self.form_count = 0

    def problem(self, place, text):
        print(f"{place}: {text}")
        self.problems += 1

    def check_state(self, place, code):
        code = code.split(":", 1)[1] if code.startswith(("HIS:", "DEF:", "NSA:", "ORG:", "COM:")) else code
        if re.fullmatch(r"[A-Z]{3}", code) and code not in self.states and code not in self.historic:
            self.problem(place, f"unknown country code {code}")

    def check_attributes(self, place, class_name, text):
        allowed = CLASSES[class_name][1] | COMMON
        values = {}
        for item in text.split():
            key, equals, value = item.partition("=")
            if not equals or not value or not key:
                self.problem(place, f"attribute '{item}' is not key=value")
                continue
            if key not in allowed:
                self.problem(place, f"class {class_name} has no attribute '{key}'")
            if key in values:
                self.problem(place, f"attribute '{key}' given twice")
            values[key] = value
            if key in STATE_KEYS:
                for code in value.split(","):
                    self.check_state(place, code)
        if values.get("ambiguous", "yes") not in ("yes", "strict"):
            self.problem(place, "ambiguous is 'yes', 'strict' or absent")
        for key in ("from", "to"):
            if key in values and not re.fullmatch(r"(1[6-9]|20)\d\d", values[key]):
                self.problem(place, f"{key}={values[key]} is not a year")
        if values.get("from", "0") > values.get("to", "9"):
            self.problem(place, "from is later than to")
        if "unroca" in values and values["unroca"] not in UNROCA:
            self.problem(place, f"unknown unroca class {values['unroca']}")
        if "sipri" in values and values["sipri"] not in SIPRI:
            self.problem(place, f"unknown sipri class {values['sipri']}")
        if "class" in values and values["class"] not in MEDIA:
            self.problem(place, f"unknown media class {values['class']}")
        return values

    def check_form(self, place, class_name, form):
        if form != form.strip() or "  " in form or "\t" in form:
            self.problem(place, f"stray blank in form '{form}'")
        bare = form.replace("~", "")
        if len(bare) < 2 and class_name != "currency":
            self.problem(place, f"form '{form}' is shorter than two characters")
        if re.search(r"(^|\s)~|~\w", form):
            self.problem(place, f"'~' must follow a word directly in '{form}'")
        # '#' and '@' are wildcards in designations; elsewhere they are typing errors
        if class_name not in ("equipment", "exercise", "fair") and re.search(r"[#@]", form):
            self.problem(place, f"'#' and '@' are wildcards of designations only, in '{form}'")
        if not re.search(r"\w", bare) and class_name != "currency":
            self.problem(place, f"form '{form}' has no letter or digit")
        if class_name == "equipment" and re.fullmatch(r"[#@\s-]+", form):
            self.problem(place, f"form '{form}' would match any number or word")

    def check_line(self, place, line):
        head, bar, rest = line.partition(" | ")
        words = head.split(" ")
        if not bar or len(words) != 2 or line != line.strip():
            self.problem(place, "not 'CLASS ID | form; form | key=value'")
            return
        class_name, identity = words
        if class_name not in CLASSES:
            self.problem(place, f"unknown class '{class_name}'")
            return
        pattern = CLASSES[class_name][0]
        if not re.fullmatch(pattern, identity):
            self.problem(place, f"'{identity}' is not an id of class {class_name}")
        if class_name == "currency":
            if identity not in self.currencies:
                self.problem(place, f"unknown currency code {identity}")
        elif re.fullmatch(r"[A-Z]{3}|HIS:[A-Z]{2,4}", identity) and class_name != "programme":
            self.check_state(place, identity)
        parts = rest.split(" | ")
        if len(parts) > 2:
            self.problem(place, "more than three parts")
        values = self.check_attributes(place, class_name, parts[1]) if len(parts) > 1 else {}
        if len(parts) > 1 and not parts[1].strip():
            self.problem(place, "empty attribute part")
        self.entries += 1
        on_this_line = set()
        for form in parts[0].split(";"):
            form = form[1:] if form.startswith(" ") else form
            if not form:
                self.problem(place, "empty form")
                continue
            self.check_form(place, class_name, form)
            if form in on_this_line:
                self.problem(place, f"form '{form}' stands twice on the line")
            on_this_line.add(form)
            self.form_count += 1
            self.forms.setdefault((class_name, form), []).append((identity, values, place))

    def check_duplicates(self):
        """One form, two ids: allowed only when every line says that it is ambiguous,
        or, for persons, when the years in office tell them apart."""
        for (class_name, form), uses in self.forms.items():
            for position, (identity, values, place) in enumerate(uses):
                for other_identity, other_values, other_place in uses[:position]:
                    if other_identity == identity:
                        # '-' names no id of its own: the form itself is the entry
                        if identity == "-" or class_name in ("equipment", "company"):
                            self.problem(place, f"form '{form}' repeats {other_place}")
                        continue
                    if "ambiguous" in values and "ambiguous" in other_values:
                        continue
                    if class_name == "leader" and "from" in values and "from" in other_values:
                        continue
                    self.problem(place, f"form '{form}' is {identity} here and {other_identity} in {other_place}")

    def check_file(self, path):
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        previous = None
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            self.problem(f"{name}:1", f"not UTF-8: {error}")
            return
        if not text.endswith("\n"):
            self.problem(f"{name}:{text.count(chr(10)) + 1}", "no newline at the end")
        for number, line in enumerate(text.splitlines(), 1):
            place = f"{name}:{number}"
            if line.startswith("#") or not line:
                continue
            self.check_line(place, line)
            order = tuple(line.split(" ")[:2])
            if previous is not None and order < previous:
                self.problem(place, "lines are not sorted by class and id")
            previous = order


def main(arguments):
    paths = [Path(argument).resolve() for argument in arguments] or [ROOT / "data" / "lexicon"]
    files = []
    for path in paths:
        files += sorted(path.glob("*.txt")) if path.is_dir() else [path]
    checker = Checker()
    for path in files:
        # the same folder holds the trigger and grammar files, which have a format of their own
        first = next((line for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
                      if line and not line.startswith("#")), "")
        if arguments or first.split(" ")[0] in CLASSES:
            checker.check_file(path)
    checker.check_duplicates()
    print(f"{len(files)} files, {checker.entries} entries, {checker.form_count} forms, "
          f"{checker.problems} problems")
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
