#!/usr/bin/python3
"""Writes lib/coder/lexicon_codes.c: the ISO codes that ids and values of the lexicon may be, from Debian's
iso-codes, with those that the codebook adds.
usage: make_codes.py"""
import json
import textwrap
from pathlib import Path

from lexicon_file import ISO

ROOT = Path(__file__).resolve().parents[2]
EXTRA = {"states": ["XKX"], "historic": ["SUHH", "YUCS", "SCG", "CSHH", "DDDE", "YDYE", "VDVN"], "currencies": []}


def read(name, key, field, extra):
    with open(ISO / f"iso_{name}.json", encoding="utf-8") as stream:
        return sorted({row[field] for row in json.load(stream)[key] if field in row} | set(extra))


def literal(name, codes):
    lines = textwrap.wrap(" ".join(codes), 100)
    text = "\n".join(f'    " {line}"' for line in lines)
    return f"static const char {name}[] =\n{text}\n    \" \";\n"


def main():
    parts = [literal("states", read("3166-1", "3166-1", "alpha_3", EXTRA["states"])),
             literal("historic", read("3166-3", "3166-3", "alpha_4", EXTRA["historic"])),
             literal("currencies", read("4217", "4217", "alpha_3", EXTRA["currencies"]))]
    (ROOT / "lib/coder/lexicon_codes.c").write_text(
        "/* Made by scripts/lexicon/make_codes.py from Debian's iso-codes (ISO 3166-1, 3166-3, 4217). */\n"
        '#include "lib/coder/lexicon_codes.h"\n\n#include <string.h>\n\n' + "\n".join(parts) + """
static bool is_in(const char *list, const char *code, size_t size, size_t least, size_t most)
{
    char wanted[8];
    if (size < least || size > most)
        return false;
    wanted[0] = wanted[size + 1] = ' ';
    wanted[size + 2] = 0;
    memcpy(wanted + 1, code, size);
    return !memchr(code, ' ', size) && strstr(list, wanted);
}

const char *lexicon_code_states(void)
{
    return states;
}

bool lexicon_code_is_state(const char *code, size_t size)
{
    return is_in(states, code, size, 3, 3);
}

bool lexicon_code_is_vanished(const char *code, size_t size)
{
    return is_in(historic, code, size, 3, 4);
}

bool lexicon_code_is_currency(const char *code, size_t size)
{
    return is_in(currencies, code, size, 3, 3);
}
""", encoding="utf-8")


if __name__ == "__main__":
    main()
