#!/usr/bin/env python3
"""@NAME@, a sink by the protocol of entente-exec(7): appends a line to the file that is named for each alert.

    [sink.@NAME@]
    plugin  = exec
    command = python3 @NAME@.py alerts.txt
"""
import json
import sys


def lines(delivery):
    """A line an alert, with the delivery's id before it: it is the same when a delivery comes again."""
    return [f"{delivery['delivery']} {alert['headline']}" for alert in delivery.get("alerts", [delivery])]


def handle(delivery, path):
    """The answer to one delivery."""
    answer = {"delivery": delivery["delivery"], "result": "ok"}
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write("\n".join(lines(delivery)) + "\n")
    except OSError as problem:
        answer.update(result="retry", text=str(problem))
    return answer


def main():
    for line in sys.stdin:
        print(json.dumps(handle(json.loads(line), sys.argv[1])), flush=True)


if __name__ == "__main__":
    main()
