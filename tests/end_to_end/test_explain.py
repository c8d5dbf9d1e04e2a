"""entente code --explain and --html: the decisions are shown, and hostile text can neither steer nor break out."""
import base64
import csv
import hashlib
import html.parser
import io
import json
import re
import subprocess
import unittest

from support import ENTENTE, EntenteTest

ARTICLE = """Turkey will deliver 24 Bayraktar TB2 drones to Uzbekistan, Defence Minister Ali Demir said on Monday.

Analysts say Moscow may suspend its own arms sales to Tashkent. War games on video consoles are popular in Almaty.
"""
HOSTILE = ("</style><script>alert(1)</script> \"onmouseover='x' & \0\1\x1b[31m \u202eRTL\u202c \ufeff " +
           "Turkey will deliver 24 <b>Bayraktar</b> TB2 drones to Uzbekistan\u202e on Monday. --><!-- ]]> " +
           "<img src=x onerror=alert(2)>\n").encode() + b"bad \xff\xfe bytes\n"
VOID = {"meta", "input"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.wrong, self.ids, self.labels = [], [], [], [], set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        names = dict(attributes)
        if "id" in names:
            self.ids.add(names["id"])
        if tag == "label":
            self.labels.add(names["for"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))


class Explain(EntenteTest):
    def code(self, name, text, *arguments):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = subprocess.run([ENTENTE, "code", "--date", "2026-03-17", *arguments, path], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode()

    def test_every_event_says_why_and_every_near_miss_why_not(self):
        out = self.code("a.txt", ARTICLE, "--explain")
        for text in ("[Turkey|TUR]", "[deliver|arms_transfer]", "[Monday|time]", "[may|hypothetical]",
                     "CODED arms_transfer", "supplier    TUR “Turkey”", "recipient   UZB “Uzbekistan”",
                     "24 × “Bayraktar TB2”, UNROCA IV", "not coded: ", "why not     "):
            self.assertIn(text, out)
        for event in re.split(r"\n    (?=CODED|not coded)", out)[1:]:
            self.assertRegex(event, r"weights +[+-]\d\.\d\d ")
        self.assertNotIn(" 0:N(", out)
        self.assertIn(" 0:N(Turkey)", self.code("a.txt", ARTICLE, "--syntax"))

    def page(self, name, text, *arguments):
        page = Page(self.code(name, text, "--html", "-", *arguments))
        self.assertEqual(page.wrong, [])
        self.assertEqual(page.open, [])
        self.assertFalse({"script", "link", "img", "iframe", "object", "svg", "b2"} & set(page.tags))
        for key, value in page.attributes:
            self.assertNotIn(key, ("src", "href", "style"))
            self.assertFalse(key.startswith("on"), key)
        self.assertLessEqual(page.labels, page.ids)
        return page

    def test_the_page_stands_alone_under_a_strict_policy(self):
        page = self.page("a.txt", ARTICLE)
        text = self.code("a.txt", ARTICLE, "--html", "-")
        style = re.search("<style>(.*?)</style>", text, re.S).group(1)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.assertIn("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'" % digest, text)
        self.assertNotRegex(text, r"(?i)https?://|url\(|@import")
        self.assertIn("prefers-color-scheme:dark", style)
        # Choosing an event marks its evidence by style alone.
        self.assertIn("#a1e0:checked~div .a1e0{", style)
        self.assertIn(("class", "a1e0"), page.attributes)
        self.assertIn("<dt>supplier</dt><dd>TUR “Turkey”</dd>", text)

    def test_hostile_text_is_shown_and_does_nothing(self):
        self.page("<i>x\u202e.txt", HOSTILE, "--title", "<svg onload=alert(3)> Russia sells tanks to India")
        text = self.code("h.txt", HOSTILE, "--html", "-")
        self.assertIn("&lt;script&gt;alert(1)", text)
        self.assertIn("[U+202E]", text)
        self.assertIn("[U+001B]", text)
        for raw in "\0\1\x1b\u202e\u202c\ufeff":
            self.assertNotIn(raw, text)
        shown = self.code("h.txt", HOSTILE, "--explain")
        for raw in "\0\1\x1b\u202e\u202c\ufeff":
            self.assertNotIn(raw, shown)

    def test_csv_and_json_bear_the_codes(self):
        rows = list(csv.DictReader(io.StringIO(self.code("a.txt", ARTICLE, "--format", "csv"))))
        sale = [row for row in rows if row["type"] == "arms_transfer"][0]
        self.assertEqual((sale["plover"], sale["plover_context"], sale["actors"]),
                         ("AGREE", "military", "TUR/supplier;UZB/recipient"))
        self.assertRegex(sale["cameo"], "^03[13]2$")
        self.assertIn("Turkey will deliver 24", sale["quote"])
        events = json.loads(self.code("a.txt", ARTICLE, "--format", "json"))[0]["events"]
        self.assertEqual({event["plover_context"] for event in events}, {"military"})
        row = list(csv.DictReader(io.StringIO(self.code("b.txt", "Nothing of note.", "--format", "csv"))))
        self.assertEqual([(r["relevance"], r["type"]) for r in row], [("none", "")])

    def test_a_page_is_written_to_a_file_and_one_that_cannot_be_is_told(self):
        path = self.folder / "why.html"
        self.assertEqual(self.code("a.txt", ARTICLE, "--html", str(path)), "")
        self.assertIn("What was coded, and why", path.read_text())
        done = subprocess.run([ENTENTE, "code", "--html", self.folder / "no" / "x.html", self.folder / "a.txt"],
                              stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"x.html: No such file", done.stderr)


if __name__ == "__main__":
    unittest.main()
