"""What `entente code` makes of the invented articles of the coder's own tests keeps to the JSON Schema that `entente codebook`
prints, and what does not is found by it.

usage: test_codebook.py SOURCE_DIR BINARY_DIR
"""
import json
import pathlib
import re
import subprocess
import sys

source, binary = (pathlib.Path(argument) for argument in sys.argv[1:3])
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list}


def faults(schema, value, place):
    """The part of JSON Schema that the schema uses."""
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return [f"{place}: no {schema['type']}"]
    found = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{place}: is not {schema['const']}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of its words")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{place}: {value!r} does not match")
    if "maximum" in schema and not schema["minimum"] <= value <= schema["maximum"]:
        found.append(f"{place}: {value} is out of bounds")
    if isinstance(value, list):
        found += [fault for i, one in enumerate(value) for fault in faults(schema.get("items", {}), one, f"{place}[{i}]")]
    if isinstance(value, dict):
        found += [f"{place}: lacks {name}" for name in schema.get("required", []) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{place}: {name} is unknown" for name in value if name not in schema["properties"]]
        for name, one in value.items():
            found += faults(schema.get("properties", {}).get(name, {}), one, f"{place}.{name}")
    for condition in schema.get("allOf", []):
        if not faults(condition["if"], value, ""):
            found += faults(condition["then"], value, place)
    return found


def run(*words, given=None):
    return subprocess.run([binary / "entente", *words], input=given, capture_output=True, text=True, check=True, timeout=120).stdout


def told(value):
    """Without what an export writes as null or empty, and what is the host's."""
    if isinstance(value, dict):
        return {name: told(one) for name, one in value.items() if name not in (LEFT_OUT if "type" in value else {"report"}) and one not in (None, [], {})}
    return [told(one) for one in value] if isinstance(value, list) else value


LEFT_OUT = {"id", "item", "item_version", "classifier", "stamp", "related", "parent", "report", "explain", "cameo", "plover", "plover_context"}
schema = json.loads(run("codebook", "--format", "json-schema"))
texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted((source / "fuzz/coder/corpus").iterdir())]
rows = [line.split(" | ") for path in sorted((source / "tests/desk/groups").glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#") and line.strip()]
texts += [row[-1] for row in rows if len(row) > 3]
texts += ["The United States approved a $300 million sale of 12 howitzers to Morocco on 3 May 2023, the Pentagon said.",
          "Uzbekistan and Kazakhstan held joint military exercises near Termez from 19 to 23 May, the defence ministry said.",
          "Germany suspended military cooperation with Mali. Norway handed two patrol boats to Moldova, Reuters reported."]
items = "".join(json.dumps({"id": str(i), "title": "", "body": text, "published": "2023-06-01T00:00:00Z"}) + "\n"
                for i, text in enumerate(texts))
events = [event for line in run("code", "--format", "jsonl", given=items).splitlines()
          for event in json.loads(line)["events"]]
assert len(events) >= 3, events
for event in events:
    assert not faults(schema, told(event), "event"), faults(schema, told(event), "event")

good = {"type": "visit", "subtype": "talks", "actors": [{"id": "ORG:NATO", "role": "participant"}]}
assert not faults(schema, good, "event"), faults(schema, good, "event")
for change, word in (({"subtype": "sale"}, "none of its words"), ({"type": "war"}, "none of its words"),
                     ({"actors": [{"id": "Norway", "role": "host"}]}, "does not match"), ({"confidence": 1.5}, "out of bounds"),
                     ({"actors": [{"id": "NOR"}]}, "lacks role"), ({"actors": [{"id": "XXX", "role": "host"}]}, "does not match"), ({"mood": "good"}, "unknown"), ({"name": 3}, "no string"),
                     ({"date": {"start": "May 2023"}}, "does not match")):
    assert word in " ".join(faults(schema, {**good, **change}, "event")), change
print(f"{len(events) + 10} passed, 0 failed")
