"""The plugin web: the API, its feeds and streams, over a daemon with an archive."""
import csv
import gzip
import http.client
import io
import itertools
import json
import pathlib
import re
import ssl
import subprocess
import time
import socket
import sqlite3
import threading
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

from support import EntenteTest, feed, free_port
from web_support import ARTICLES, WebTest

ATOM = "{http://www.w3.org/2005/Atom}"


class Api(WebTest):
    def setUp(self):
        super().setUp()
        self.run_web()

    def tearDown(self):
        self.stop()

    def test_events_are_filtered_paged_and_shown(self):
        events = self.get("/api/v1/events")["events"]
        self.assertGreaterEqual(len(events), 4)
        exercise = self.get("/api/v1/events", when="type = exercise and actor = FIN")["events"]
        self.assertEqual([event["type"] for event in exercise], ["exercise"])
        one = self.get("/api/v1/events/" + exercise[0]["id"])
        self.assertEqual(one["event"]["id"], exercise[0]["id"])
        self.assertIn("Lapland", one["told_by"][0]["item"][0]["body"])
        self.assertEqual(one["revisions"][0]["revision"], 1)
        evidence = one["told_by"][0]["report"][0]["evidence"][0]
        source = one["told_by"][0]["item"][0]["title" if evidence.get("in") == "title" else "body"].encode()
        self.assertEqual(source[evidence["start"]:evidence["end"]].decode(), evidence["quote"])
        self.assertEqual(self.get("/api/v1/events/%s/reports" % exercise[0]["id"])["told_by"], one["told_by"])
        self.assertEqual(self.get("/api/v1/events/%s/revisions" % exercise[0]["id"])["revisions"], one["revisions"])
        pages, after = [], {}
        while True:
            page = self.get("/api/v1/events", limit=1, **after)
            pages += [event["id"] for event in page["events"]]
            if "next" not in page:
                break
            after = {"after": page["next"]}
        self.assertEqual(pages, [event["id"] for event in events])

    def test_every_kind_of_thing_is_listed(self):
        items = self.get("/api/v1/items", text="Lapland")["items"]
        self.assertEqual(len(items), 1)
        item = self.get("/api/v1/items/" + items[0]["id"])
        self.assertEqual(item["versions"][0]["title"], ARTICLES[0][1])
        self.assertEqual(item["reports"][0]["type"], "exercise")
        alerts = self.get("/api/v1/alerts", watch="all")["alerts"]
        self.assertGreaterEqual(len(alerts), 4)
        self.assertEqual(self.get("/api/v1/alerts", watch="none")["alerts"], [])
        feeds = self.get("/api/v1/feeds")["sources"]
        self.assertEqual([row["name"] for row in feeds], ["source.one"])
        self.assertEqual([row["name"] for row in self.get("/api/v1/watches")["watches"]], ["all"])
        facets = self.get("/api/v1/facets", facet="type,country")
        self.assertEqual(sorted(facets["facets"]), ["country", "type"])
        self.assertEqual(self.get("/api/v1/places", type="exercise")["events"], 1)
        self.assertIn({"first": "FIN", "second": "SWE", "count": 1}, self.get("/api/v1/dyads")["dyads"])
        self.assertEqual(sum(row["count"] for row in self.get("/api/v1/timeline")["timeline"]), facets["events"])
        self.assertEqual(self.get("/api/v1/health")["counts"]["items"], len(ARTICLES))
        self.assertIn("exercise", self.get("/api/v1/vocabulary")["type"])
        self.assertEqual(self.get("/api/v1/rule", when="type = aid")["when"], "type = aid")
        hits = self.get("/api/v1/rule/try", when="type = exercise")
        self.assertEqual(len(hits["hits"]), 1)
        self.assertEqual(self.get("/api/v1/status")["daemon"]["pid"], self.process.pid)
        me = self.get("/api/v1/me")
        self.assertEqual((me["role"], me["position"]), ("read", self.get("/api/v1/position")["id"]))

    def test_rules_may_use_what_the_configuration_names_from_its_reload_on(self):
        self.assertEqual(self.get("/api/v1/vocabulary")["rules"]["groups"], [])
        self.get("/api/v1/rule", 400, when="actor = north")
        with open(self.config, "a") as file:
            file.write("\n[group.north]\nmembers = FIN, SWE, NOR\n[macro.drill]\nis = type = exercise\n")
        self.assertEqual(self.request("POST", "/api/v1/commands", {"command": "reload"}, role="admin")[0], 200)
        self.wait_for_log("added group.north")
        self.wait_for(lambda: self.get("/api/v1/vocabulary")["rules"]["groups"] == ["north"], "the group")
        self.assertEqual(self.get("/api/v1/vocabulary")["rules"]["macros"], ["drill"])
        self.assertEqual(len(self.get("/api/v1/events", when="macro.drill and actor = north")["events"]), 1)
        self.assertEqual(len(self.get("/api/v1/rule/try", when="macro.drill and actor = north")["hits"]), 1)

    def test_a_trial_is_gone_on_with_by_its_cursor_until_it_is_over(self):
        rule, hits, revisions, after = "type in (exercise, training, agreement, visit, aid)", [], 0, {}
        whole = self.get("/api/v1/rule/try", when=rule)
        self.assertEqual((whole["more"], whole["progress"], "next" in whole), (False, 1, False))
        self.assertGreater(len(whole["hits"]), 1)
        for _ in range(100):
            part = self.get("/api/v1/rule/try", when=rule, limit="1", **after)
            hits += part["hits"]
            revisions += part["revisions"]
            if "next" not in part:
                break
            self.assertLessEqual(part["progress"], 1)
            after = {"after": part["next"]}
        self.assertEqual((hits, revisions), (whole["hits"], whole["revisions"]))
        self.assertIn("begin it anew", self.get("/api/v1/rule/try", 409, when=rule, **after)["detail"])
        self.assertEqual(self.get("/api/v1/rule/try", 400, when=rule, after="7")["parameter"], "after")
        cursor = self.get("/api/v1/rule/try", when=rule, limit="1")["next"]
        self.assertIn("another rule", self.get("/api/v1/rule/try", 400, when="type = aid", after=cursor)["detail"])
        series = self.get("/api/v1/rule/try", when="type = exercise and spike(2, 30d)")
        self.assertEqual((series["hits"], series["more"]), ([], False))
        self.assertEqual(self.request("POST", "/api/v1/commands", {"command": "reload"}, role="admin")[0], 200)
        def has_reloaded():
            status, headers, body = self.request("GET", "/api/v1/status")
            return status == 200 and json.loads(body)["daemon"]["reloads"] == 1  # 409 while it reloads

        self.wait_for(has_reloaded, "the reload")
        self.assertIn("configuration", self.get("/api/v1/rule/try", 409, when=rule, after=cursor, limit="1")["detail"])

    def test_mistakes_are_told_with_their_place(self):
        problem = self.get("/api/v1/events", 400, when="type = exercize")
        self.assertEqual((problem["parameter"], problem["offset"], problem["length"], problem["nearest"]),
                         ("when", 7, 8, "exercise"))
        for parameters in [{"type": "exercise,training,nothing"}, {"limit": "0"}, {"limit": "501"}, {"since": "soon"},
                           {"after": "zzz"}, {"wen": "x"}, {"dyad": "RUS"}, {"order": "seen,date"}, {"sources_min": "-1"},
                           {"when": "(" * 5000}]:
            problem = self.get("/api/v1/events", 400, **parameters)
            self.assertIn(list(parameters)[0], problem["detail"])
        for path, status in [("/api/v1/events/ffffffffff", 404), ("/api/v1/items/ffffffffff", 404), ("/api/v1/nothing", 404),
                             ("/api/v2/events", 404), ("/api/v1/events/a/b", 404), ("/api/v1/events?limit=1&limit=2", 400),
                             ("/api/v1/events?text=%00", 400), ("/api/v1/events?text=%ff", 400),
                             ("/api/v1/events?" + "&".join("a%d=1" % i for i in range(60)), 400)]:
            self.assertEqual(self.request("GET", path)[0], status, path)
            self.assertEqual(self.request("GET", path)[1]["content-type"], "application/problem+json")

    def test_huge_queries_are_answered_or_refused_in_bounded_time(self):
        self.assertIn("nested", self.get("/api/v1/events", 400, when="not " * 6000 + "type = visit")["detail"])
        patterns = " or ".join("text ~ '(a*)*b.*%d'" % number for number in range(800))
        for path, parameters in (("/api/v1/events", {"when": patterns}), ("/api/v1/facets", {"when": patterns}), ("/api/v1/rule/try", {"when": patterns}),
                                 ("/api/v1/events", {"actor": ",".join(["FIN"] * 4000)}), ("/api/v1/dyads", {"text": "x" * 20000, "top": "1000"})):
            begun = time.monotonic()
            status, headers, body = self.request("GET", path + "?" + urllib.parse.urlencode(parameters))
            self.assertIn(status, (200, 400, 414, 422), body[:300])
            self.assertLess(time.monotonic() - begun, 20, path)
        self.assertEqual(self.request("GET", "/api/v1/events")[0], 200)

    def test_what_has_not_changed_is_not_sent_again(self):
        status, headers, body = self.request("GET", "/api/v1/events")
        self.assertEqual(status, 200)
        status, again, body = self.request("GET", "/api/v1/events", headers={"If-None-Match": headers["etag"]})
        self.assertEqual((status, body), (304, b""))
        status, other, body = self.request("GET", "/api/v1/events?limit=1", headers={"If-None-Match": headers["etag"]})
        self.assertEqual(status, 200)

    def test_a_mistyped_address_is_told_in_the_page_to_a_browser_and_as_a_problem_to_a_program(self):
        status, headers, body = self.request("GET", "/evnets", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        self.assertEqual(status, 404)
        if headers["content-type"] != "application/problem+json":  # built with the page
            self.assertTrue(headers["content-type"].startswith("text/html"), headers)
            self.assertIn("content-security-policy", headers)
        for path, accept in (("/evnets", "application/json"), ("/api/v1/evnets", "text/html")):
            status, headers, body = self.request("GET", path, headers={"Accept": accept})
            self.assertEqual((status, headers["content-type"]), (404, "application/problem+json"))

    def test_long_answers_are_packed_for_who_takes_that(self):
        plain, headers, body = self.request("GET", "/api/v1/events")
        self.assertEqual((plain, headers.get("content-encoding")), (200, None))
        status, packed, short = self.request("GET", "/api/v1/events", headers={"Accept-Encoding": "gzip, br"})
        self.assertEqual((status, packed["content-encoding"], packed["etag"]), (200, "gzip", headers["etag"]))
        self.assertEqual(gzip.decompress(short), body)
        self.assertLess(len(short), len(body) / 2)
        self.assertIn("Accept-Encoding", packed["vary"])
        status, headers, body = self.request("GET", "/api/v1/events", headers={"Accept-Encoding": "gzip", "If-None-Match": packed["etag"]})
        self.assertEqual((status, body, headers.get("content-encoding")), (304, b"", None))
        status, headers, body = self.request("GET", "/api/v1/me", headers={"Accept-Encoding": "gzip"})
        self.assertEqual((headers.get("content-encoding"), json.loads(body)["role"]), (None, "read"))

    def test_exports_hold_every_event_as_entente_events_prints_it(self):
        for path, form in (("events.csv", "csv"), ("events.jsonl", "jsonl"), ("events.geojson", "geojson"), ("trade.csv", "trade"), ("cameo.csv", "cameo")):
            status, headers, body = self.request("GET", "/api/v1/exports/" + path)
            self.assertEqual((status, headers["content-disposition"]), (200, 'attachment; filename="%s"' % path))
            self.assertEqual(body.decode(), self.entente("events", "--order", "number", "--format", form).out, path)
        status, headers, body = self.request("GET", "/api/v1/exports/events.csv?type=exercise")
        rows = list(csv.DictReader(io.StringIO(body.decode())))
        self.assertEqual([row["type"] for row in rows], ["exercise"])
        # What holds up in print says who says so, in whose words, and when it was had.
        self.assertTrue(rows[0]["urls"].startswith("https://") and rows[0]["quote"] and rows[0]["retrieved"], rows[0])
        status, headers, body = self.request("GET", "/api/v1/exports/events.csv?type=training,exercise&order=confidence&direction=ascending")
        numbers = [float(row["confidence"]) for row in csv.DictReader(io.StringIO(body.decode()))]
        self.assertEqual((len(numbers), numbers), (2, sorted(numbers)))
        for wrong in ("type=nothing", "format=csv", "order=size", "frobnicate=1"):
            self.assertEqual(self.request("GET", "/api/v1/exports/events.csv?" + wrong)[0], 400, wrong)
        status, headers, body = self.request("GET", "/api/v1/exports/events.geojson?actor=ISL")
        self.assertEqual(json.loads(body), {"type": "FeatureCollection", "features": []})

    def test_a_filter_that_says_nothing_is_refused_and_not_answered_with_nothing(self):
        for path, parameter, nearest in (("alerts?state=acknowledge", "state", "acknowledged"), ("alerts?type=arms", "type", "arms_transfer"), ("events?actor=zz", "actor", None),
                                         ("events?actor=UZB,KAZ%3B", "actor", None), ("events?actor=NATO", "actor", None), ("events?dyad=RUS,UZB,KAZ", "dyad", None),
                                         ("events?dyad=RUS,", "dyad", None), ("facets?actor=ORG%3A", "actor", None), ("timeline?since=2024&until=2023", "since", None)):
            problem = self.get("/api/v1/" + path, status=400)
            self.assertEqual((problem["parameter"], problem.get("nearest", nearest)), (parameter, nearest), problem)
        problem = self.get("/api/v1/events?actor=UZB,zz", status=400)
        self.assertEqual((problem["offset"], problem["length"]), (4, 2))
        for path in ("events?actor=kgz", "events?dyad=tur,KGZ", "events?actor=COM:bae_systems,ORG:NATO", "alerts?state=new,muted", "timeline?since=2023&until=2023"):
            self.get("/api/v1/" + path)

    def test_an_article_is_explained_as_entente_code_explains_it(self):
        item = self.get("/api/v1/items", text="Bayraktar")["items"][0]["id"]
        told = self.get("/api/v1/items/%s/explanation" % item)
        whole = self.get("/api/v1/items/" + item)
        self.assertEqual(told["stamp"], whole["reports"][0]["stamp"])
        body = whole["versions"][0]["body"].encode()
        seen = {(mark["kind"], mark["label"], body[mark["start"]:mark["end"]].decode()) for mark in told["marks"] if mark["in"] == "body"}
        for mark in (("actor", "TUR", "Turkey"), ("actor", "KGZ", "Kyrgyzstan"), ("trigger", "arms_transfer", "delivered"), ("time", "time", "Tuesday")):
            self.assertIn(mark, seen)
        coded = [event for event in told["events"] if event["coded"]]
        self.assertEqual(len(coded), len(whole["reports"]))
        self.assertIn({"label": "recipient", "value": "KGZ “Kyrgyzstan”"}, coded[0]["facts"])
        self.assertGreater(len(coded[0]["reasons"]), 2)
        left = [event for event in told["events"] if not event["coded"]]
        self.assertIn("told again", left[0]["why_not"])
        self.assertEqual(self.request("GET", "/api/v1/items/0000000000/explanation")[0], 404)
        self.assertEqual(self.request("GET", "/api/v1/items/%s/explanation?x=1" % item)[0], 400)
        self.assertEqual(self.request("GET", "/api/v1/items/%s/explanation" % item, role=None)[0], 401)
        self.assertEqual(self.request("POST", "/api/v1/items/%s/explanation" % item, {}, role="admin")[0], 405)
        hostile = self.get("/api/v1/items", text="howitzers")["items"][0]["id"]
        self.assertTrue(self.get("/api/v1/items/%s/explanation" % hostile)["events"])

    def test_feed_readers_get_atom(self):
        import base64
        password = base64.b64encode(("reader:" + self.tokens["read"]).encode()).decode()
        status, headers, body = self.request("GET", "/feeds/events.atom?type=arms_transfer", role=None,
                                             headers={"Authorization": "Basic " + password})
        self.assertEqual((status, headers["content-type"]), (200, "application/atom+xml; charset=utf-8"))
        root = ElementTree.fromstring(body)
        entries = root.findall(ATOM + "entry")
        self.assertGreaterEqual(len(entries), 2)
        for entry in entries:
            self.assertTrue(entry.find(ATOM + "id").text.startswith("urn:entente:"))
            self.assertIn("arms_transfer", entry.find(ATOM + "title").text)
            self.assertIn("independent sources 1", entry.find(ATOM + "summary").text)
        status, again, body = self.request("GET", "/feeds/events.atom?type=arms_transfer", headers={"If-None-Match": headers["etag"]})
        self.assertEqual((status, body), (304, b""))
        status, headers, body = self.request("GET", "/feeds/alerts.atom")
        self.assertGreaterEqual(len(ElementTree.fromstring(body).findall(ATOM + "entry")), 4)

    def test_feeds_of_two_filters_are_two_feeds(self):
        roots = [ElementTree.fromstring(self.request("GET", path)[2]) for path in
                 ("/feeds/events.atom", "/feeds/events.atom?type=training", "/feeds/events.atom?when=type+%3D+training+and+confidence+%3E+0", "/feeds/alerts.atom")]
        self.assertEqual(len({root.find(ATOM + "id").text for root in roots}), 4)
        self.assertEqual(roots[1].find(ATOM + "title").text, "Entente: events (type training)")
        own = roots[2].find(ATOM + "link[@rel='self']").get("href")
        self.assertEqual(own, "http://127.0.0.1:%d/feeds/events.atom?when=type+%%3D+training+and+confidence+%%3E+0" % self.port)
        self.assertEqual(len(roots[2].findall(ATOM + "entry")), 1)

    def test_a_feed_tells_of_a_correction(self):
        ids = [event["id"] for event in self.get("/api/v1/events", order="updated", direction="ascending")["events"]]
        before = self.request("GET", "/feeds/events.atom")[2]
        status, _, body = self.request("POST", "/api/v1/commands", {"command": "event-set", "target": ids[0], "arguments": {"set": ["status=signed"]}}, role="analyst")
        self.assertEqual(status, 200, body)
        first, then = (ElementTree.fromstring(text).findall(ATOM + "entry") for text in (before, self.request("GET", "/feeds/events.atom")[2]))
        self.assertEqual(then[0].find(ATOM + "id").text, "urn:entente:" + ids[0])
        times = {entry.find(ATOM + "id").text: entry.find(ATOM + "updated").text for entry in first}
        self.assertGreater(then[0].find(ATOM + "updated").text, times["urn:entente:" + ids[0]])

    def test_prometheus_is_given_numbers(self):
        status, headers, body = self.request("GET", "/metrics")
        self.assertEqual((status, headers["content-type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        values = dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#"))
        self.assertEqual(values["entente_items"], str(len(ARTICLES)))
        self.assertEqual(values['entente_source_items_total{source="source.one"}'], str(len(ARTICLES)))
        self.assertGreater(int(values["entente_web_requests_total"]), 0)

    def test_the_stream_tells_what_comes_and_goes_on_where_it_was_left(self):
        place = self.get("/api/v1/position")["id"]
        stream = self.stream().open()
        self.assertIn("text/event-stream", stream.head)
        self.server.routes["/one"] = feed(ARTICLES + [("n", "Japan and Australia sign defence pact",
                                                       "Japan and Australia signed a defence agreement in Canberra on Monday, "
                                                       "the Australian Defence Ministry said.")])
        self.assertEqual(self.entente("fetch", "one").status, 0)
        first, kind, data = stream.next()
        self.assertEqual((kind, data["type"]), ("event", "agreement"))
        second, kind, data = stream.next()
        self.assertEqual((kind, data["watch"]), ("alert", "all"))
        again = self.stream(last=place).open()
        self.assertEqual([again.next()[0], again.next()[0]], [first, second])
        whole = self.stream(last="0.0").open()
        seen = [whole.next() for _ in range(10)]
        self.assertEqual(seen[0][0].split(".")[0], "1")
        self.assertEqual(self.request("GET", "/api/v1/stream", headers={"Last-Event-ID": "x"})[0], 400)

    def test_an_id_of_another_store_is_no_reason_to_tell_nothing(self):
        beyond = [self.stream(last=last).open() for last in ("900000.900000.900000", "900000.900000")]
        self.server.routes["/one"] = feed(ARTICLES + [("n", "Japan and Australia sign defence pact",
                                                       "Japan and Australia signed a defence agreement in Canberra on Monday, "
                                                       "the Australian Defence Ministry said.")])
        self.assertEqual(self.entente("fetch", "one").status, 0)
        for stream in beyond:
            self.assertEqual([stream.next()[1] for _ in range(2)], ["event", "alert"])

    def test_the_stream_tells_what_was_done_about_alerts(self):
        alert = self.get("/api/v1/alerts")["alerts"][0]["id"]
        place = self.get("/api/v1/position")["id"]
        stream, of_old = self.stream().open(), self.stream(last=place.rsplit(".", 1)[0]).open()
        for name, act, state in (("alert-acknowledge", "acknowledge", "acknowledged"), ("alert-mute", "mute", "muted")):
            status, headers, body = self.request("POST", "/api/v1/commands", {"command": name, "target": alert}, role="analyst")
            self.assertEqual(status, 200, body)
            for one in (stream, of_old):
                last, kind, data = one.next()
                self.assertEqual((kind, data["alert"], data["watch"], data["act"], data["author"], data["state"]),
                                 ("act", alert, "all", act, "analyst", state))
        self.assertEqual(last, self.get("/api/v1/position")["id"])
        again = self.stream(last=place).open()
        self.assertEqual([again.next()[2]["act"], again.next()[2]["act"]], ["acknowledge", "mute"])
        self.assertEqual([change["act"] for change in self.get("/api/v1/changes", after=place)["changes"]], ["acknowledge", "mute"])
        self.assertEqual(self.get("/api/v1/changes", after=last)["changes"], [])

    def test_streams_with_an_id_of_old_are_told_of_what_is_done_once_they_are_open(self):
        alert = self.get("/api/v1/alerts")["alerts"][0]["id"]
        for name, act in 3 * (("alert-acknowledge", "acknowledge"), ("alert-reopen", "reopen")):
            of_old = self.get("/api/v1/position")["id"].rsplit(".", 1)[0]
            streams = [self.stream(last=of_old, timeout=20) for _ in range(30)]
            for stream in streams:
                stream.open()
            status, headers, body = self.request("POST", "/api/v1/commands", {"command": name, "target": alert}, role="analyst")
            self.assertEqual(status, 200, body)
            for stream in streams:
                self.assertEqual(stream.next()[2]["act"], act)
                stream.client.close()

    def test_the_stream_tells_of_mutes_of_a_watch_and_that_they_end_by_themselves(self):
        stream = self.stream().open()

        def command(name, target, **arguments):
            status, headers, body = self.request("POST", "/api/v1/commands", {"command": name, "target": target, "arguments": arguments}, role="analyst")
            self.assertEqual(status, 200, body)

        def told():
            data = stream.next()[2]
            return data["act"], data["watch"], data["event"], data["alert"], data["author"]

        event = self.get("/api/v1/events")["events"][0]["id"]
        command("mute", "watch.all")
        self.assertEqual(told(), ("mute", "all", "", "", "analyst"))
        self.assertEqual([(mute["watch"], mute["event"], mute["author"]) for mute in self.get("/api/v1/mutes")["mutes"]], [("all", "", "analyst")])
        command("unmute", "watch.all")
        self.assertEqual(self.get("/api/v1/mutes")["mutes"], [])
        self.assertEqual(told(), ("unmute", "all", "", "", "analyst"))
        # Nothing else happens: the daemon ends it by itself, and nobody has done that.
        alert = self.get("/api/v1/alerts")["alerts"][0]["id"]
        command("alert-mute", alert, until=int(time.time() * 1000) + 1500)
        self.assertEqual(told()[0], "mute")
        self.assertEqual(self.get("/api/v1/alerts", state="muted")["alerts"][0]["id"], alert)
        command("mute", "event." + event, until=int(time.time() * 1000) + 1700)
        self.assertEqual(told(), ("mute", "", event, "", "analyst"))
        ends = [told(), told()]
        self.assertEqual([end[0] for end in ends], ["unmute", "unmute"])
        self.assertEqual([end[4] for end in ends], ["", ""])
        self.assertEqual(self.get("/api/v1/alerts", state="muted")["alerts"], [])

    def test_a_longer_mute_takes_the_place_of_a_shorter_one(self):
        alert = self.get("/api/v1/alerts")["alerts"][0]["id"]
        for seconds in (1, 3600):
            body = {"command": "alert-mute", "target": alert, "arguments": {"until": int(time.time() * 1000) + seconds * 1000}}
            self.assertEqual(self.request("POST", "/api/v1/commands", body, role="analyst")[0], 200)
        self.assertGreater(self.get("/api/v1/alerts/" + alert)["muted_until"], time.time() * 1000 + 3000000)

    def test_readers_that_have_gone_leave_room_for_others(self):
        streams = [self.stream().open() for _ in range(100)]
        self.assertIn("503", self.stream().open().head.splitlines()[0])
        for stream in streams:
            stream.client.close()
        begun = time.monotonic()
        self.wait_for(lambda: " 200 " in self.stream().open().head.splitlines()[0], "room")
        self.assertLess(time.monotonic() - begun, 10, "before the next heartbeat")

    def test_a_revoked_token_ends_its_streams_and_lets_nobody_in(self):
        self.assertEqual(self.request("GET", "/api/v1/me")[0], 200)
        self.assertEqual(self.entente("token", "revoke", "read").status, 0)
        self.assertEqual(self.request("GET", "/api/v1/me")[0], 401)

    def test_a_watch_is_saved_changed_and_removed_by_analysts(self):
        def command(name, role="analyst", target="pacts", **arguments):
            status, headers, body = self.request("POST", "/api/v1/commands", {"command": name, "target": target,
                                                                              "arguments": arguments}, role=role)
            return status, json.loads(body)

        def watches():
            # None while a reload swaps the set.
            status, headers, body = self.request("GET", "/api/v1/status")
            return {watch["name"]: watch for watch in json.loads(body)["watches"]} if status == 200 else {}

        rule = "type = agreement"
        self.assertEqual(command("watch-save", role="read", when=rule)[0], 403)
        self.assertEqual(command("watch-save", when=rule, author="eve")[0], 400)
        self.assertIn("when, character 8", command("watch-save", when="type = agrement")[1]["detail"])
        self.assertIn("'nowhere' is no sink", command("watch-save", when=rule, to=["nowhere"])[1]["detail"])
        self.assertIn("[watch.all]", command("watch-save", target="all", when=rule)[1]["detail"])
        status, body = command("watch-save", when=rule, to=["out"])
        self.assertEqual(status, 200, body)
        self.wait_for(lambda: "pacts" in watches(), "the watch")
        self.assertEqual({key: watches()["pacts"][key] for key in ("when", "to", "on", "saved")},
                         {"when": rule, "to": ["out"], "on": ["new"], "saved": True})
        self.assertFalse(watches()["all"]["saved"])
        self.assertIn("# Saved by analyst at", (self.folder / "state" / "watches.d" / "pacts.ini").read_text())
        self.assertEqual(command("watch-save", when="type = visit", options={"digest": "daily 07:30", "max_age": "30d"})[0], 200)
        self.wait_for(lambda: watches().get("pacts", {}).get("when") == "type = visit", "the change")
        self.assertEqual({key: watches()["pacts"][key] for key in ("to", "options")}, {"to": ["out"], "options": {"digest": "daily 07:30", "max_age": "30d"}})
        for options, text in (({"digset": "none"}, "did you mean 'digest'"), ({"when_file": "/etc/passwd"}, "'when_file' is no key"),
                              ({"digest": "daily 25:00"}, "digest, character 7"), ({"max_age": "soon"}, "max_age, character 1"),
                              ({"group": "dyda"}, "group, character 1"), ({"enabled": True}, "a text"), (["digest"], "an object")):
            status, body = command("watch-save", when="type = visit", options=options)
            self.assertEqual(status, 400, options)
            self.assertIn(text, body["detail"])
        self.assertEqual(command("watch-save", when="type = visit", to=[], options={"digest": None})[0], 200)
        self.wait_for(lambda: watches().get("pacts", {}).get("to") == [], "the change of sinks")
        self.assertEqual(watches()["pacts"]["options"], {"max_age": "30d"})
        described = {row["name"]: row for row in self.get("/api/v1/vocabulary")["watch_options"]}
        self.assertEqual(described["group"]["choices"], "none|dyad|region")
        self.assertTrue(all(row["help"] for row in described.values()))
        self.assertEqual(command("watch-remove", role="read")[0], 403)
        self.assertEqual(command("watch-remove")[0], 200)
        self.wait_for(lambda: watches() and "pacts" not in watches(), "its end")

    def test_commands_are_done_in_the_callers_name(self):
        status, headers, body = self.request("POST", "/api/v1/commands", {"command": "fetch", "target": "source.one"},
                                             role="analyst")
        self.assertEqual(status, 200, body)
        self.assertIn("analyst asks for a fetch of source.one", self.log())
        status, headers, body = self.request("POST", "/api/v1/commands", {"command": "reload"}, role="admin")
        self.assertEqual(status, 200, body)
        self.wait_for_log("reloaded: nothing has changed")
        self.assertEqual(self.get("/api/v1/me")["role"], "read")

    def test_blind_codings_are_compared_with_the_machine(self):
        event = self.get("/api/v1/events", when="type = training")["events"][0]
        values = {"type": "training", "status": "ongoing", "actors": "KEN recipient;GBR supplier", "date": ""}
        status, headers, body = self.request("POST", "/api/v1/commands", {"command": "coding-put", "target": event["id"], "arguments": {"values": values}},
                                             role="analyst")
        self.assertEqual(status, 200, body)
        fields = {row["field"]: row for row in json.loads(body)["fields"]}
        self.assertEqual((fields["type"]["agrees"], fields["actors"]["agrees"], fields["status"]["agrees"]), (True, True, False))
        self.assertEqual(fields["actors"]["value"], "GBR supplier; KEN recipient")
        self.assertEqual(fields["status"]["machine"], event["status"])
        agreement = self.get("/api/v1/agreement", author="analyst")
        self.assertEqual(agreement["coded"], [event["id"]])
        self.assertEqual({row["field"]: row["agreed"] for row in agreement["fields"]}, {"type": 1, "status": 0, "actors": 1, "date": int(fields["date"]["agrees"])})
        self.assertEqual(self.get("/api/v1/agreement", author="nobody")["coded"], [])
        codings = self.get("/api/v1/events/%s/codings" % event["id"])["codings"]
        self.assertEqual({row["author"] for row in codings}, {"analyst"})
        for values, text in [({"type": "nothing"}, "no word of the codebook"), ({"actors": "GBR king"}, "no party"), ({"date": "soon"}, "no date"),
                             ({"mood": "x"}, "no field"), ({}, "values"), ({"type": 1}, "text"), ({"actors": "x" * 600}, "bytes")]:
            status, headers, body = self.request("POST", "/api/v1/commands", {"command": "coding-put", "target": event["id"], "arguments": {"values": values}},
                                                 role="analyst")
            self.assertIn(status, (400, 422), body)
            self.assertIn(text, json.loads(body)["detail"])

    def test_saved_views_are_kept_for_who_saved_them(self):
        def command(name, target, role="analyst", **arguments):
            status, headers, body = self.request("POST", "/api/v1/commands", {"command": name, "target": target, **({"arguments": arguments} if arguments else {})}, role=role)
            return status, json.loads(body).get("detail", "")

        def views(role="analyst"):
            status, headers, body = self.request("GET", "/api/v1/views", role=role)
            self.assertEqual(status, 200, body)
            return [(row["name"], row["query"]) for row in json.loads(body)["views"]]

        self.assertEqual(command("view-save", "Übungen", query="type=exercise&since=2024")[0], 200)
        self.assertEqual(command("view-save", "aid", query="")[0], 200)
        self.assertEqual(command("view-save", "aid", query="type=aid")[0], 200)
        self.assertEqual(command("view-save", "aid", role="read", query="type=visit")[0], 200)
        self.assertEqual(views(), [("aid", "type=aid"), ("Übungen", "type=exercise&since=2024")])
        self.assertEqual(views("read"), [("aid", "type=visit")])
        status, headers, body = self.request("GET", "/api/v1/views?owner=analyst", role="read")
        self.assertEqual(status, 400, body)
        for target, arguments, text in [("x", {}, "needs the 'query'"), ("x", {"query": 7}, "needs the 'query'"), ("x", {"query": "a=b c"}, "address"),
                                        ("x", {"query": "a=\"><script>"}, "address"), ("x", {"query": "a" * 5000}, "bytes"), ("  ", {"query": "a"}, "name of a view"),
                                        ("a\nb", {"query": "a"}, "one line"), ("n" * 300, {"query": "a"}, "name of a view")]:
            status, detail = command("view-save", target, **arguments)
            self.assertIn(status, (400, 413, 422), (target, arguments, detail))
            self.assertIn(text, detail)
        self.assertEqual(command("view-remove", "aid")[0], 200)
        self.assertEqual(command("view-remove", "aid")[0], 404)
        self.assertEqual(views("read"), [("aid", "type=visit")])
        self.stop()
        self.process = self.start()
        self.wait_for(lambda: self.log().count("serves http") == 2, "the second start")
        self.port = int(re.findall(r"serves https?://[^ ]*:(\d+)/", self.log())[-1])
        self.assertEqual(views(), [("Übungen", "type=exercise&since=2024")])

    def acknowledge(self, name="alert-acknowledge"):
        alert = self.get("/api/v1/alerts")["alerts"][-1]["id"]
        status, headers, body = self.request("POST", "/api/v1/commands", {"command": name, "target": alert}, role="analyst")
        return status, json.loads(body)

    def test_a_store_that_is_locked_is_read_and_its_changes_wait_or_are_refused(self):
        other = sqlite3.connect(self.folder / "state" / "entente.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        begun, results = time.monotonic(), []
        waiting = threading.Thread(target=lambda: results.append(self.acknowledge()))
        waiting.start()
        self.assertEqual(self.request("GET", "/api/v1/events")[0], 200)
        self.assertEqual(self.get("/api/v1/alerts")["alerts"][-1]["state"], "new")
        waiting.join(60)
        self.assertLess(time.monotonic() - begun, 30)
        (status, body), = results
        self.assertIn(status, (409, 503), body)
        self.assertIn("another program holds a lock", body["detail"])
        other.execute("ROLLBACK")
        self.wait_for(lambda: self.acknowledge()[0] == 200, "the change after the lock")
        self.assertEqual(self.get("/api/v1/alerts")["alerts"][-1]["state"], "acknowledged")

    def test_changes_that_wait_for_a_lock_keep_nobody_from_looking(self):
        # Connections that were open before share the server's threads with those whose changes will wait.
        connections = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=60) for _ in range(16)]
        headers = {"Authorization": "Bearer " + self.tokens["read"]}
        other = sqlite3.connect(self.folder / "state" / "entente.db", isolation_level=None)
        for connection in connections:
            self.addCleanup(connection.close)
            connection.request("GET", "/api/v1/me", headers=headers)
            self.assertEqual(connection.getresponse().read()[:1], b"{")
        other.execute("BEGIN IMMEDIATE")
        results, waiting = [], [threading.Thread(target=lambda: results.append(self.acknowledge())) for _ in range(4)]
        for thread in waiting:
            thread.start()
        time.sleep(0.5)
        for connection in connections:
            begun = time.monotonic()
            connection.request("GET", "/api/v1/events", headers=headers)
            reply = connection.getresponse()
            self.assertEqual((reply.status, reply.read()[:10]), (200, b'{"events":'))
            self.assertLess(time.monotonic() - begun, 5)
        self.assertEqual(results, [], "the lock was not waited for")
        other.execute("ROLLBACK")
        for thread in waiting:
            thread.join(60)
        # The first did it; to the others it is done already, or they came too late.
        self.assertIn(200, [status for status, body in results])

    def test_with_a_locked_store_each_change_is_refused_and_the_daemon_says_how_it_is_and_ends(self):
        other = sqlite3.connect(self.folder / "state" / "entente.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        # The second round comes while the daemon tries again what it has not stored.
        for _ in range(2):
            results, waiting = [], [threading.Thread(target=lambda: results.append(self.acknowledge())) for _ in range(2)]
            for thread in waiting:
                thread.start()
            time.sleep(0.5)
            begun = time.monotonic()
            self.get("/api/v1/status")
            self.assertLess(time.monotonic() - begun, 5, "the status waited for the lock")
            for thread in waiting:
                thread.join(50)
            self.assertEqual([status in (409, 503) for status, body in results], [True, True], results)
        self.stop()

    def test_a_store_that_was_replaced_is_neither_read_nor_written_until_it_is_back(self):
        store = self.folder / "state" / "entente.db"
        away, count = store.with_suffix(".away"), len(self.get("/api/v1/events")["events"])
        store.rename(away)
        for content in (b"no store at all" * 1000, away.read_bytes(), b""):
            store.write_bytes(content)
            for path in ("/api/v1/events", "/api/v1/health"):
                status, headers, body = self.request("GET", path)
                self.assertEqual(status, 503, body)
                self.assertIn(b"replaced", body)
                self.assertNotIn(str(self.folder).encode(), body)
            store.unlink()
        store.write_bytes(b"another")
        self.assertEqual(self.request("POST", "/api/v1/commands", {"command": "mute", "target": "watch.all"}, role="analyst")[0], 503)
        self.assertIn("moved away or replaced", self.entente("alert", "mute", "--watch", "all").log)
        self.assertEqual(store.read_bytes(), b"another")
        away.rename(store)
        self.assertEqual(len(self.get("/api/v1/events")["events"]), count)
        self.wait_for(lambda: self.acknowledge()[0] == 200, "a change once it is back")

    def test_a_store_that_is_away_is_told_and_the_daemon_goes_on(self):
        store = self.folder / "state" / "entente.db"
        away = store.with_suffix(".away")
        store.rename(away)
        status, headers, body = self.request("GET", "/api/v1/events")
        self.assertEqual(status, 503, body)
        self.assertIn(b"entente.db", body)
        self.assertNotIn(str(self.folder).encode(), body)
        away.rename(store)
        self.assertEqual(self.request("GET", "/api/v1/events")[0], 200)


class Slow(EntenteTest):
    """Readers of the stream that take nothing."""
    PAIRS = 1500  # two messages each: more than the ring and the sockets' buffers hold together

    def test_a_slow_reader_is_let_go_with_the_id_to_come_back_with(self):
        codes = json.loads(pathlib.Path("/usr/share/iso-codes/json/iso_3166-1.json").read_text())["3166-1"]
        states = sorted(row["alpha_3"] for row in codes)[:60]
        pairs = list(itertools.combinations(states, 2))[:self.PAIRS]
        self.server.routes["/one"] = feed([])
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH, "[service.web]\nplugin = web\nlisten = 127.0.0.1:0")
        self.process = self.start()
        self.wait_for_log("serves http")
        port = int(re.search(r"serves http://[^ ]*:(\d+)/", self.log()).group(1))
        token = self.entente("token", "create", "reader").out.strip()
        begun = time.monotonic()
        slow = self.open_stream(port, token, "0.0", 4096)
        self.server.routes["/one"] = feed([("%s%s" % pair, "%s %s pact signed" % pair, "Text.") for pair in pairs])
        # Refused as long as the fetch of the start is under way.
        self.wait_for(lambda: self.entente("fetch", "one").status == 0, "a fetch")
        self.wait_for(lambda: len(self.alerts()) == self.PAIRS, "the alerts", 120)
        took = time.monotonic() - begun
        seen, last, told = self.read_all(slow)
        # On a slow machine the connection was closed before, since nothing was taken for half a minute.
        if took < 20:
            self.assertIsNotNone(told, "it was told an id to come back with")
        place = told or last
        self.assertLess(len(seen), 2 * self.PAIRS)
        again = self.open_stream(port, token, place, 1 << 20)
        self.wait_for(lambda: self.read_some(again, seen) == 2 * self.PAIRS, "all messages")
        again.close()
        self.process.terminate()
        self.assertEqual(self.process.wait(timeout=30), 0, self.log())

    def open_stream(self, port, token, last, buffer):
        client = socket.socket()
        self.addCleanup(client.close)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.settimeout(30)
        client.connect(("127.0.0.1", port))
        client.sendall(("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                        % (last, token)).encode())
        return client

    # What a message tells of: its id depends on how many the hub took at once.
    IDS = re.compile(rb'"kind":"((?:event","event|alert","alert)":"\w+")')

    def read_all(self, client):
        """What came until the end, the id of the last whole message, and the id that it was told to come back with."""
        text, end = b"", time.monotonic() + 60
        try:
            while (part := client.recv(65536)) and time.monotonic() < end and b"event: resume" not in text:
                text += part
            text += part
        except ConnectionResetError:
            pass
        # Chunks' sizes may stand within a message.
        text = re.sub(rb"\r\n[0-9A-Fa-f]+\r\n", b"", text)
        told = re.search(rb'event: resume\ndata: \{"id":"(\d+\.\d+\.\d+)"', text)
        whole = text[:told.start()] if told else text[:text.rfind(b"\n\n") + 2]
        return set(self.IDS.findall(whole)), re.findall(rb"id: (\d+\.\d+\.\d+)\n", whole)[-1].decode(), told and told.group(1).decode()

    def read_some(self, client, seen):
        client.settimeout(0.5)
        try:
            self.rest = getattr(self, "rest", b"") + client.recv(1 << 20)
        except TimeoutError:
            pass
        seen.update(self.IDS.findall(re.sub(rb"\r\n[0-9A-Fa-f]+\r\n", b"", self.rest)))
        return len(seen)


class Ahead(WebTest):
    def test_it_serves_when_what_questions_look_at_is_read(self):
        web = "[service.web]\nplugin = web\nlisten = 127.0.0.1:0"
        self.configure(self.source("one", "/feed"), self.PACT, "[log]\nlevel = debug")
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.assertEqual(self.run_once().status, 0)
        self.configure(self.source("one", "/feed"), self.PACT, "[log]\nlevel = debug", web)
        self.process = self.start()
        self.wait_for_log("serves http")
        self.assertLess(self.log().index("has read ahead"), self.log().index("serves http"))
        self.stop()


class AboutNoEvent(WebTest):
    def test_an_alert_of_how_a_source_fares_leads_to_itself(self):
        self.server.routes["/odd"] = lambda handler, request: (410, {}, b"")
        self.configure(self.source("odd", "/odd"), "[service.web]\nplugin = web\nlisten = 127.0.0.1:0", entente="health_to = out")
        self.process = self.start()
        self.wait_for(self.alerts, "an alert")
        self.wait_for_log("serves http")
        self.port = int(re.search(r"serves https?://[^ ]*:(\d+)/", self.log()).group(1))
        self.tokens = {"read": self.entente("token", "create", "read", "--role", "read").out.strip()}
        alert, = self.get("/api/v1/alerts")["alerts"]
        self.assertNotIn("event", alert)
        entry, = ElementTree.fromstring(self.request("GET", "/feeds/alerts.atom")[2]).findall(ATOM + "entry")
        self.assertEqual(entry.find(ATOM + "link").get("href"), "http://127.0.0.1:%d/alerts?open=%s" % (self.port, alert["id"]))
        self.assertEqual(entry.find(ATOM + "summary").text, "gone")
        self.assertEqual(self.get("/api/v1/alerts/" + alert["id"])["alert"]["finding"]["source"], "source.odd")
        self.stop()


class Long(WebTest):
    def test_an_event_told_in_long_articles_is_shown_with_as_many_as_can_be_held(self):
        told = "Turkey delivered six Bayraktar TB2 drones to Kyrgyzstan on Tuesday, the Kyrgyz Defence Ministry said. "
        rest = "The weather was fine in the valley and nobody spoke of anything else. " * 3000
        self.server.routes["/long"] = feed([("l%d" % i, "Turkey delivers drones to Kyrgyzstan, part %d" % i, told + rest) for i in range(16)])
        self.configure(self.source("long", "/long"), "[classifier.coder]\nplugin = coder", "[watch.all]\nwhen = confidence >= 0\nto = out",
                       "[service.web]\nplugin = web\nlisten = 127.0.0.1:0")
        self.process = self.start()
        self.wait_for_log("serves http")
        self.port = int(re.search(r"serves https?://[^ ]*:(\d+)/", self.log()).group(1))
        self.tokens = {"read": self.entente("token", "create", "read", "--role", "read").out.strip()}
        self.wait_for(lambda: [event["sources"] for event in self.get("/api/v1/events")["events"]] == [16], "one event of all")
        event = self.get("/api/v1/events/" + self.get("/api/v1/events")["events"][0]["id"])
        self.assertEqual(len(event["event"]["sources"]), 16)
        self.assertTrue(5 < len(event["told_by"]) < 16, len(event["told_by"]))
        self.assertTrue(event["revisions"])
        self.stop()


class Words(WebTest):
    def test_an_article_is_explained_by_the_words_that_it_was_coded_by(self):
        words = self.folder / "words"
        words.mkdir()
        (words / "own.txt").write_text("verb sell | vend~ | gate=yes\n")
        self.server.routes["/two"] = feed([("v", "France vends 12 tanks to Morocco", "France vended 12 tanks to Morocco.")])
        self.configure(self.source("two", "/two"), "[classifier.coder]\nplugin = coder\nlexicon = words", "[watch.all]\nwhen = confidence >= 0\nto = out",
                       "[service.web]\nplugin = web\nlisten = 127.0.0.1:0\nlexicon = words")
        self.process = self.start()
        self.wait_for(lambda: len(self.alerts()) == 1, "the alert")
        self.wait_for_log("serves http")
        self.port = int(re.search(r"serves https?://[^ ]*:(\d+)/", self.log()).group(1))
        self.tokens = {"read": self.entente("token", "create", "read", "--role", "read").out.strip()}
        item = self.get("/api/v1/items")["items"][0]["id"]
        told = self.get("/api/v1/items/%s/explanation" % item)
        self.assertEqual(told["stamp"], self.get("/api/v1/items/" + item)["reports"][0]["stamp"])
        self.assertIn(("trigger", "arms_transfer"), {(mark["kind"], mark["label"]) for mark in told["marks"]})
        self.stop()


class Places(WebTest):
    """Where it listens."""

    def test_a_unix_socket_serves_a_proxy(self):
        path = str(self.folder / "web.sock")
        self.configure_web(listen=path)
        self.process = self.start()
        self.wait_for_log("serves at the socket")
        token = self.entente("token", "create", "proxy").out.strip()
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(path)
            client.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: news.example.org\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n"
                           % token.encode())
            reply = b""
            while part := client.recv(65536):
                reply += part
        self.assertIn(b"200 OK", reply.split(b"\r\n")[0])
        self.stop()
        self.assertFalse((self.folder / "web.sock").exists())

    def test_a_certificate_makes_it_https(self):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                        "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                        certificate], check=True, capture_output=True)
        self.context = ssl.create_default_context(cafile=certificate)
        self.run_web("certificate = %s" % certificate, "key = %s" % key)
        status, headers, body = self.request("POST", "/login", {"token": self.tokens["read"]}, role=None,
                                             headers={"Origin": "https://127.0.0.1:%d" % self.port})
        self.assertEqual(status, 200, body)
        self.assertIn("Secure", headers["set-cookie"])
        self.stop()

    def test_a_port_that_is_taken_is_told_and_waited_for(self):
        taken = socket.socket()
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        self.configure_web(listen="127.0.0.1:%d" % taken.getsockname()[1])
        self.process = self.start()
        self.wait_for_log("which another program has")
        taken.close()
        self.wait_for_log("serves http")
        self.stop()

    def test_wrong_addresses_are_told(self):
        for listen in ("here", "localhost:99999", "example.org:80", str(self.folder)):
            self.configure_web(listen=listen)
            check = self.entente("check", str(self.config))
            process = self.start()
            self.wait_for_log("service.web")
            process.terminate()
            process.wait(timeout=30)
            self.assertRegex(self.log() + check.out + check.log, "listen|address|socket")
            (self.folder / "log").unlink()

    def test_half_a_certificate_is_told(self):
        pem = self.folder / "half.pem"
        pem.write_text("x")
        self.configure_web("certificate = %s" % pem)
        process = self.start()
        self.wait_for_log("certificate and key go together")
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    unittest.main()
