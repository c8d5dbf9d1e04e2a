#!/usr/bin/env python3
"""@NAME@, a transform: lets only those items go on whose title or body holds a word."""
from entente_program import Program


class Transform(Program):
    name, version, summary = "@NAME@", "0.1", "Lets items go on that hold a word"
    options = [dict(name="word", type="string", required=True, help="What a title or body must hold.")]

    def transform(self, item):
        """Yield the item itself to let it go on, others to make them of it, nothing to stop it here."""
        if any(self.options["word"] in item.get(field, "") for field in ("title", "body")):
            yield item


if __name__ == "__main__":
    Transform().run()
