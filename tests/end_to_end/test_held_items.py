"""What becomes of items when a classifier cannot take them, and of the alerts that hang on them."""
import unittest

from support import EntenteTest, feed


class HeldItems(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One."), ("b", "FIN SWE pact signed", "Two.")])
        self.mood = self.folder / "mood"
        self.fickle("ok")

    def fickle(self, mood):
        self.mood.write_text(mood)

    def with_fickle(self, *lines, entente=""):
        self.configure(self.source("news", "/feed", "interval = 1s"), self.PACT, self.WATCH,
                       "\n".join(["[classifier.fickle]", "plugin = fickle", "after = pact", "mood = %s" % self.mood, *lines]),
                       entente=entente)

    def test_a_single_pass_gives_up_on_a_classifier_that_keeps_retrying(self):
        self.fickle("RETRY")
        self.with_fickle(entente="once_deadline = 2s")
        run = self.run_once(timeout=60)
        self.assertEqual(run.status, 1, run.log)
        self.assert_log(run, "once_deadline has passed: for 2 s no item or event was done",
                        "classifier.fickle: 2 items stay pending, to be tried at the next run: not in the mood")
        self.assertEqual(self.alerts(), [])
        self.fickle("ok")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.alerts()), 2)


if __name__ == "__main__":
    unittest.main()
