#!/usr/bin/env python3
"""A detector in Python (entente-exec(7)): finds the first event ever between two actors.

    [detector.first]
    plugin = /usr/share/doc/entente/exec/detector.py

The protocol is written out here; `entente plugin new NAME --kind detector --lang python` has it as a module."""
import itertools
import json
import sys

HELLO = {"type": "hello", "protocol": 1, "name": "detector-py", "version": "1.0", "kinds": ["detector"],
         "summary": "Finds pairs of actors that were never seen together",
         "options": []}


def say(**message):
    print(json.dumps(message), flush=True) # a pipe is buffered, and an answer that is not flushed is not there


def pairs_of(event):
    return list(itertools.combinations(sorted({actor["id"] for actor in event.get("actors", [])}), 2))


def main():
    say(**HELLO)
    line = sys.stdin.readline()
    if not line:
        return # it was only asked what it is
    start = json.loads(line)
    seen = {tuple(pair) for pair in start["state"] or []}
    for line in sys.stdin:
        work = json.loads(line)
        event = work["record"]
        for pair in pairs_of(event):
            if pair not in seen:
                say(type="output", id=work["id"], record={"kind": "first", "text": "%s and %s: first event" % pair,
                                                          "events": [event["id"]]})
            seen.add(pair)
        say(type="result", id=work["id"], result="ok", state=sorted(seen))


if __name__ == "__main__":
    main()
