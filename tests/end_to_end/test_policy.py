"""Addresses that may not be asked, in a network of the test's own: there one address is public, and names are those that the
test gives. So what is judged after resolution, and after each redirect, is judged as out in the world."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from support import EntenteTest, Server, feed

PUBLIC, PRIVATE = "93.184.216.34", "10.9.8.7"
HOSTS = "127.0.0.1 localhost\n%s news.example\n%s inside.example\n" % (PUBLIC, PRIVATE)
SET_UP = """set -e
ip link set lo up
ip address add %s/32 dev lo
ip address add %s/32 dev lo
mount --bind "$1" /etc/hosts
shift
exec "$@"
""" % (PUBLIC, PRIVATE)


def in_own_network(*command):
    with tempfile.NamedTemporaryFile("w", prefix="entente-hosts-") as hosts:
        hosts.write(HOSTS)
        hosts.flush()
        os.chmod(hosts.name, 0o644)
        return subprocess.run(["unshare", "--map-root-user", "--net", "--mount", "sh", "-c", SET_UP, "sh", hosts.name, *command],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=280,
                              env={**os.environ, "ENT_OWN_NETWORK": "1"})


@unittest.skipIf(os.environ.get("ENT_OWN_NETWORK"), "this is the network of its own")
class Outside(unittest.TestCase):
    def test_addresses_are_judged_in_a_network_of_their_own(self):
        try:
            probe = in_own_network("true")
        except FileNotFoundError:
            self.skipTest("unshare is not installed")
        if probe.returncode != 0:
            self.skipTest("no network of its own to be had here: " + probe.stdout.decode(errors="replace"))
        inside = in_own_network(sys.executable, "-B", "-m", "unittest", "-v", "test_policy.Inside")
        self.assertEqual(inside.returncode, 0, inside.stdout.decode(errors="replace"))
        self.assertIn(b"\nOK\n", inside.stdout)


@unittest.skipUnless(os.environ.get("ENT_OWN_NETWORK"), "run by Outside")
class Inside(EntenteTest):
    def setUp(self):
        super().setUp()
        self.open = Server("0.0.0.0")
        self.addCleanup(self.open.close)
        self.port = int(self.open.url.rsplit(":", 1)[1])
        self.open.routes["/good"] = feed([("g", "FRA DEU pact signed", "Good.")])
        self.open.routes["/secret"] = feed([("s", "FRA ITA pact signed", "Secret.")])

    def at(self, host, path):
        return "http://%s:%d%s" % (host, self.port, path)

    def configure_two(self, url, *lines):
        self.configure("[source.good]\nplugin = feed\nurl = %s\nmin_delay = 0" % self.at("news.example", "/good"),
                       "\n".join(["[source.odd]", "plugin = feed", "url = " + url, "min_delay = 0", *lines]), self.PACT,
                       self.WATCH)

    def bodies(self):
        items = [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]
        self.assertEqual(len(items), len({item["guid"] for item in items}))
        return {item["guid"]: item["body"] for item in items}

    def assert_refused(self, url, text):
        self.configure_two(url)
        run = self.run_once()
        self.assertEqual(run.status, 1, run.log)
        told = [line for line in run.log.splitlines() if "source.odd" in line and "could not be fetched" in line]
        self.assertEqual(len(told), 1, run.log)
        self.assertIn(text, told[0])
        self.assertIn("set allow_private = yes if it shall be reached", told[0])
        self.assertEqual(self.bodies(), {"g": "Good."})
        self.assertEqual(self.open.seen("/secret"), [])

    def test_a_name_that_leads_inside(self):
        self.assert_refused(self.at("inside.example", "/secret"), "it leads to a private address")

    def test_redirects_inside_from_a_public_place(self):
        for target, what in ((self.at(PRIVATE, "/secret"), "private"), (self.at("inside.example", "/secret"), "private"),
                             (self.at("localhost", "/secret"), "loopback"), (self.at("2130706433", "/secret"), "loopback"),
                             ("http://169.254.169.254/latest/meta-data/", "link-local")):
            self.open.routes["/hop"] = (302, {"Location": target}, b"")
            self.open.routes["/odd"] = (301, {"Location": "/hop"}, b"")
            with self.subTest(target):
                self.assert_refused(self.at("news.example", "/odd"), "it leads to a %s address" % what)

    def test_a_page_inside_that_a_public_feed_links_to(self):
        self.open.routes["/odd"] = (200, {}, b"<rss><channel><item><guid>p</guid><title>FRA ITA pact</title><link>"
                                    + self.at("inside.example", "/secret").encode() + b"</link><description>Own text."
                                    b"</description></item></channel></rss>")
        self.configure_two(self.at("news.example", "/odd"), "fulltext = yes")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.bodies(), {"g": "Good.", "p": "Own text."})
        self.assertEqual(self.open.seen("/secret"), [])
        self.assert_log(run, "it leads to a private address")

    def test_it_is_reached_where_that_is_allowed(self):
        self.open.routes["/odd"] = (302, {"Location": self.at("inside.example", "/secret")}, b"")
        self.configure_two(self.at("news.example", "/odd"), "allow_private = yes")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.bodies(), {"g": "Good.", "s": "Secret."})


if __name__ == "__main__":
    unittest.main()
