"""An object that changes on disk while its instances run in a process of their own: overwritten in place, cut short, replaced by
another. Nothing is lost, and what cannot be loaded is refused in words until something good is there again."""
import os
import unittest

from support import TEST_PLUGINS, EntenteTest, feed

# A crash is to be the signal that it is, whatever the programs are built with.
for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
    os.environ[options] = os.environ.get(options, "") + ":handle_segv=0:handle_sigbus=0:handle_sigill=0"

PAIRS = ("UZB KAZ", "FIN SWE", "RUS BLR", "KEN UGA", "NOR DNK", "PER CHL")


class ObjectChanges(EntenteTest):
    def setUp(self):
        super().setUp()
        self.good = (TEST_PLUGINS / "pact.so").read_bytes()
        self.object = self.folder / "own.so"
        self.object.write_bytes(self.good)
        self.count = 0
        self.bring(2)
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"),
                       "[classifier.own]\nplugin = %s\nisolate = process" % self.object, self.WATCH)
        self.process = self.start()
        self.wait_for(lambda: len(self.alerts()) == 2, "the first two alerts")

    def bring(self, more):
        self.count += more
        self.server.routes["/feed"] = feed([("g%d" % i, "%s pact signed" % PAIRS[i], "Text.") for i in range(self.count)])

    def wait_for_all(self):
        self.wait_for(lambda: len(self.alerts()) >= self.count, "an alert for each item", 90)
        self.assertEqual(len(self.alerts()), self.count)
        self.assertIsNone(self.process.poll(), "the daemon lives")

    def replace(self, content):
        """As a package manager does: another file under the same name."""
        fresh = self.folder / "own.so.new"
        fresh.write_bytes(content)
        os.rename(fresh, self.object)

    def runner(self):
        return self.wait_for(lambda: self.runner_of("pact"), "a process of the plugin")

    def test_replaced_by_rename_the_running_one_goes_on(self):
        before = self.runner()
        self.replace(b"no object at all")
        self.bring(2)
        self.wait_for_all()
        self.assertEqual(self.runner(), before)
        self.assertNotIn("crashed", self.log())

    def test_replaced_by_a_bad_one_and_killed_it_waits_for_a_good_one(self):
        self.replace(self.good[:len(self.good) // 2])
        os.kill(self.runner(), 9)
        self.bring(2)
        self.wait_for_log("truncated")
        self.assertEqual(len(self.alerts()), 2)
        self.replace(self.good)
        self.wait_for_all()

    def test_overwritten_in_place_costs_its_own_process(self):
        """Its pages change under it, so it may die of anything, or go on; the daemon and the items do not mind."""
        with open(self.object, "r+b") as file:
            file.truncate(0)
        self.bring(2)
        self.wait_for_log("classifier.own")
        self.assertIsNone(self.process.poll(), "the daemon lives")
        with open(self.object, "r+b") as file:
            file.write(self.good)
        self.wait_for_all()

    def test_overwritten_with_garbage_it_is_refused_in_words(self):
        with open(self.object, "r+b") as file:
            file.write(b"#!/bin/sh\n" + b"\xcc" * (len(self.good) - 10))
        self.bring(2)
        self.wait_for_log("not a shared object")
        self.replace(self.good)
        self.wait_for_all()


if __name__ == "__main__":
    unittest.main()
