"""The page's files in the plugin are those of web/dist: what comes there and what goes is built in anew, and without any the build says so."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["ENT_SOURCE_DIR"])
PROJECT = """cmake_minimum_required(VERSION 3.20)
project(embedding C)
find_package(PkgConfig REQUIRED)
function(ent_plugin name)
  add_library(plugin_${name} OBJECT)
  target_include_directories(plugin_${name} PRIVATE "%s")
endfunction()
add_subdirectory("%s/plugins/web" web)
"""


class Embedding(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="entente-embedding-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "CMakeLists.txt").write_text(PROJECT % (SOURCE, SOURCE))
        (self.folder / "cmake").mkdir()
        shutil.copy(SOURCE / "cmake" / "embed_files.py", self.folder / "cmake")
        (self.folder / "web" / "dist").mkdir(parents=True)
        (self.folder / "web" / "openapi.json").write_text("{}")

    def build(self):
        """What the configuration says, and the names of the files that were built in."""
        run = lambda *words: subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=self.folder)
        told = run("cmake", "-S", ".", "-B", "build")
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        done = run("cmake", "--build", "build")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        text = (self.folder / "build" / "web" / "files.c").read_text()
        return told.stdout, [line.split('"')[1] for line in text.splitlines() if line.startswith('    {"')]

    def test_what_is_built_in_follows_the_bundle(self):
        dist = self.folder / "web" / "dist"
        (dist / "index.html").write_text("<p>one</p>")
        said, names = self.build()
        self.assertEqual((names, "built without" in said), (["index.html", "openapi.json"], False))
        (dist / "main.js").write_text("1")
        self.assertEqual(self.build()[1], ["index.html", "main.js", "openapi.json"])
        shutil.rmtree(dist)
        said, names = self.build()
        self.assertEqual(names, ["openapi.json"])
        self.assertIn("web/dist is empty: the plugin web is built without the dashboard's page", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
