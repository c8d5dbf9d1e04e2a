#!/usr/bin/env python3
"""@NAME@, a source: makes an item of each line of a file that is new since the last fetch."""
from entente_program import Program, Retry


class Source(Program):
    name, version, summary = "@NAME@", "0.1", "Items from the lines of a file"
    options = [dict(name="path", type="path", read=True, required=True, help="File to read, a headline a line.")]
    state = 0 # bytes of the file that have become items

    def fetch(self):
        try:
            with open(self.options["path"], "rb") as file:
                file.seek(self.state)
                lines = file.read().splitlines(keepends=True)
        except OSError as problem:
            raise Retry(str(problem))
        for line in lines:
            if not line.endswith(b"\n"):
                break # it is still being written
            title = line.decode("utf-8", "replace").strip()
            if title:
                yield {"title": title}
            self.state += len(line) # kept only with the items, so that none is lost in between


if __name__ == "__main__":
    Source().run()
