"""web/dist is what web/src gives, its types are right, and its functions over foreign texts do what they shall."""
import pathlib
import shutil
import subprocess
import sys
import unittest

WEB = pathlib.Path(__file__).resolve().parents[2] / "web"


class PageBuild(unittest.TestCase):
    def run_in_web(self, *command):
        done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_dist_is_what_the_sources_give(self):
        self.assertIn("first view", self.run_in_web("node", "build.mjs", "--check"))

    def test_types_are_right(self):
        self.run_in_web("node", "node_modules/typescript/bin/tsc", "--noEmit")

    def test_functions_over_foreign_texts(self):
        self.run_in_web("node", "test/text.test.mjs")

    def test_series_of_counts(self):
        self.run_in_web("node", "test/series.test.mjs")

    def test_shapes_of_the_map(self):
        self.run_in_web("node", "test/shapes.test.mjs")

    def test_names_in_the_network(self):
        self.run_in_web("node", "test/network.test.mjs")


if __name__ == "__main__":
    if not shutil.which("node") or not (WEB / "node_modules" / "esbuild").is_dir():
        print("skipped: no Node, or no web/node_modules; scripts/setup test installs them")
        sys.exit(77)
    unittest.main(verbosity=2)
