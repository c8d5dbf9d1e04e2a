#!/usr/bin/env python3
"""A sink of Entente in Python (entente-exec(7)): appends the headline of each alert to the file that is named.

    [sink.log]
    plugin  = exec
    command = /usr/share/doc/entente/exec/append.py /var/log/alerts.txt
"""
import json
import sys


def handle(path, delivery):
    """The result and a text for people."""
    with open(path, "a", encoding="utf-8") as log:
        for alert in delivery.get("alerts", [delivery]):
            log.write("%s %s\n" % (delivery["delivery"], alert["headline"]))
    return "ok", ""


def main():
    for line in sys.stdin:
        delivery = json.loads(line)
        try:
            result, text = handle(sys.argv[1], delivery)
        except OSError as problem:
            result, text = "retry", str(problem)
        print(json.dumps({"delivery": delivery["delivery"], "result": result, "text": text}), flush=True)


if __name__ == "__main__":
    main()
