"""entente token: with a daemon and without one; what is stored, what is refused, what is told."""
import json

from support import EntenteTest, feed


class Tokens(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH,
                       "[service.page]\nplugin = herald\nlisten = %s" % (self.folder / "herald"))

    def tokens(self):
        return {row["name"]: row for row in map(json.loads, self.entente("token", "list", "--format", "jsonl").out.splitlines())}

    def test_tokens_are_made_listed_and_revoked_without_a_daemon(self):
        self.assertIn("there is no store", self.entente("token", "create", "ada").log)
        self.run_once()
        made = self.entente("token", "create", "ada", "--role", "analyst", "--expires", "90d")
        self.assertEqual(made.status, 0, made.log)
        self.assertRegex(made.out, r"^ent_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n$")
        row = self.tokens()["ada"]
        self.assertEqual((row["role"], row["kind"]), ("analyst", "token"))
        self.assertIn(row["id"], made.out)
        again = self.entente("token", "create", "ada")
        self.assertEqual(again.status, 2)
        self.assertIn("there is a token named 'ada'", again.log)
        self.assertEqual(self.entente("token", "revoke", "ada").status, 0)
        self.assertEqual(self.tokens(), {})
        gone = self.entente("token", "revoke", "ada")
        self.assertEqual(gone.status, 2)
        self.assertIn("entente token list", gone.log)

    def test_a_running_daemon_makes_them_and_the_secret_is_nowhere(self):
        self.start()
        self.wait_for(self.alerts, "the alert")
        token = self.entente("token", "create", "grafana").out.strip()
        link = self.entente("token", "login").out.strip().split("#")[1]
        self.assertEqual(sorted(row["kind"] for row in self.tokens().values()), ["link", "token"])
        secrets = [token.split("_", 2)[2], link.split("_", 2)[2]]
        for path in (self.folder / "state").rglob("*"):
            if path.is_file():
                for secret in secrets:
                    self.assertNotIn(secret.encode(), path.read_bytes(), path)
        for secret in secrets:
            self.assertNotIn(secret, self.log())
        self.assertIn("makes the token", self.log())

    def test_wrong_arguments_are_told(self):
        self.run_once()
        for arguments, text in [(("create", "ada", "--role", "king"), "king"), (("create", "ada", "--expires", "soon"), "90d"),
                                (("create", "ada", "--expires", "0d"), "90d"), (("create", ""), "1 to 60 bytes"),
                                (("create", "a\nb"), "control characters"), (("create", "x" * 61), "1 to 60 bytes")]:
            run = self.entente("token", *arguments)
            self.assertEqual(run.status, 2, arguments)
            self.assertIn(text, run.log)
