#!/usr/bin/env python3
"""@NAME@, a classifier: where a phrase stands in the body, it reports an agreement between the actors that are configured,
with the phrase as evidence."""
from entente_program import Program


class Classifier(Program):
    name, version, summary = "@NAME@", "0.1", "Reports an agreement where a phrase stands"
    options = [dict(name="word", type="string", required=True, help="Phrase that tells of the agreement."),
               dict(name="actors", type="list", required=True, help="Who agrees: codes as NOR, ORG:NATO.")]

    def classify(self, item, reports):
        """`reports` are those that classifiers before this one made of the item."""
        body = item.get("body", "")
        at = body.find(self.options["word"])
        if at < 0:
            return
        start = len(body[:at].encode()) # offsets count bytes; whoever reads the event can look the quote up
        yield {"type": "agreement", "subtype": "framework", "status": "announced", "modality": "confirmed",
               "scope": "current", "confidence": 0.6,
               "actors": [{"id": actor, "role": "participant"} for actor in self.options["actors"]],
               "evidence": [{"field": "type", "quote": self.options["word"], "start": start,
                             "end": start + len(self.options["word"].encode())}]}


if __name__ == "__main__":
    Classifier().run()
