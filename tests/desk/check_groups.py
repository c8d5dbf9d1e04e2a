#!/usr/bin/env python3
"""Runs labelled groups of articles through the real daemon, and tells how well the desk puts reports of one event together.

usage: check_groups.py ENTENTED ENTENTE FOLDER [--show N] [--seed N]

FOLDER/*.txt and FOLDER/*/*.txt, each folder an archive of its own, since two may tell of the same: one article a line, `group | event | type | date | outlet | title | text`; articles of a group that bear one event
name tell one event. Only articles for which the coder reports an event of that type, or of arms for aid, count; how many do not is told. Exit 1
where a floor is broken.
"""
import argparse
import collections
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile

# A little below what was last measured: they catch a fall, they are no target.
FLOORS = {"pairwise precision": 0.98, "pairwise recall": 0.85, "B3 F1": 0.97}
# A package of aid may be told with the arms in it.
ALSO = {"aid": "arms_transfer"}
FIELDS = ("group", "event", "type", "date", "outlet", "title", "text")


def load(folder):
    articles = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                parts = [part.strip() for part in line.split(" | ")]
                if len(parts) != len(FIELDS):
                    sys.exit(f"{path}:{number}: {len(parts)} fields, not {len(FIELDS)}")
                articles.append(dict(zip(FIELDS, parts)))
    return articles


def run(entented, entente, articles):
    """The events that the daemon makes of the articles."""
    with tempfile.TemporaryDirectory(prefix="entente-groups-") as name:
        folder = pathlib.Path(name)
        with open(folder / "articles.jsonl", "w", encoding="utf-8") as lines:
            for index, article in enumerate(articles):
                lines.write(json.dumps({"id": str(index), "title": article["title"], "body": article["text"],
                                        "date": article["date"], "url": f"https://{article['outlet']}/{index}"}) + "\n")
        config = folder / "entente.ini"
        config.write_text(f"[entente]\nstate_dir = {folder}/state\n[source.groups]\nplugin = files\npath = {folder}/articles.jsonl\n"
                          "[classifier.coder]\nplugin = coder\n")
        done = subprocess.run([entented, "-c", config, "--once"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        out = subprocess.run([entente, "-c", config, "events", "--format", "jsonl", "--limit", "100000"], capture_output=True,
                             text=True, check=True).stdout
        return [json.loads(line) for line in out.splitlines()]


def clusters_of(articles, events):
    """For each article that has one: the output event of its type that it is a source of."""
    found = {}
    for event in events:
        for source in event["sources"]:
            index = int(source["url"].rsplit("/", 1)[1])
            if event["type"] in (articles[index]["type"], ALSO.get(articles[index]["type"])):
                found.setdefault(index, event["id"])
    return found


def measure(articles, found):
    truth = {index: (articles[index]["archive"], articles[index]["group"], articles[index]["event"]) for index in found}
    pairs = collections.Counter()
    wrong = []
    for left, right in itertools.combinations(sorted(found), 2):
        if articles[left]["archive"] != articles[right]["archive"]:
            continue
        is_same, is_joined = truth[left] == truth[right], found[left] == found[right]
        pairs[is_same, is_joined] += 1
        if is_same != is_joined:
            wrong.append((left, right))
    precision = pairs[True, True] / max(1, pairs[True, True] + pairs[False, True])
    recall = pairs[True, True] / max(1, pairs[True, True] + pairs[True, False])
    members, classes = collections.defaultdict(set), collections.defaultdict(set)
    for index in found:
        members[found[index]].add(index)
        classes[truth[index]].add(index)
    b3_precision = sum(len(members[found[i]] & classes[truth[i]]) / len(members[found[i]]) for i in found) / max(1, len(found))
    b3_recall = sum(len(members[found[i]] & classes[truth[i]]) / len(classes[truth[i]]) for i in found) / max(1, len(found))
    # An event that is split raises an alert for each part past the first.
    parts = collections.defaultdict(set)
    for index in found:
        parts[truth[index]].add(found[index])
    false_new = sum(len(ids) - 1 for ids in parts.values())
    return {"pairwise precision": precision, "pairwise recall": recall,
            "B3 F1": 2 * b3_precision * b3_recall / max(1e-9, b3_precision + b3_recall),
            "false-new alerts per 100 events": 100 * false_new / max(1, len(parts))}, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("entented")
    parser.add_argument("entente")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0, help="another order of arrival")
    options = parser.parse_args()
    articles, found = [], {}
    for archive in [options.folder, *sorted(path for path in options.folder.iterdir() if path.is_dir())]:
        told = load(archive)
        random.Random(options.seed).shuffle(told)
        clusters = clusters_of(told, run(options.entented, options.entente, told)) if told else {}
        found.update({len(articles) + index: (archive.name, event) for index, event in clusters.items()})
        articles += [{**article, "archive": archive.name} for article in told]
    result, wrong = measure(articles, found)
    print(f"{len({(a['archive'], a['group']) for a in articles})} groups, {len(articles)} articles, {len(articles) - len(found)} without a report of "
          "their type")
    for name, value in result.items():
        print(f"{name}: {value:.3f}" if "alerts" not in name else f"{name}: {value:.1f}")
    for left, right in wrong[:options.show]:
        verb = "joined" if found[left] == found[right] else "apart"
        print(f"{verb}: {articles[left]['group']}/{articles[left]['event']} {articles[left]['date']} {articles[left]['title']} | "
              f"{articles[right]['group']}/{articles[right]['event']} {articles[right]['date']} {articles[right]['title']}")
    if options.show:
        for index, article in enumerate(articles):
            if index not in found:
                print(f"no {article['type']}: {article['group']} {article['title']} | {article['text']}")
    broken = [name for name, floor in FLOORS.items() if result[name] < floor]
    for name in broken:
        print(f"{name} is below {FLOORS[name]}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
