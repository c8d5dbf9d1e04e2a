"""Keeping the store: backups beside a running daemon, restoring, checking, pruning, vacuuming, over the real programs."""
import json
import os
import shutil
import sqlite3
import threading
import unittest

from support import SOURCE, EntenteTest

BODY = "%s handed six used patrol boats to %s on Sunday, the defence ministry said."
PAIRS = [("Turkey", "Somalia"), ("Greece", "Egypt"), ("India", "Vietnam"), ("France", "Senegal"), ("Japan", "Malaysia"),
         ("Brazil", "Angola"), ("Italy", "Libya"), ("Spain", "Mauritania"), ("Norway", "Kenya"), ("China", "Cambodia")]


class Store(EntenteTest):
    def setUp(self):
        super().setUp()
        self.archive = self.folder / "archive"
        self.archive.mkdir()
        self.state = self.folder / "state"
        self.store = self.state / "entente.db"
        self.set_up()

    def set_up(self, *more):
        self.configure("[source.archive]\nplugin = files\npath = %s\ninterval = 1s" % self.archive,
                       "[classifier.coder]\nplugin = coder", "[watch.boats]\nwhen = type = arms_transfer\nto = out", *more)

    def feed(self, number, count=10):
        lines = [{"id": "%d-%d" % (number, i), "title": "%s hands boats to %s" % pair, "body": BODY % pair,
                  "url": "https://one.example/%d/%d" % (number, i), "date": "20%02d-05-20T08:00:00Z" % (number % 20)}
                 for i, pair in enumerate(PAIRS[:count])]
        part = self.archive / ("%d.part" % number)
        part.write_text("".join(json.dumps(line) + "\n" for line in lines))
        part.rename(self.archive / ("%d.jsonl" % number))

    def once(self):
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        return run

    def run_entente(self, *words, status=0):
        run = self.entente(*words)
        self.assertEqual(run.status, status, "%s\n%s%s" % (words, run.out, run.log))
        return run

    def events(self, *words):
        return self.run_entente("events", "--order", "number", "--format", "jsonl", *words).out

    def break_store(self, *statements):
        database = sqlite3.connect(self.store, isolation_level=None)
        for statement in statements:
            database.execute(statement)
        database.close()

    def one(self, statement):
        database = sqlite3.connect(self.store)
        value = database.execute(statement).fetchone()[0]
        database.close()
        return value

    # ---- backup and restore ----

    def test_a_backup_beside_a_writing_daemon_is_whole(self):
        self.feed(0)
        self.start()
        self.wait_for(lambda: self.store.exists() and len(self.entente("events", "--format", "jsonl").out.splitlines()) == 10,
                      "ten events", 60)
        stop = threading.Event()

        def write():
            number = 1
            while not stop.wait(0.2) and number < 60:
                self.feed(number)
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for i in range(4):
                backup = self.folder / ("backup-%d.db" % i)
                self.run_entente("store", "backup", str(backup))
                self.assertIn("no problem found", self.run_entente("store", "check", str(backup)).out)
        finally:
            stop.set()
            writer.join()
        self.assertIn("never written over", self.run_entente("store", "backup", str(self.folder / "backup-0.db"), status=2).log)
        run = self.run_entente("store", "restore", str(self.folder / "backup-0.db"), status=2)
        self.assertIn("in use by process", run.log)

    def test_a_restored_store_is_that_of_the_backup_and_the_old_one_is_kept(self):
        self.feed(0)
        self.once()
        before = self.events()
        backup = self.folder / "backup.db"
        self.run_entente("store", "backup", str(backup))
        self.feed(1)
        self.once()
        later = self.events()
        self.assertNotEqual(before, later)
        run = self.run_entente("store", "restore", str(backup))
        self.assertEqual(self.events(), before)
        kept = [path for path in self.state.iterdir() if "before-restore" in path.name]
        self.assertEqual(len(kept), 1)
        self.assertIn(kept[0].name, run.out)
        self.once()
        self.assertEqual(len(self.events().splitlines()), len(later.splitlines()))
        self.run_entente("store", "restore", str(kept[0]))
        self.assertEqual(self.events(), later)
        self.assertEqual(len(self.alerts()), 20)

    def test_saved_watches_are_in_a_backup_and_come_back(self):
        self.feed(0)
        self.once()
        watches = self.state / "watches.d"
        self.run_entente("watch", "save", "kept", "--when", "type = exercise")
        self.run_entente("watch", "save", "also-kept", "--when", "type = visit")
        saved = {path.name: path.read_bytes() for path in watches.iterdir()}
        (watches / ".hidden").write_text("no watch")
        backup = self.folder / "backup.db"
        self.assertIn("with 2 saved watches", self.run_entente("store", "backup", str(backup)).out)
        self.assertIn("no problem found", self.run_entente("store", "check", str(backup)).out)
        (watches / ".hidden").unlink()
        self.run_entente("watch", "remove", "kept")
        self.run_entente("watch", "save", "later", "--when", "type = training")
        self.run_entente("store", "restore", str(backup))
        self.assertEqual({path.name: path.read_bytes() for path in watches.iterdir()}, saved)
        [kept] = [path for path in self.state.iterdir() if path.name.startswith("watches.d.before-restore-")]
        self.assertEqual({path.name for path in kept.iterdir()}, {"also-kept.ini", "later.ini"})
        database = sqlite3.connect(self.store)
        self.assertEqual(database.execute("SELECT count(*) FROM sqlite_schema WHERE name='backup_file'").fetchone(), (0,))
        database.close()
        self.run_entente("store", "check")
        # In another place: there is nothing yet.
        shutil.rmtree(self.state)
        self.run_entente("store", "restore", str(backup))
        self.assertEqual({path.name: path.read_bytes() for path in watches.iterdir()}, saved)
        # A file that would lead elsewhere is refused, and nothing is touched.
        database = sqlite3.connect(backup)
        database.execute("UPDATE backup_file SET name='../entente.ini' WHERE name='kept.ini'")
        database.commit()
        database.close()
        self.assertIn("no watch", self.run_entente("store", "restore", str(backup), status=2).log)
        self.assertEqual({path.name: path.read_bytes() for path in watches.iterdir()}, saved)
        self.assertEqual([path.name for path in self.state.iterdir() if "restoring" in path.name], [])

    def test_what_is_no_backup_is_refused_and_nothing_is_touched(self):
        self.feed(0)
        self.once()
        before = self.events()
        whole = self.folder / "whole.db"
        self.run_entente("store", "backup", str(whole))
        bad = self.folder / "bad.db"
        newer = self.folder / "newer.db"
        shutil.copy(whole, newer)
        database = sqlite3.connect(newer)
        database.execute("PRAGMA user_version=9999")
        database.close()
        content = bytearray(whole.read_bytes())
        content[4096 * 3:4096 * 40] = os.urandom(4096 * 37)
        other = self.folder / "other.db"
        database = sqlite3.connect(other)
        database.execute("CREATE TABLE note(text)")
        database.commit()
        database.close()
        for path, words in ((newer, "newer Entente"), (other, "no store of Entente"), (self.folder / "none", "cannot read"),
                            (self.config, "no store of Entente")):
            self.assertIn(words, self.run_entente("store", "restore", str(path), status=2).log)
        bad.write_bytes(content)
        self.run_entente("store", "restore", str(bad), status=2)
        self.assertEqual(self.events(), before)
        self.assertEqual([path for path in self.state.iterdir() if "restor" in path.name], [])

    def test_a_backup_that_cannot_be_written_leaves_nothing(self):
        self.feed(0)
        self.once()
        self.run_entente("store", "backup", str(self.folder / "no" / "such.db"), status=2)
        self.run_entente("store", "backup", "/dev/full", status=2)
        self.assertEqual([path for path in self.folder.iterdir() if path.suffix == ".part"], [])

    # ---- migration ----

    def test_a_store_of_schema_1_goes_on(self):
        released = SOURCE / "tests" / "core" / "store" / "released"
        self.state.mkdir(mode=0o700)
        database = sqlite3.connect(self.store, isolation_level=None)
        database.executescript((released / "schema-1.sql").read_text())
        database.close()
        self.assertIn("start entented once to migrate it", self.run_entente("events", status=2).log)
        self.configure("[source.in]\nplugin = files\npath = %s" % self.archive, "[classifier.coder]\nplugin = coder",
                       "[watch.all]\nwhen = type in (arms_transfer, exercise, agreement)\nto = out")
        shutil.copy(released / "articles.jsonl", self.archive)
        self.once()
        self.assertEqual(self.one("SELECT count(*) FROM item"), 5)
        self.assertEqual(self.one("SELECT count(*) FROM alert"), 3)
        self.assertEqual(self.alerts(), [])
        self.assertEqual(len(self.events("--when", "dyad(TUR, SOM)").splitlines()), 1)
        self.assertIn("no problem found", self.run_entente("store", "check").out)
        old = self.state / "entente.db.v1.backup"
        self.assertIn("start entented once", self.run_entente("store", "check", str(old), status=2).log)
        self.run_entente("store", "restore", str(old))
        self.once()
        self.assertIn("no problem found", self.run_entente("store", "check").out)

    # ---- check ----

    def test_every_broken_promise_is_told_in_words(self):
        self.feed(0)
        self.once()
        self.assertIn("no problem found", self.run_entente("store", "check").out)
        whole = self.store.read_bytes()
        breaks = [
            ("DELETE FROM event_revision WHERE event=1", "events whose last revision is not there"),
            ("UPDATE event SET revision=7 WHERE sequence=2", "last revision"),
            ("DELETE FROM event WHERE sequence=3", "revisions without an event"),
            ("UPDATE event SET state=1, target='none' WHERE sequence=4", "merged events whose target is not there"),
            ("UPDATE event SET state=1, target=id WHERE sequence=4", "merged events that lead in a circle"),
            ("INSERT INTO event_actor VALUES('UZB', 999, 'host')", "parties of events that are not there"),
            ("DELETE FROM item WHERE sequence=5", "reports without an item"),
            ("UPDATE item SET superseded_by=999 WHERE sequence=5", "superseded by none"),
            ("DELETE FROM alert WHERE sequence=1", "deliveries of alerts that are not there"),
            ("UPDATE cursor SET sequence=99 WHERE processor='classifier.coder'", "processors that have taken items"),
            ("UPDATE cursor SET sequence=9999 WHERE processor='watch.boats'", "watches that have looked at"),
            ("UPDATE item SET record=zeroblob(40) WHERE sequence=2", "1 items cannot be read, the first is number 2"),
            ("UPDATE event_revision SET record=(SELECT record FROM item WHERE sequence=1) WHERE sequence=1", "of another kind"),
            ("INSERT INTO event_stale(event) VALUES(999)", "stale marks"),
            ("DELETE FROM event_stale", "queries see"),
        ]
        for statement, words in breaks:
            with self.subTest(statement=statement):
                self.break_store(statement)
                self.assertIn(words, self.run_entente("store", "check", status=1).out)
                for ending in ("-wal", "-shm"):
                    (self.state / ("entente.db" + ending)).unlink(missing_ok=True)
                self.store.write_bytes(whole)
        self.assertIn("no problem found", self.run_entente("store", "check").out)

    def test_a_damaged_file_is_told(self):
        self.feed(0)
        self.once()
        content = bytearray(self.store.read_bytes())
        for page in range(20, len(content) // 4096, 3):
            content[page * 4096:page * 4096 + 64] = b"\xff" * 64
        self.store.write_bytes(content)
        run = self.entente("store", "check")
        self.assertNotEqual(run.status, 0)
        self.assertIn("damaged", run.out + run.log)

    def test_columns_are_made_anew(self):
        self.feed(0)
        self.once()
        before = self.events("--when", "type = arms_transfer")
        self.break_store("DELETE FROM event_stale")
        self.run_entente("store", "check", status=1)
        self.run_entente("store", "vacuum", "--columns")
        self.assertIn("no problem found", self.run_entente("store", "check").out)
        self.assertEqual(self.events("--when", "type = arms_transfer"), before)

    # ---- prune and vacuum ----

    def test_what_is_pruned_does_not_return_and_events_keep_their_quotes(self):
        self.feed(0)
        self.once()
        before = self.events()
        run = self.run_entente("store", "prune", "--items", "now")
        self.assertIn("the bodies of 10 items", run.out)
        items = [json.loads(line) for line in self.run_entente("items", "--format", "jsonl").out.splitlines()]
        self.assertEqual([item["body"] for item in items], [None] * 10)
        self.assertTrue(all(item["url"] and item["title"] and item["id"] for item in items))
        self.assertEqual(self.events(), before)
        self.assertIn("patrol boats", before)
        self.feed(0)
        self.once()
        self.assertEqual(self.events(), before)
        self.assertEqual(self.one("SELECT count(*) FROM item"), 10)
        self.assertEqual(len(self.alerts()), 10)
        self.assertIn("no longer kept", self.run_entente("item", "show", items[0]["id"]).out)
        gone = json.loads(self.run_entente("recode", "--list", "--format", "json").out)
        self.assertEqual([item["gone"] for item in gone["differences"]], [True] * 10)
        self.assertEqual(gone["gone"], 10)
        self.assertIn("the bodies of 0 items", self.run_entente("store", "prune", "--items", "now").out)
        self.run_entente("store", "vacuum")
        self.assertEqual(self.events(), before)

    def test_nothing_goes_ahead_of_the_slowest_cursor(self):
        self.feed(0)
        self.once()
        self.break_store("INSERT INTO cursor VALUES('classifier.slow', 4)")
        run = self.run_entente("store", "prune", "--items", "now")
        self.assertIn("the bodies of 4 items", run.out)
        self.assertIn("behind number 4 keep their bodies: classifier.slow has not finished them", run.out)
        self.break_store("UPDATE cursor SET sequence=8 WHERE processor='classifier.slow'",
                         "INSERT INTO pending(processor, sequence, due, attempts, first, deaths, alone, text)"
                         " VALUES('classifier.slow', 7, 0, 1, 0, 0, 0, '')")
        self.assertIn("the bodies of 2 items", self.run_entente("store", "prune", "--items", "now").out)

    def test_the_daemon_keeps_what_the_configuration_says(self):
        self.feed(0)
        self.once()
        self.break_store("UPDATE item SET fetched=fetched-864000000 WHERE sequence<=6",
                         "UPDATE delivery SET settled=settled-864000000 WHERE sequence<=3",
                         "INSERT INTO dead_letter(instance, kind, sequence, record_id, at, attempts, text)"
                         " VALUES('classifier.coder', 1, 3, 'x', 1000, 2, 'why')")
        attempts = self.one("SELECT count(*) FROM delivery_attempt")
        self.set_up("[retention]\nitems = 9d\ndead = 9d\ndeliveries = 9d")
        self.feed(1, 1)
        run = self.once()
        self.assertIn("the bodies of 6 items", run.log)
        bodies = [json.loads(line)["body"] for line in self.run_entente("items", "--format", "jsonl").out.splitlines()]
        self.assertEqual([body is None for body in reversed(bodies)], [True] * 6 + [False] * 5)
        self.assertEqual(self.one("SELECT count(*) FROM dead_letter"), 0)
        self.assertEqual(self.one("SELECT count(*) FROM delivery_attempt"), attempts - 3 + 1)
        self.assertEqual(self.one("SELECT count(*) FROM delivery"), 11)
        self.assertEqual(len(self.alerts()), 11)
        self.assertIn("no problem found", self.run_entente("store", "check").out)

    def test_pruning_is_asked_of_a_running_daemon(self):
        self.feed(0)
        self.start()
        self.wait_for(lambda: self.store.exists() and len(self.entente("events", "--format", "jsonl").out.splitlines()) == 10,
                      "ten events", 60)
        self.assertIn("the bodies of 10 items", self.run_entente("store", "prune", "--items", "now").out)
        self.assertIn("in use by process", self.run_entente("store", "vacuum", status=2).log)
        self.assertIn("[retention]", self.run_entente("store", "prune", status=2).log)
        self.assertIn("is yet to come", self.run_entente("store", "prune", "--items", "2999", status=2).log)


if __name__ == "__main__":
    unittest.main()
