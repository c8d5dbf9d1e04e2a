"""The dashboard in Chromium, over a daemon with an archive made here: drive.mjs looks, this file plays the world."""
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

from support import BUILD, feed
from web_support import ARTICLES, WebTest

HERE = pathlib.Path(__file__).resolve().parent
WEB = HERE.parents[1] / "web"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

NEWS = ("live", "Japan and Australia sign defence pact",
        "Japan and Australia signed a defence agreement in Canberra on Monday, the Australian Defence Ministry said.")
MORE = ("more", "Brazilian instructors train Chilean marines",
        "Brazilian instructors finished training Chilean marines in Valparaiso on Thursday, the Chilean navy said.")
PERU = ("peru", "Peru and Ecuador sign defence pact",
        "Peru and Ecuador signed a defence agreement in Quito on Tuesday, the Peruvian Defence Ministry said.", time.time())
# Between them they have every value that an event's page shows.
FULL = [("full", "India and Japan hold naval and air force exercise",
         "India and Japan held the naval and air force exercise Malabar with 400 troops in Visakhapatnam on Monday, the Indian "
         "Defence Ministry said."),
        ("steps", "United States sells tanks to Romania",
         "The United States signed a contract to sell Romania 54 Abrams tanks for $2.5 billion under Foreign Military Financing on "
         "4 March 2024, the Romanian Defence Ministry said. The United States delivered the first 16 Abrams tanks to Romania on "
         "18 March 2024.")]
SECOND = ("x", "Turkish drones reach Kyrgyzstan",
          "Turkey delivered eight Bayraktar TB2 drones to Kyrgyzstan on Tuesday, an official in Ankara said.")


class Dashboard(WebTest):
    def test_the_dashboard_in_a_browser(self):
        self.server.routes["/two"] = feed([SECOND])
        self.run_web(sections=[self.source("two", "/two", "class = media")])
        self.server.routes["/play/news"] = lambda handler, request: self.publish(NEWS)
        self.server.routes["/play/more"] = lambda handler, request: self.publish(NEWS, MORE)
        self.server.routes["/play/peru"] = lambda handler, request: self.publish(NEWS, MORE, PERU)
        self.server.routes["/play/full"] = lambda handler, request: self.publish(*FULL)
        screenshots = pathlib.Path(os.environ.get("ENT_SCREENSHOTS", BUILD / "screenshots"))
        screenshots.mkdir(parents=True, exist_ok=True)
        link = self.entente("token", "login", "--role", "analyst").out.strip().replace(":0/", ":%d/" % self.port)
        done = subprocess.run(["node", HERE / "drive.mjs"], capture_output=True, text=True, timeout=270, env={
            **os.environ, "LINK": link, "BASE": "http://127.0.0.1:%d" % self.port, "WORLD": self.server.url,
            "READ_TOKEN": self.tokens["read"], "CHROMIUM": CHROMIUM, "SCREENSHOTS": str(screenshots)})
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.stop()

    def is_at_rest(self):
        daemon = self.get("/api/v1/status")["daemon"]
        return daemon["items"] == len(ARTICLES) + 1 and daemon["open_items"] == 0 and len(self.alerts()) >= 4

    def publish(self, *news):
        self.server.routes["/one"] = feed(ARTICLES + list(news))
        self.assertEqual(self.entente("fetch", "one").status, 0)
        return 200, {}, b"published"


if __name__ == "__main__":
    if not shutil.which("node") or not CHROMIUM or not (WEB / "node_modules" / "playwright-core").is_dir():
        print("skipped: no Node, no Chromium, or no web/node_modules; scripts/setup test installs them")
        sys.exit(77)
    unittest.main(verbosity=2)
