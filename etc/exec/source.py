#!/usr/bin/env python3
"""A source in Python (entente-exec(7)): each file that is new in a folder becomes an item, its first line the title.

    [source.notes]
    plugin = /usr/share/doc/entente/exec/source.py
    path   = /var/lib/notes

The protocol is written out here; `entente plugin new NAME --kind source --lang python` has it as a module."""
import json
import pathlib
import sys

HELLO = {"type": "hello", "protocol": 1, "name": "source-py", "version": "1.0", "kinds": ["source"],
         "summary": "Items from the files of a folder",
         "options": [{"name": "path", "type": "path", "directory": True, "read": True, "required": True, "help": "Folder of texts."}]}


def say(**message):
    print(json.dumps(message), flush=True) # a pipe is buffered, and an answer that is not flushed is not there


def item_of(path):
    title, _, body = path.read_text(encoding="utf-8", errors="replace").partition("\n")
    return {"guid": path.name, "title": title.strip(), "body": body.strip()}


def main():
    say(**HELLO)
    line = sys.stdin.readline()
    if not line:
        return # it was only asked what it is
    start = json.loads(line)
    folder, seen = pathlib.Path(start["options"]["path"]), set(start["state"] or [])
    for line in sys.stdin:
        work = json.loads(line)
        answer = {"result": "ok"}
        try:
            new = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in seen)
            for path in new:
                say(type="output", id=work["id"], record=item_of(path))
            seen.update(path.name for path in new)
            answer["state"] = sorted(seen) # durable together with the items, or not at all
        except OSError as problem:
            answer = {"result": "retry", "text": str(problem)}
        say(type="result", id=work["id"], **answer)


if __name__ == "__main__":
    main()
