#!/usr/bin/python3
"""Writes data/lexicon/states_iso.txt: names of states and territories in Debian's
iso-codes (common, short and official) that the hand-made states.txt does not have.
usage: make_states_iso.py"""
import json
import re

from lexicon_file import ISO, LEXICON, format_entry, plain, read_entries, write_entries

# Names that read as something else in running text, or that the hand-made file marks as ambiguous.
SKIPPED = {"Georgia", "Jordan", "Chad", "Guinea", "Congo", "Jersey", "Dominica", "Macao", "Réunion",
           "Saint Martin (French part)", "Norfolk Island", "Christmas Island"}


def english_names(row):
    for field in ("common_name", "name", "official_name"):
        if field in row:
            yield row[field]


def natural_forms(name):
    """'Iran, Islamic Republic of' is no form of running text: its two halves are, joined."""
    name = re.sub(r"^the ", "", re.sub(r"\s*\(.*\)$|\s*\[.*\]$", "", name), flags=re.I)
    if ", " in name and name.count(",") == 1 and re.search(r" (of|of the)$", name):
        first, second = name.split(", ")
        return [re.sub(r"^the ", "", f"{second} {first}")]
    return [name] if "," not in name else []


def main():
    known = {}
    for class_name, identity, forms, _ in read_entries(LEXICON / "states.txt"):
        if class_name in ("state", "vanished"):
            known.update({plain(form): identity for form in forms})
    with open(ISO / "iso_3166-1.json", encoding="utf-8") as stream:
        rows = json.load(stream)["3166-1"]
    lines = []
    for row in rows:
        forms = []
        for name in english_names(row):
            for form in natural_forms(name):
                if form not in SKIPPED and plain(form) not in known and form not in forms:
                    forms.append(form)
        if forms:
            lines.append(format_entry("state", row["alpha_3"], forms))
    write_entries(LEXICON / "states_iso.txt",
                  ["Made by scripts/lexicon/make_states_iso.py from Debian's iso-codes (ISO 3166-1): edit states.txt instead.",
                   "Official and short names that states.txt does not have."], lines)


if __name__ == "__main__":
    main()
