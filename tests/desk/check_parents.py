#!/usr/bin/env python3
"""Runs articles through the real daemon, and tells how well it finds what is part of what across articles.

usage: check_parents.py ENTENTED ENTENTE FILE… [--show] [--seed N]

A line an article: `group | event | part of | type | date | outlet | title | text`; "part of" is an event of the group, or -.
Each file is an archive of its own. An event of the labels has its parent found where the event that the daemon makes of its
articles names as parent the one that holds an article of the labelled parent. Any other parent is a wrong one. Events of
which the coder reports nothing (or nothing of their parent) do not count for recall; a wrong parent always counts.
Exit 1 where a floor is broken.
"""
import argparse
import pathlib
import random
import sys

from check_groups import clusters_of, run

FLOORS = {"precision": 0.9, "recall": 0.6}
FIELDS = ("group", "event", "parent", "type", "date", "outlet", "title", "text")


def load(path):
    articles = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split(" | ")]
            if len(parts) != len(FIELDS):
                sys.exit(f"{path}:{number}: {len(parts)} fields, not {len(FIELDS)}")
            articles.append(dict(zip(FIELDS, parts)))
    return articles


def judge(articles, events):
    """(found, wrong, missed, not_coded) as lists of lines for people."""
    event_of = clusters_of(articles, events)
    parent_of = {event["id"]: event.get("parent") for event in events}
    labels = {}
    for index, article in enumerate(articles):
        labels.setdefault((article["group"], article["event"]), []).append(index)
    outcome = {"found": [], "wrong": [], "missed": [], "not coded": []}
    for (group, name), indices in labels.items():
        expected = articles[indices[0]]["parent"]
        made = {event_of[index] for index in indices if index in event_of}
        wholes = {event_of[index] for index in labels.get((group, expected), []) if index in event_of}
        given = {parent_of[event] for event in made if parent_of[event]}
        told = f"{group}/{name} {articles[indices[0]]['title']}"
        if given and given <= wholes:
            outcome["found"].append(told)
        elif given:
            outcome["wrong"].append(told)
        elif expected != "-":
            outcome["missed" if made and wholes else "not coded"].append(told)
    return outcome


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("entented")
    parser.add_argument("entente")
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--seed", type=int, default=0, help="another order of arrival")
    options = parser.parse_args()
    total = {"found": [], "wrong": [], "missed": [], "not coded": []}
    for path in options.files:
        articles = load(path)
        random.Random(options.seed).shuffle(articles)
        for key, lines in judge(articles, run(options.entented, options.entente, articles)).items():
            total[key] += lines
    found, wrong, missed = (len(total[key]) for key in ("found", "wrong", "missed"))
    expected = found + missed + sum(1 for line in total["wrong"])
    result = {"precision": found / max(1, found + wrong), "recall": found / max(1, expected)}
    print(f"parents found {found}, wrong {wrong}, missed {missed}, not coded {len(total['not coded'])}")
    print(f"precision {result['precision']:.3f}, recall {result['recall']:.3f}")
    for key in total if options.show else ():
        for line in total[key]:
            print(f"{key}: {line}")
    broken = [name for name, floor in FLOORS.items() if result[name] < floor]
    for name in broken:
        print(f"{name} is below {FLOORS[name]}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
