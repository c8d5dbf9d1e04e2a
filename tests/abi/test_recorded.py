"""The headers keep what every recorded version of their major promised (scripts/record-abi), and the check that says so finds
what would break the promise and lets through what may grow.

usage: test_recorded.py SOURCE_DIR
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1]).resolve()
RECORD = source / "scripts" / "record-abi"
RECORDED = source / "tests" / "abi" / "recorded"
# (file, what stands there, what takes its place, what is said): each would break a plugin that is out in the world.
BREAKS = [
    ("plugin.h", "    void (*discard)(struct ent_builder *builder);\n", "", "has no member named"),
    ("plugin.h", "    void (*log)(", "    void (*inserted)(void);\n    void (*log)(", "struct ent_host: log has moved"),
    ("plugin.h", "    uint64_t tag;             /* comes back", "    uint32_t tag;             /* comes back", "struct ent_http_request: tag"),
    ("plugin.h", "ENT_REJECT = 3, ENT_CONFIG = 4", "ENT_REJECT = 4, ENT_CONFIG = 3", "ENT_REJECT has changed"),
    ("plugin.h", '"kv/1"', '"kv/2"', 'TEXT(ENT_KV_1, "kv/2")'),
    ("plugin.h", "    void (*put_num)(struct ent_builder *builder, uint32_t field, double value);",
     "    void (*put_num)(struct ent_builder *builder, uint32_t field, int64_t value);", "abidiff"),
    ("plugin.h", "    ENT_STATELESS = 1u << 0", "    ENT_NEW = 1u << 9,\n    ENT_STATELESS = 1u << 0", "CONSTANT(ENT_NEW, 512)"),
    ("record.h", "    ENT_ITEM_GUID = 3, ", "    ENT_ITEM_GUID = 33, ", "ENT_ITEM_GUID has changed"),
    ("harness.h", "ent_harness_set(struct ent_harness *harness, const char *key, const char *value)",
     "ent_harness_set(struct ent_harness *harness, const char *key, long value)", "abidiff"),
]


def record(*words, status=0):
    done = subprocess.run([RECORD, *words], capture_output=True, text=True, timeout=120)
    said = done.stdout + done.stderr
    if done.returncode == 77:
        print(said)
        sys.exit(77)
    if done.returncode != status:
        sys.exit(f"record-abi {' '.join(map(str, words))}\nexit {done.returncode}, not {status}\n{said}")
    if "SKIPPED" in said:
        print(said)
    return said


def headers(folder, *words):
    subprocess.run([sys.executable, "-B", source / "tests" / "abi" / "make_header.py", source / "include", folder, *words], check=True)
    return folder


def check_what_is_recorded():
    text = (source / "include" / "entente" / "version.h").read_text()
    major = int(re.search(r"#define ENT_ABI_MAJOR (\d+)", text).group(1))
    kept = sorted(RECORDED.glob(f"{major}.*"))
    for folder in kept:
        print(record("--check", folder), end="")
    if major == 0:
        print("the interface is 0.x: nothing is promised yet")
    else:
        assert (RECORDED / f"{major}.0").is_dir(), f"{major}.0 is not recorded: run scripts/record-abi, commit what it writes"
    return len(kept)


def check_the_check(folder):
    minor = int(re.search(r"#define ENT_ABI_MINOR (\d+)", (source / "include" / "entente" / "version.h").read_text()).group(1))
    plain, grown = headers(folder / "plain", "1", str(minor)), headers(folder / "grown", "1", str(minor + 1), "grown")
    record("--include", plain, "--into", folder / "recorded")
    assert "never changed" in record("--include", plain, "--into", folder / "recorded", status=1)
    promised = folder / "recorded" / f"1.{minor}"
    record("--include", plain, "--check", promised)
    record("--include", grown, "--check", promised)
    assert "cannot be promised" in record("--include", headers(folder / "next", "2", "0"), "--check", promised, status=1)
    for number, (name, old, new, said) in enumerate(BREAKS):
        broken = headers(folder / f"broken{number}", "1", str(minor))
        path = broken / "entente" / name
        text = path.read_text()
        assert old in text, f"the header no longer holds {old!r}: the test wants another example"
        path.write_text(text.replace(old, new, 1))
        heard = record("--include", broken, "--check", promised, status=1)
        if said == "abidiff" and "SKIPPED" in heard:
            continue
        assert said in heard, (old, new, heard)


with tempfile.TemporaryDirectory() as name:
    count = check_what_is_recorded()
    check_the_check(pathlib.Path(name))
print(f"{count + len(BREAKS) + 4} passed, 0 failed")
