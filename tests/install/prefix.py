"""What the tests of the installation share: an installed and moved prefix, and programs run there as by nobody in particular."""
import os
import pathlib
import subprocess
import sys

# What a program started by nobody in particular has; the sanitizers' settings are the test's own.
BARE = {"PATH": "/usr/bin:/bin", **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}


def run(*command, environment=BARE, status=0, timeout=90, **keywords):
    """What it printed; the test ends where its exit status is another one."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout, env=environment,
                          **keywords)
    if done.returncode != status:
        sys.exit(f"{' '.join(map(str, command))}\nexit {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
    return done.stdout if status == 0 else done.stdout + done.stderr


def install(cmake, binary, folder):
    """A prefix that stands elsewhere than it was installed to."""
    folder = pathlib.Path(folder)
    run(cmake, "--install", binary, "--prefix", folder / "first", environment=os.environ)
    (folder / "first").rename(folder / "moved")
    return folder / "moved"


def with_packages(prefix):
    """The environment in which pkg-config finds what is installed there."""
    return {**BARE, "PKG_CONFIG_PATH": str(next(prefix.rglob("entente.pc")).parent)}
