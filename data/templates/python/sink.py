#!/usr/bin/env python3
"""@NAME@, a sink: appends a line to a file for each alert, with the delivery's id before it."""
from entente_program import Program, Retry


class Sink(Program):
    name, version, summary = "@NAME@", "0.1", "Appends alerts to a file"
    options = [dict(name="path", type="path", write=True, required=True, help="File to append to.")]

    def lines(self, delivery):
        """A line an alert. The id is the same when a delivery comes again, so that a reader can tell."""
        return ["%s %s" % (delivery["delivery"], alert["headline"]) for alert in delivery.get("alerts", [delivery])]

    def deliver(self, delivery):
        """What it returns is kept as the receipt."""
        try:
            with open(self.options["path"], "a", encoding="utf-8") as file:
                file.write("\n".join(self.lines(delivery)) + "\n")
        except OSError as problem:
            raise Retry(str(problem))
        return "in " + self.options["path"]


if __name__ == "__main__":
    Sink().run()
