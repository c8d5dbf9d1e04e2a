#!/usr/bin/env python3
"""Codes the labelled articles with `entente code` and holds the scores to floors.

usage: check_gold.py ENTENTE SHARED

SHARED holds gold/ and seed-article/. Exit 77 (skipped) where it is absent, 1 where a floor is broken.
"""
import json
import pathlib
import subprocess
import sys

# Floors a little below what was last measured: they catch a fall, they are no target.
FLOORS = {"event F1": 0.67, "event precision": 0.78, "relevance F1": 0.80, "evidence valid": 1.0}
NOISE_FALSE_FACTS_MAX = 4
SEED_REQUIRED_MIN = 7


def code(entente, lines):
    done = subprocess.run([entente, "code", "--format", "jsonl"], input=lines, capture_output=True, text=True, check=True)
    return {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}


def check_gold(score, entente, folder):
    items = score.load(folder / "items.jsonl")
    output = code(entente, (folder / "items.jsonl").read_text(encoding="utf-8"))
    result, _ = score.score(score.load(folder / "labels.jsonl"), output, items)
    got = {"event F1": result["events"]["f1"], "event precision": result["events"]["precision"],
           "relevance F1": result["relevance"]["f1"], "evidence valid": result["evidence_valid"]["rate"]}
    for name, floor in FLOORS.items():
        print(f"{name}: {got[name]} (floor {floor})")
        if got[name] < floor:
            yield f"{name} is {got[name]}, below {floor}"


def check_noise(score, entente, folder):
    items = score.load(folder / "noise.jsonl")
    labels = score.load(folder / "noise-labels.jsonl")
    gold = {i: labels.get(i) or {"id": i, "relevance": "none", "events": []} for i in items}
    result, _ = score.score(gold, code(entente, (folder / "noise.jsonl").read_text(encoding="utf-8")), items)
    print(f"false facts in {len(items)} random items: {result['events']['fp']}")
    if result["events"]["fp"] > NOISE_FALSE_FACTS_MAX:
        yield f"{result['events']['fp']} false facts in random news, more than {NOISE_FALSE_FACTS_MAX}"


def check_seed(score, entente, folder):
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    body = (folder / "article.txt").read_text(encoding="utf-8")
    item = {"id": "seed", "title": meta["title"], "body": body, "date": meta["published"]}
    gold = {"seed": {"id": "seed", "relevance": "core", "events": json.loads((folder / "expected.json").read_text(encoding="utf-8"))}}
    for title in (meta["title"], ""):
        output = code(entente, json.dumps({**item, "title": title}) + "\n")
        result, shown = score.score(gold, output, {"seed": item})
        right = result["events"]["tp"] + result["nonfacts"]["tp"]
        print(f"seed article, title {title!r}: {right} of 7 required events")
        if right < SEED_REQUIRED_MIN:
            yield f"seed article: {right} of 7 required events"
        for event in output["seed"]["events"]:
            if not score.is_fact(event):
                continue
            for trap in json.loads((folder / "negatives.json").read_text(encoding="utf-8")):
                for quote in event["evidence"]:
                    if quote["field"] == "type" and trap["start"] <= quote["start"] < trap["end"]:
                        yield f"seed article: a trap is asserted: {event['type']} at {quote['quote']!r}: {trap['why']}"


def main():
    entente, shared = sys.argv[1], pathlib.Path(sys.argv[2])
    if not (shared / "gold" / "score.py").exists():
        print(f"skipped: no labelled articles at {shared}")
        return 77
    sys.path.insert(0, str(shared / "gold"))
    sys.dont_write_bytecode = True
    import score
    problems = [*check_gold(score, entente, shared / "gold"), *check_noise(score, entente, shared / "gold"),
                *check_seed(score, entente, shared / "seed-article")]
    print("\n".join(problems) or "all floors hold")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
