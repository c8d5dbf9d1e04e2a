"""Writes a C file with the bytes of files, plain and compressed, for plugins/web/files.h.

usage: embed_files.py OUTPUT FOLDER FILE...     files of the folder by their path in it, the others by their name
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".json": "application/json", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
         ".webmanifest": "application/manifest+json", ".png": "image/png"}


def array(name, data):
    return "static const unsigned char %s[] = {%s};\n" % (name, ",".join(map(str, data)) or "0")


def main(output, folder, *single):
    folder = pathlib.Path(folder)
    files = [(path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file()]
    files += [(pathlib.Path(path).name, pathlib.Path(path)) for path in single]
    text, rows = ['/* Made by cmake/embed_files.py. */\n#include "plugins/web/files.h"\n\n'], []
    for number, (name, path) in enumerate(files):
        plain = path.read_bytes()
        packed = gzip.compress(plain, 9, mtime=0)
        text += [array("plain%d" % number, plain), array("packed%d" % number, packed)]
        rows.append('    {"%s", "%s", "\\"%s\\"", plain%d, %d, packed%d, %d},\n'
                    % (name, TYPES.get(path.suffix, "application/octet-stream"), hashlib.sha256(plain).hexdigest()[:16], number,
                       len(plain), number, len(packed)))
    text.append("\nconst struct file files[] = {\n%s    {0, 0, 0, 0, 0, 0, 0},\n};\n" % "".join(rows))
    pathlib.Path(output).write_text("".join(text))


if __name__ == "__main__":
    main(*sys.argv[1:])
