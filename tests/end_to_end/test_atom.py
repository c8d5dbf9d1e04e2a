"""The feed of alerts that the atom sink keeps."""
import json
import sqlite3
import subprocess
import unittest
import xml.etree.ElementTree as tree

from support import ENTENTE, EntenteTest, feed

ATOM = "{http://www.w3.org/2005/Atom}"


class Atom(EntenteTest):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "alerts.xml"

    def sink(self, *lines):
        self.configure(self.source("news", "/feed"), self.PACT, "[watch.pacts]\nwhen = type = agreement\nto = feed",
                       "\n".join(["[sink.feed]", "plugin = atom", "path = %s" % self.path, *lines]))

    def titles(self):
        return [entry.find(ATOM + "title").text for entry in tree.parse(self.path).getroot().findall(ATOM + "entry")]

    def test_the_latest_alerts_stand_in_the_feed(self):
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One <b>&amp;</b>.")])
        self.sink("entries = 2", "title = Pacts & more")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.titles()), 1)
        self.server.routes["/feed"] = feed([("b", "FRA DEU pact signed", "Two."), ("c", "ITA ESP pact signed", "Three.")])
        self.assertEqual(self.run_once().status, 0)
        titles = self.titles()
        self.assertEqual(len(titles), 2)
        self.assertFalse([title for title in titles if "UZB" in title])
        self.assertEqual(tree.parse(self.path).getroot().find(ATOM + "title").text, "Pacts & more")

    def test_our_own_reader_reads_it(self):
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.sink()
        self.assertEqual(self.run_once().status, 0)
        out = subprocess.run([ENTENTE, "feed", "parse", "--format", "json", self.path], capture_output=True, check=True).stdout
        read = json.loads(out)
        self.assertEqual(len(read["entries"]), 1)
        self.assertFalse(read.get("repairs"))

    def test_a_digest_is_one_entry_and_what_comes_again_takes_its_place(self):
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One."), ("b", "FRA DEU pact signed", "Two.")])
        (self.folder / "entry").write_text("<entry><id>urn:of-its-own</id><title>{{headline}}</title>"
                                           "<updated>{{newest}}</updated></entry>\n")
        for template, count in ((), 1), (("template = entry",), 1):
            self.sink(*template)
            self.config.write_text(self.config.read_text().replace("to = feed", "to = feed\ndigest = daily 07:30"))
            self.assertEqual(self.run_once().status, 0)
            self.entente("delivery", "retry", "--sink", "feed", "--state", "held")
            self.assertEqual(self.run_once().status, 0)
            self.assertEqual(len(self.titles()), count)
            self.assertRegex(self.titles()[0], r"^Digest of .*: 2 alerts$")
            # As if the process had died before it was noted.
            base = sqlite3.connect(self.folder / "state" / "entente.db")
            with base:
                base.execute("UPDATE delivery SET state=CASE WHEN carrier<>0 THEN 3 ELSE 0 END, settled=NULL")
                base.execute("DELETE FROM delivery_attempt")
            base.close()
            self.assertEqual(self.run_once().status, 0)
            self.assertEqual(len(self.titles()), count)

    def test_a_folder_that_cannot_be_written_keeps_the_alert(self):
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.sink()
        blocked = self.folder / "alerts.xml.new"
        blocked.mkdir()
        patient = self.config.read_text()
        self.config.write_text(patient.replace("[entente]", "[entente]\nonce_deadline = 2s"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "alerts.xml")
        blocked.rmdir()
        self.config.write_text(patient)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.titles()), 1)


if __name__ == "__main__":
    unittest.main()
