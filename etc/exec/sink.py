#!/usr/bin/env python3
"""A sink in Python (entente-exec(7)): appends the headline of each alert to a file.

    [sink.log]
    plugin = /usr/share/doc/entente/exec/sink.py
    path   = /var/log/alerts.txt

The protocol is written out here; `entente plugin new NAME --kind sink --lang python` has it as a module."""
import json
import sys

HELLO = {"type": "hello", "protocol": 1, "name": "sink-py", "version": "1.0", "kinds": ["sink"],
         "summary": "Appends headlines to a file",
         "options": [{"name": "path", "type": "path", "write": True, "required": True, "help": "File to append to."}]}


def say(**message):
    print(json.dumps(message), flush=True) # a pipe is buffered, and an answer that is not flushed is not there


def handle(path, delivery):
    """The result and a text for people; the text of an ok is kept as the receipt."""
    try:
        with open(path, "a", encoding="utf-8") as log:
            for alert in delivery.get("alerts", [delivery]):
                log.write("%s %s\n" % (delivery["delivery"], alert["headline"]))
    except OSError as problem:
        return {"result": "retry", "text": str(problem)}
    return {"result": "ok"}


def main():
    say(**HELLO)
    line = sys.stdin.readline()
    if not line:
        return # it was only asked what it is
    start = json.loads(line)
    for line in sys.stdin:
        work = json.loads(line)
        say(type="result", id=work["id"], **handle(start["options"]["path"], work["record"]))


if __name__ == "__main__":
    main()
