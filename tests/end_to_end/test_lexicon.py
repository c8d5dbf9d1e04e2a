"""The lexicon as a product: its own check, users' words over it by configuration, and their reload without a restart."""
import json
import signal
import subprocess
import unittest

from support import ENTENTE, SOURCE, EntenteTest, feed

SHIPPED = SOURCE / "data" / "lexicon"


class Lexicon(EntenteTest):
    def setUp(self):
        super().setUp()
        self.words = self.folder / "words"
        self.words.mkdir()

    def check(self, *arguments):
        done = subprocess.run([ENTENTE, "lexicon", "check", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def write(self, text):
        (self.words / "own.txt").write_text(text)

    def test_the_shipped_lexicon_is_clean(self):
        status, out, log = self.check("--alone", SHIPPED)
        self.assertEqual((status, out.count("error:"), out.count("warning:")), (0, 0, 0), out + log)
        status, out, log = self.check("--format", "json")
        self.assertEqual((status, json.loads(out)["problems"]), (0, []), out)

    def test_problems_are_told_with_both_places_as_text_and_as_json(self):
        self.write("# own\nverb sell | vend~; vend~\nstate FRX | Gallia\n")
        status, out, log = self.check(self.words)
        self.assertEqual(status, 1)
        self.assertIn("own.txt:2:20: error: form `vend~` of sell stands already elsewhere; see %s/own.txt:2:13" % self.words,
                      out)
        self.assertIn("own.txt:3:7: error: `FRX` is no id of class state", out)
        status, out, log = self.check(self.words, "--format", "json")
        self.assertEqual(status, 1)
        told = json.loads(out)
        self.assertEqual(told["errors"], 2)
        self.assertEqual(told["problems"][0]["other"], {"file": str(self.words / "own.txt"), "line": 2, "column": 13})
        self.assertEqual(self.check(self.folder / "nowhere")[0], 2)

    def test_a_user_lexicon_is_reloaded_where_its_text_changed_and_a_broken_one_refused(self):
        self.server.routes["/one"] = feed([("a", "France vends 12 tanks to Morocco", "France vended 12 tanks to Morocco.")])
        self.write("verb sell | vend~ | gate=yes\n")
        self.configure(self.source("one", "/one", "interval = 1s"),
                       "[classifier.coder]\nplugin = coder\nlexicon = words",
                       "[watch.arms]\nwhen = type = arms_transfer\nto = out")
        process = self.start()
        self.wait_for(lambda: len(self.alerts()) == 1, "the alert")
        first = self.alerts()[0]["event"]["stamp"]
        self.assertRegex(first, r"^codebook-\d+ coder-\d+ .*lexicon-[0-9a-f]{16}$")

        def reload(word):
            before = self.log().count(word)
            process.send_signal(signal.SIGHUP)
            self.wait_for(lambda: self.log().count(word) > before, word)

        reload("nothing has changed")
        self.write("verb sell | vend~; flog~ | gate=maybe\n")
        reload("reload refused, the former configuration goes on: classifier.coder")
        self.assertIn("own.txt:1:28: error: gate=maybe: expected yes, weak or no", self.log())
        self.write("verb sell | vend~; flog~ | gate=yes\n")
        reload("changed classifier.coder")
        self.server.routes["/one"] = feed([("b", "Spain flogs 30 tanks to Chile", "Spain flogged 30 tanks to Chile.")])
        self.wait_for(lambda: len(self.alerts()) == 2, "the alert by the new word")
        self.assertNotEqual(self.alerts()[1]["event"]["stamp"], first)
        images = list((self.folder / "state" / "cache" / "classifier.coder").iterdir())
        self.assertEqual(len(images), 1)
        process.terminate()
        self.assertEqual(process.wait(timeout=30), 0)

    def test_items_in_other_languages_are_counted_by_feed(self):
        self.server.routes["/one"] = feed([("a", "France sells tanks to Morocco", "France sold 12 tanks to Morocco."),
                                           ("b", "Frankreich verkauft Panzer", "Frankreich hat zwölf Panzer an Marokko "
                                            "verkauft. Das teilte der Minister am Montag mit, wie es aus Paris heißt."),
                                           ("c", "Франция продала танки Марокко", "Франция продала танки.")])
        self.server.routes["/two"] = feed([("d", "España envía tanques a Ucrania", "El ministro dijo que las entregas "
                                            "de tanques se harán durante el verano, según fuentes de la defensa.")])
        self.configure(self.source("one", "/one", "language = ru"), self.source("two", "/two"),
                       "[classifier.coder]\nplugin = coder")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        status = json.loads(self.entente("status", "--format", "json").out)
        told = {row["name"]: (row["items"], row["languages"]) for row in status["uncoded"]}
        self.assertEqual(told["source.one"], (2, {"de": 1, "ru": 1}))
        self.assertEqual(told["source.two"], (1, {"es": 1}))
        text = self.entente("status").out
        self.assertRegex(text, r"source\.one +2 +(de 1, ru 1|ru 1, de 1)")

    def test_check_deep_tells_what_is_wrong_with_the_words(self):
        self.write("verb sell | vend~ | gat=yes\n")
        self.configure("[classifier.coder]\nplugin = coder\nlexicon = words")
        run = self.entente("check", "--deep")
        self.assertEqual(run.status, 1)
        self.assertIn("own.txt:1:21: error: class verb has no key `gat`; nearest: gate", run.out)
        self.configure("[classifier.coder]\nplugin = coder\nlexicon = words, wrods")
        run = self.entente("check")
        self.assertEqual(run.status, 1)
        self.assertIn(":11:18: error: lexicon: cannot use %s" % (self.folder / "wrods"), run.out)


if __name__ == "__main__":
    unittest.main()
