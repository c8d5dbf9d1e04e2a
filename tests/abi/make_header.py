"""The installed headers as they may be in another version: the same with other numbers, or grown, with a member more at the end
of every table and struct that may grow, declared as a newer minor version would declare it.

usage: make_header.py INCLUDE_DIR OUTPUT_DIR MAJOR MINOR [grown]
"""
import pathlib
import re
import shutil
import sys

source, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
major, minor = int(sys.argv[3]), int(sys.argv[4])
is_grown = sys.argv[5:] == ["grown"]


def numbered(text):
    for name, number in (("MAJOR", major), ("MINOR", minor)):
        text, count = re.subn(rf"(#define ENT_ABI_{name}) \d+", rf"\1 {number}", text)
        assert count == 1, name
    return text


def later(name, body):
    """A member for the end of a struct; None for those that never grow."""
    if name == "ent_option":
        return "const char *later;"
    if not re.search(r"\buint32_t size;", body):
        return None
    is_table = "(*" in body
    return "int (*later)(void);" if is_table else "uint64_t later;"


def grow(text):
    grown = []

    def struct(match):
        name, body = match.group(1), match.group(2)
        member = later(name, body)
        if not member:
            return match.group(0)
        grown.append(name)
        return f"struct {name} {{\n{body}#if ENT_USE_MINOR >= {minor}\n    {member}\n#endif\n}};"

    text = re.sub(r"^struct (ent_\w+) \{\n(.*?)^\};", struct, text, flags=re.M | re.S)
    assert {"ent_plugin", "ent_ops", "ent_host", "ent_option", "ent_http_request", "ent_http_response", "ent_kv_1"} <= set(grown), grown
    return text


target = output / "entente"
shutil.rmtree(output, ignore_errors=True)
target.mkdir(parents=True)
for path in sorted((source / "entente").glob("*.h")):
    text = path.read_text()
    if path.name == "version.h":
        text = numbered(text)
    if path.name == "plugin.h" and is_grown:
        text = grow(text)
    (target / path.name).write_text(text)
