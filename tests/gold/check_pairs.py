#!/usr/bin/env python3
"""Codes the invented sentences of a folder and holds each to what it must give.

usage: check_pairs.py ENTENTE FOLDER [--show N] [--only TEXT] [--update]

FOLDER/*.jsonl hold one case a line:
    {"id","group","kind","title","text","date","url","expect":[EVENT,…],"optional":[EVENT,…]}
Cases of one group differ in one respect, their kind: plain, direction, passive, nominal, headline, negated, hypothetical,
denied, background, domestic, attack, third_party, … EVENT names what must be right: "type", and any of "subtype", "status",
"modality", "scope" (a string, or a list of accepted ones), "actors" (every principal actor: ["GBR:supplier","KEN:recipient"]),
"start", "end" and "as_of" of the date, "equipment" (all of it: ["24 155 mm howitzers III"], "-" for no count), "places" (all: ["Cordoba
ARG"]), "fact" (false: must not be a current fact). Every expected event must be there once, and no fact beside them that is not
optional.

FOLDER/NAME.failing lists the ids of NAME.jsonl that are known to fail, so that a new failure shows. --update writes these lists
anew, --show prints failures in full, --only takes the cases whose id holds TEXT.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

FACT_MODALITIES = ("confirmed", "reported", "alleged")


def is_fact(event):
    return event["scope"] == "current" and event["modality"] in FACT_MODALITIES


def principal_actors(event):
    return sorted({f"{actor['id']}:{actor['role']}" for actor in event["actors"]
                   if actor["role"] != "observer" and not actor["id"].startswith(("GRP:", "UNK"))})


def differences(expected, event):
    """What of `event` is not as expected, one text each."""
    if event["type"] != expected["type"]:
        return ["type"]
    wrong = []
    for field in ("subtype", "status", "modality", "scope"):
        if field in expected:
            accepted = expected[field] if isinstance(expected[field], list) else [expected[field]]
            if event.get(field) not in accepted:
                wrong.append(f"{field} {event.get(field)}, not {'|'.join(map(str, accepted))}")
    if "actors" in expected and principal_actors(event) != sorted(expected["actors"]):
        wrong.append(f"actors {' '.join(principal_actors(event))}, not {' '.join(sorted(expected['actors']))}")
    for end in ("start", "end", "as_of"):
        if end in expected and (event.get("date") or {}).get(end) != expected[end]:
            wrong.append(f"date {end} {(event.get('date') or {}).get(end)}, not {expected[end]}")
    things = {"equipment": lambda one: f"{one['count'] or '-'} {one['name']} {one['unroca']}",
              "places": lambda one: f"{one['name']} {one['country']}"}
    for field, tell in things.items():
        told = sorted(tell(one) for one in event.get(field, []))
        if field in expected and told != sorted(expected[field]):
            wrong.append(f"{field} {', '.join(told) or 'none'}, not {', '.join(sorted(expected[field]))}")
    if "fact" in expected and is_fact(event) != expected["fact"]:
        wrong.append("is a fact" if is_fact(event) else "is no fact")
    return wrong


def judge(case, events):
    """What is wrong with a case's events, one text each."""
    left, problems = list(events), []
    for expected in case["expect"]:
        candidates = sorted(((differences(expected, event), index) for index, event in enumerate(left)
                             if event["type"] == expected["type"]), key=lambda pair: len(pair[0]))
        if not candidates:
            problems.append(f"no {expected['type']}")
            continue
        problems += [f"{expected['type']}: {text}" for text in candidates[0][0]]
        del left[candidates[0][1]]
    optional = [event["type"] for event in case.get("optional", [])]
    problems += [f"also {event['type']} {' '.join(principal_actors(event))}" for event in left
                 if is_fact(event) and event["type"] not in optional]
    return problems


def load(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def code(entente, cases):
    lines = "".join(json.dumps({"id": case["id"], "title": case.get("title", ""), "body": case["text"],
                                "date": case.get("date", ""), "url": case.get("url", "")}) + "\n" for case in cases)
    done = subprocess.run([entente, "code", "--format", "jsonl"], input=lines, capture_output=True, text=True, check=True)
    return {row["id"]: row["events"] for row in map(json.loads, done.stdout.splitlines())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("entente")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    broken, seen, kinds = 0, set(), collections.defaultdict(lambda: [0, 0])
    for path in sorted(options.folder.glob("*.jsonl")):
        cases = [case for case in load(path) if options.only in case["id"]]
        twice = [case["id"] for case in cases if case["id"] in seen or seen.add(case["id"])]
        if twice:
            print(f"{path.name}: ids twice: {' '.join(twice)}")
            return 1
        events = code(options.entente, cases) if cases else {}
        list_path = path.with_suffix(".failing")
        known = set(list_path.read_text(encoding="utf-8").split()) if list_path.exists() else set()
        failing = {}
        for case in cases:
            problems = judge(case, events[case["id"]])
            kinds[case["kind"]][bool(problems)] += 1
            if problems:
                failing[case["id"]] = problems
                if options.show > 0:
                    options.show -= 1
                    print(f"{case['id']}: {case.get('title', '')} | {case['text']}\n    {'; '.join(problems)}")
        new = [] if options.update else sorted(set(failing) - known)
        broken += len(new)
        for name in new[:20]:
            print(f"{path.name}: {name}: {'; '.join(failing[name])}")
        print(f"{path.name}: {len(cases) - len(failing)} of {len(cases)} right, {len(new)} newly wrong, "
              f"{len(known - set(failing)) if not options.only else 0} of the known failures now right")
        if options.update and not options.only:
            list_path.write_text("".join(name + "\n" for name in sorted(failing)), encoding="utf-8")
    for kind, (right, wrong) in sorted(kinds.items()):
        print(f"    {kind:16} {right} of {right + wrong}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
