"""Reading and writing of name-lexicon files, shared by the generators here."""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEXICON = ROOT / "data" / "lexicon"
ISO = Path("/usr/share/iso-codes/json")


def read_entries(path):
    """Yields (class, id, forms, attributes) of every entry in a lexicon file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        parts = line.split(" | ")
        class_name, identity = parts[0].split(" ")
        attributes = dict(item.split("=", 1) for item in parts[2].split()) if len(parts) > 2 else {}
        yield class_name, identity, [form.strip() for form in parts[1].split(";")], attributes


def format_entry(class_name, identity, forms, attributes=None):
    line = f"{class_name} {identity} | {'; '.join(forms)}"
    if attributes:
        line += " | " + " ".join(f"{key}={value}" for key, value in attributes.items())
    return line


def write_entries(path, comments, lines):
    """Writes sorted lines below a comment that says where they come from."""
    text = "".join(f"# {comment}\n" for comment in comments)
    text += "".join(line + "\n" for line in sorted(set(lines), key=sort_key))
    path.write_text(text, encoding="utf-8")


def sort_key(line):
    class_name, identity = line.split(" ")[:2]
    return class_name, identity, "ambiguous=yes" in line, line


def plain(form):
    """A form without inflection mark, for comparison."""
    return re.sub(r"~", "", form).casefold()


def english_words(path="/usr/share/dict/american-english"):
    """Lower-case words of Debian's wamerican: what an unmarked name must not be."""
    with open(path, encoding="utf-8") as stream:
        return {word.strip() for word in stream if word[0].islower()}


def state_codes():
    """alpha-2 -> alpha-3, with the customary code of Kosovo."""
    import json
    with open(ISO / "iso_3166-1.json", encoding="utf-8") as stream:
        codes = {row["alpha_2"]: row["alpha_3"] for row in json.load(stream)["3166-1"]}
    codes["XK"] = "XKX"
    return codes
