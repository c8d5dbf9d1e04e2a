#!/usr/bin/env python3
"""@NAME@, a detector: it counts the events in which an actor stands, and tells of every so many of them."""
from entente_program import Program


class Detector(Program):
    name, version, summary = "@NAME@", "0.1", "Tells of every so many events of an actor"
    options = [dict(name="actor", type="string", required=True, help="Who is counted: a code as NOR."),
               dict(name="every", type="int", default="10", min="1", help="After so many events it tells.")]
    state = 0  # events so far; becomes durable together with the mark that they are done, so that none counts twice

    def detect(self, event):
        """What it gets is a revision of an event: the first makes it known, further ones change it."""
        actor = self.options["actor"]
        if event.get("revision", 1) > 1 or actor not in [one["id"] for one in event.get("actors", [])]:
            return
        self.state += 1
        if self.state % self.options["every"] == 0:
            # One id is one alert, ever: a finding that is made again alerts nobody.
            yield {"id": "%s %d" % (actor, self.state), "kind": "milestone", "score": float(self.state),
                   "text": "%s stands in %d event%s by now" % (actor, self.state, "s" if self.state > 1 else ""), "events": [event["id"]]}


if __name__ == "__main__":
    Detector().run()
