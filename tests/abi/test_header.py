"""The installed headers compile by themselves, without a warning that an author may have turned on, in every standard from C11 and
C++11 on and with every compiler that is here; and they refuse what they cannot give.

usage: test_header.py SOURCE_DIR
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

INCLUDE = pathlib.Path(sys.argv[1]).resolve() / "include"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wundef", "-Wcast-qual", "-Wcast-align",
            "-Wmissing-declarations", "-Werror"]
C = ["-Wstrict-prototypes", "-Wmissing-prototypes", "-Wc++-compat"]
CXX = ["-Wold-style-cast", "-Wzero-as-null-pointer-constant", "-Wuseless-cast"]
LANGUAGES = {"c": (("gcc", "clang"), ("c11", "gnu11", "c17"), C), "c++": (("g++", "clang++"), ("c++11", "c++14", "c++17", "c++20"), CXX)}
PLUGIN = """#include <entente/HEADER.h>
#include <entente/plugin.h>
static const struct ent_host *host;
static struct ent_instance *instance;
int uses(struct ent_unit *unit);
int uses(struct ent_unit *unit)
{
    const struct ent_kv_1 *kv = ent_kv(host, instance);
    struct ent_str value = {DATA, 0};
    return ENT_HAS(kv, get) && ENT_HAS(host, cancelled) && kv->get(unit, ent_text("a"), &value);
}
"""


def compile_text(compiler, language, standard, text, *flags):
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name) / "all.c"
        path.write_text(text)
        return subprocess.run([compiler, "-x", language, f"-std={standard}", f"-I{INCLUDE}", "-fsyntax-only", *flags, path],
                              capture_output=True, text=True)


def knows(compiler, language, flag):
    return compile_text(compiler, language, LANGUAGES[language][1][0], "int here;\n", "-Werror", flag).returncode == 0


count = 0
for language, (compilers, standards, warnings) in LANGUAGES.items():
    data = "nullptr" if language == "c++" else "NULL"
    for compiler in filter(shutil.which, compilers):
        flags = [flag for flag in WARNINGS + warnings if knows(compiler, language, flag)]
        for standard in standards:
            for header in ("plugin", "record", "version", "harness"):
                done = compile_text(compiler, language, standard, PLUGIN.replace("HEADER", header).replace("DATA", data), *flags)
                assert done.returncode == 0 and not done.stderr, (compiler, standard, header, done.stderr)
                count += 1
for flags, said in ((["-DENT_MIN_MINOR=9999"], "install a newer Entente"),
                    (["-DENT_MIN_MINOR=ENT_ABI_MINOR", "-DENT_USE_MINOR=ENT_ABI_MINOR-1"], "leave ENT_USE_MINOR out")):
    if "ENT_ABI_MINOR-1" in flags[-1] and "#define ENT_ABI_MINOR 0\n" in (INCLUDE / "entente" / "version.h").read_text():
        continue
    done = compile_text("cc", "c", "c11", "#include <entente/plugin.h>\n", *flags)
    assert done.returncode != 0 and said in done.stderr, done.stderr
    count += 1
assert count > 10, count
print(f"{count} passed, 0 failed")
