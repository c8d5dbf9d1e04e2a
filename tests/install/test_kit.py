"""A plugin of each kind is built out of tree against an installed and moved prefix: by pkg-config alone and by CMake alone,
each in C11 and as C++17, without a warning. All are known to the installed programs, and those that make a pipeline run in one.

usage: test_kit.py SOURCE_DIR BINARY_DIR CMAKE C_COMPILER CXX_COMPILER [SANITIZERS]
"""
import json
import pathlib
import re
import shlex
import sys
import tempfile

from prefix import BARE, install, run, with_packages

source, binary = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
cmake, c_compiler, cxx_compiler = sys.argv[3:6]
sanitize = [f"-fsanitize={sys.argv[6]}"] if len(sys.argv) > 6 and sys.argv[6] else []
KIT = source / "tests" / "install" / "kit"
KINDS = ["source", "transform", "classifier", "detector", "sink", "service"]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def by_pkg_config(prefix, into, compiler, *language):
    flags = shlex.split(run("pkg-config", "--cflags", "entente", environment=with_packages(prefix)))
    for kind in KINDS:
        run(compiler, *language, *WARNINGS, *sanitize, "-shared", "-fPIC", *flags, "-o", into / f"kit_{kind}.so",
            KIT / f"kit_{kind}.c")
    libraries = shlex.split(run("pkg-config", "--cflags", "--libs", "entente-harness", environment=with_packages(prefix)))
    run(compiler, *language, *WARNINGS, *sanitize, "-o", into / "test_kit", KIT / "test_kit.c", "-x", "none", *libraries)


def by_cmake(prefix, into, as_cxx):
    flags = " ".join(sanitize)
    run(cmake, "-S", KIT, "-B", into, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={c_compiler}",
        f"-DCMAKE_CXX_COMPILER={cxx_compiler}", f"-DKIT_AS_CXX={as_cxx}", f"-DCMAKE_C_FLAGS={flags}", f"-DCMAKE_CXX_FLAGS={flags}")
    run(cmake, "--build", into, timeout=150)


def try_all(prefix, built, work):
    work.mkdir()
    run(built / "test_kit", built)
    entente = prefix / "bin" / "entente"
    for kind in KINDS:
        shown = json.loads(run(entente, "plugin", "show", built / f"kit_{kind}.so", "--format", "json", cwd=work))
        assert list(shown["kinds"]) == [kind], shown
    (work / "entente.ini").write_text(
        f"[entente]\nstate_dir = state\nplugin_path = {built}\n"
        "[source.mine]\nplugin = kit_source\ntitle = FRA DEU pact\n"
        "[source.other]\nplugin = kit_source\ntitle = ITA ESP pact unwanted\n"
        "[transform.sieve]\nplugin = kit_transform\n[classifier.pacts]\nplugin = kit_classifier\n"
        "[service.logger]\nplugin = kit_service\n[detector.seen]\nplugin = kit_detector\nto = shout\n"
        "[sink.shout]\nplugin = kit_sink\nbefore = HEARD\n[watch.all]\nwhen = confidence >= 0.5\nto = shout\n")
    run(entente, "check", "entente.ini", cwd=work)
    printed = run(prefix / "bin" / "entented", "-c", "entente.ini", "--once", cwd=work)
    heard = re.findall(r"^HEARD .*$", printed, re.M)
    found = [line for line in heard if re.search("France|FRA", line) and re.search("Germany|DEU", line)]
    assert len([line for line in found if "seen" not in line]) == 1 and any("seen" in line for line in heard), printed


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    prefix = install(cmake, binary, folder)
    ways = {"pkg-config-c11": lambda into: by_pkg_config(prefix, into, c_compiler, "-std=c11"),
            "pkg-config-c++17": lambda into: by_pkg_config(prefix, into, cxx_compiler, "-x", "c++", "-std=c++17"),
            "cmake-c11": lambda into: by_cmake(prefix, into, "OFF"),
            "cmake-c++17": lambda into: by_cmake(prefix, into, "ON")}
    for way, build in ways.items():
        (folder / way).mkdir()
        build(folder / way)
        try_all(prefix, folder / way, folder / f"work-{way}")
        print(f"{way}: {len(KINDS)} plugins built and run")
    for kind in KINDS:
        exported = [line.split()[-1] for line in run("nm", "-D", "--defined-only", folder / "cmake-c11" / f"kit_{kind}.so").splitlines()]
        assert sanitize or exported == ["ent_plugin_query"], exported
    wrong = run(cmake, "-S", KIT, "-B", folder / "none", f"-DCMAKE_PREFIX_PATH={folder}/nowhere", status=1, environment=BARE)
    assert "EntenteConfig.cmake" in wrong, wrong
print(f"{len(ways) + 1} passed, 0 failed")
