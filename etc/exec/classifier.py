#!/usr/bin/env python3
"""A classifier in Python (entente-exec(7)): reports an agreement where one of some phrases stands in a title.

    [classifier.pacts]
    plugin = /usr/share/doc/entente/exec/classifier.py
    words  = pact, treaty
    actors = FIN, SWE

The protocol is written out here; `entente plugin new NAME --kind classifier --lang python` has it as a module."""
import json
import sys

HELLO = {"type": "hello", "protocol": 1, "name": "classifier-py", "version": "1.0", "kinds": ["classifier"],
         "summary": "Reports agreements by phrases of titles",
         "options": [{"name": "words", "type": "list", "required": True, "help": "Phrases that tell of an agreement."},
                     {"name": "actors", "type": "list", "required": True, "help": "Who agrees: codes as NOR."}]}


def say(**message):
    print(json.dumps(message), flush=True) # a pipe is buffered, and an answer that is not flushed is not there


def report(options, title, word):
    start = len(title[:title.index(word)].encode()) # offsets count bytes
    return {"type": "agreement", "status": "announced", "modality": "confirmed", "scope": "current", "confidence": 0.6,
            "actors": [{"id": actor, "role": "participant"} for actor in options["actors"]],
            "evidence": [{"field": "type", "quote": word, "start": start, "end": start + len(word.encode()), "in": "title"}]}


def main():
    say(**HELLO)
    line = sys.stdin.readline()
    if not line:
        return # it was only asked what it is
    start = json.loads(line)
    for line in sys.stdin:
        work = json.loads(line)
        title = work["record"].get("title", "")
        found = [word for word in start["options"]["words"] if word in title]
        for word in found[:1]:
            say(type="output", id=work["id"], record=report(start["options"], title, word))
        # Of an item without a report, `entente status` counts why.
        say(type="result", id=work["id"], result="ok", **({} if found else {"text": "uncoded: no phrase"}))


if __name__ == "__main__":
    main()
