"""Every plugin exports ent_plugin_query and nothing else, the harness its own functions and malloc: what is exported besides may
clash with others in one process, and would be relied upon.

usage: test_symbols.py BINARY_DIR
"""
import pathlib
import subprocess
import sys

binary = pathlib.Path(sys.argv[1]).resolve()


def exported(path):
    lines = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[-1] for line in lines}


plugins = sorted((binary / "plugins").glob("*.so"))
assert len(plugins) > 10, plugins
wrong = {path.name: sorted(exported(path) - {"ent_plugin_query"}) for path in plugins if exported(path) != {"ent_plugin_query"}}
assert not wrong, wrong
harness = exported(binary / "libentente-harness.so")
assert {"malloc", "calloc", "realloc", "ent_harness_create"} <= harness, harness
assert all(name.startswith("ent_harness_") for name in harness - {"malloc", "calloc", "realloc"}), harness
print(f"{len(plugins) + 1} passed, 0 failed")
