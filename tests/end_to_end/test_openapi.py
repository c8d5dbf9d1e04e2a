"""web/openapi.json against the server: every path answers as described, every field of an answer is described, every parameter
that is described is taken and every one that is taken is described."""
import json
import re
import unittest

from support import SOURCE
from web_support import WebTest

DESCRIPTION = json.loads((SOURCE / "web" / "openapi.json").read_text())


def fault(value, schema, where):
    """What is wrong with a value by a schema of the kinds that the description uses; None where nothing is."""
    if "$ref" in schema:
        return fault(value, DESCRIPTION["components"]["schemas"][schema["$ref"].split("/")[-1]], where)
    if "anyOf" in schema:
        faults = [fault(value, one, where) for one in schema["anyOf"]]
        return None if None in faults else faults[0]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
    if not isinstance(value, kinds[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        return "%s: %r is no %s" % (where, value, schema["type"])
    if "enum" in schema and value not in schema["enum"]:
        return "%s: %r is none of %s" % (where, value, schema["enum"])
    if schema["type"] == "array":
        return next(filter(None, (fault(one, schema["items"], where + "[]") for one in value)), None)
    if schema["type"] != "object" or "properties" not in schema and "additionalProperties" not in schema:
        return None
    missing = [name for name in schema.get("required", []) if name not in value]
    if missing:
        return "%s lacks %s" % (where, missing)
    for name, member in value.items():
        described = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if not described:
            return "%s.%s is not described" % (where, name)
        found = fault(member, described, where + "." + name)
        if found:
            return found
    return None


class OpenApi(WebTest):
    VALUES = {"when": "type = exercise", "type": "exercise", "status": "ongoing", "modality": "confirmed", "scope": "current", "actor": "FIN",
              "dyad": "FIN,SWE", "source": "one", "text": "a", "sources_min": "1", "since": "2000", "until": "now", "order": "date",
              "direction": "ascending", "limit": "5", "facet": "type", "top": "5", "period": "year", "clock": "date", "by_type": "yes",
              "directed": "yes", "author": "ada", "watch": "all", "state": "new"}

    def setUp(self):
        super().setUp()
        self.run_web()

    def tearDown(self):
        self.stop()

    def path_of(self, path):
        if "{id}" not in path:
            return path
        kind = path.split("/")[3]
        return path.replace("{id}", self.get("/api/v1/" + kind)[kind][0]["id"])

    def described(self):
        for path, operations in DESCRIPTION["paths"].items():
            if "get" in operations:
                yield path, operations["get"]

    def test_every_answer_is_as_described(self):
        for path, operation in self.described():
            (kind, content), = operation["responses"]["200"]["content"].items()
            if kind == "text/event-stream":
                stream = self.stream(last="0.0").open()
                self.assertIn(kind, stream.head)
                for _ in range(6):
                    self.assertIsNone(fault(stream.next()[2], content["schema"], path))
                continue
            required = "?when=type+%3D+exercise" if path.startswith("/api/v1/rule") else ""
            if path == "/api/v1/rule/explain":
                required += "&event=" + self.get("/api/v1/events")["events"][0]["id"]
            status, headers, body = self.request("GET", self.path_of(path) + required)
            self.assertEqual(status, 200, (path, body[:300]))
            self.assertTrue(headers["content-type"].startswith(kind), (path, headers["content-type"]))
            if kind in ("application/json", "application/geo+json"):
                self.assertIsNone(fault(json.loads(body), content["schema"], path))
            elif kind == "application/x-ndjson":
                for line in body.splitlines():
                    self.assertIsNone(fault(json.loads(line), content["schema"], path))

    def test_every_event_item_and_alert_is_as_described(self):
        schemas = {path: operation["responses"]["200"]["content"]["application/json"]["schema"] for path, operation in self.described()
                   if "application/json" in operation["responses"]["200"]["content"]}
        for kind in ("events", "items"):
            for row in self.get("/api/v1/" + kind)[kind]:
                self.assertIsNone(fault(self.get("/api/v1/%s/%s" % (kind, row["id"])), schemas["/api/v1/%s/{id}" % kind], row["id"]))

    def test_every_parameter_that_is_described_is_taken(self):
        for path, operation in self.described():
            if path == "/api/v1/stream":
                continue
            names = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
            required = {"when": self.VALUES["when"]} if path.startswith("/api/v1/rule") else {}
            if path == "/api/v1/rule/explain":
                required["event"] = self.get("/api/v1/events")["events"][0]["id"]
            for name in names:
                value = "0.0" if name == "after" and path == "/api/v1/changes" else self.VALUES.get(name)
                if value is None:
                    continue  # a cursor: test_web.py goes from page to page
                parameters = {**required, name: value}
                query = "&".join("%s=%s" % (key, one.replace(" ", "+").replace("=", "%3D")) for key, one in parameters.items())
                status, _, body = self.request("GET", self.path_of(path) + "?" + query)
                self.assertEqual(status, 200, (path, name, body[:300]))
            if path.startswith("/api/v1/") and path not in ("/api/v1/status", "/api/v1/me", "/api/v1/openapi.json"):
                status, _, body = self.request("GET", self.path_of(path) + "?frobnicate=1")
                self.assertEqual(status, 400, (path, body[:300]))
                self.assertIsNone(fault(json.loads(body), {"$ref": "#/components/schemas/Problem"}, path))

    def test_every_path_that_is_served_is_described(self):
        text = (SOURCE / "plugins" / "web" / "routes.c").read_text()
        questions = re.search(r"\} questions\[\] = \{(.*?)\n\};", text, re.S).group(1)
        served = {"/api/v1/" + path.replace("*", "{id}") for path in re.findall(r'\{"([^"]+)", "[^"]+"\}', questions)}
        routes = re.search(r"\} routes\[\] = \{(.*?)\n\};", text, re.S).group(1)
        served |= {("/api/v1/" if api else "") + path for api, path in re.findall(r'\{"\w+", (API )?"([^"]+)"', routes)}
        served |= {"/api/v1/" + path.replace("*", "{id}") for path in re.findall(r'explained\[\] = "([^"]+)"', text)}
        self.assertGreater(len(served), 25)
        self.assertEqual(served, set(DESCRIPTION["paths"]))

    def test_the_server_hands_out_its_description(self):
        status, headers, body = self.request("GET", "/api/v1/openapi.json", role=None)
        self.assertEqual((status, json.loads(body)), (200, DESCRIPTION))


if __name__ == "__main__":
    unittest.main()
