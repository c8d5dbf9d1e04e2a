#!/usr/bin/env python3
"""A transform in Python (entente-exec(7)): makes an item of each part of a collection, parted by lines of ***.

    [transform.parts]
    plugin = /usr/share/doc/entente/exec/transform.py

The protocol is written out here; `entente plugin new NAME --kind transform --lang python` has it as a module."""
import json
import sys

HELLO = {"type": "hello", "protocol": 1, "name": "transform-py", "version": "1.0", "kinds": ["transform"],
         "summary": "Parts collections into items",
         "options": []}


def say(**message):
    print(json.dumps(message), flush=True) # a pipe is buffered, and an answer that is not flushed is not there


def parts_of(body):
    return [part.strip() for part in ("\n" + body + "\n").split("\n***\n") if part.strip()]


def main():
    say(**HELLO)
    line = sys.stdin.readline()
    if not line:
        return # it was only asked what it is
    start = json.loads(line)
    for line in sys.stdin:
        work = json.loads(line)
        parts = parts_of(work["record"].get("body", ""))
        if len(parts) < 2:
            say(type="result", id=work["id"], result="ok", **{"pass": True}) # the item itself goes on
            continue
        for part in parts:
            title, _, body = part.partition("\n")
            say(type="output", id=work["id"], record={"title": title, "body": body})
        say(type="result", id=work["id"], result="ok")


if __name__ == "__main__":
    main()
