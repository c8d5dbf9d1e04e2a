"""The protocol of entente-exec(7) for plugins in Python: derive from Program, write the method of your kind, call run().

    class Headlines(Program):
        name, version, summary = "headlines", "1.0", "Items from a file of headlines"
        options = [dict(name="path", type="path", read=True, required=True, help="File with a headline a line.")]

        def fetch(self):
            for line in open(self.options["path"], encoding="utf-8"):
                yield {"title": line.strip()}

    Headlines().run()

The kinds are those whose methods there are: fetch (source), transform, classify, detect, deliver (sink). Yours to copy, keep
beside your plugin and change. Python 3.7, standard library only."""
import copy
import json
import subprocess
import sys
import traceback

METHODS = {"fetch": "source", "transform": "transform", "classify": "classifier", "detect": "detector", "deliver": "sink"}


class Result(Exception):
    """Raise one of those below to end the work at hand with something else than ok; what was yielded is dropped."""
    def __init__(self, text, **more):
        super().__init__(text)
        self.answer = dict(result=type(self).__name__.lower(), text=text, **more)


class Retry(Result):
    """It comes again later: Retry("the server is busy", retry_after=60), in seconds."""


class Reject(Result):
    """It goes to the dead letters and does not come again."""


class Config(Result):
    """Nothing can be done as it is configured; the text is shown to the operator, and the plugin waits for a change."""


class Program:
    name, version, licence, summary = "unnamed", "0.1", "Apache-2.0", "A program"
    options = []      # of the class: what it takes, a dict each; after start: the values by name
    window = 16       # so many records may come before the first is answered
    state = None      # anything that JSON can hold; what it is when work is done comes back at the next start
    instance = kind = None
    next_fetch = None # of a source: seconds until the next fetch, for once

    def begin(self):
        """Called once options and state are there. May raise Config."""

    def log(self, text, level="info"):
        """Into the daemon's log; level: error, warning, info or debug. print() would spoil the protocol."""
        self.say(type="log", level=level, text=text)

    def count(self, name, add=1):
        """A number for `entente status`."""
        self.say(type="metric", name=name, count=add)

    # ---- the protocol ----

    def say(self, **message):
        self.out.write(json.dumps(message, ensure_ascii=False) + "\n")
        self.out.flush()

    def outputs(self, work):
        """What the plugin's method makes of the work; of a sink its receipt."""
        if work["type"] == "fetch":
            return self.fetch()
        if work["type"] == "event":
            return self.detect(work["record"])
        if work["type"] == "delivery":
            return self.deliver(work["record"])
        if self.kind == "classifier":
            return self.classify(work["record"], work["reports"])
        return self.transform(work["record"])

    def do(self, work):
        answer = dict(result="ok")
        outputs = self.outputs(work)
        if isinstance(outputs, str):
            answer["text"] = outputs
            outputs = None
        for output in outputs or []:
            if output is work.get("record"):
                answer["pass"] = True
            else:
                self.say(type="output", id=work["id"], record=output)
        if self.state is not None:
            answer["state"] = self.state
        if self.next_fetch is not None:
            answer["next_fetch"], self.next_fetch = self.next_fetch, None
        return answer

    def answer(self, work):
        before = copy.deepcopy(self.state)
        try:
            answer = self.do(work)
        except Result as result: # what was yielded is dropped, and so is what became of the state
            answer, self.state = result.answer, before
        except Exception as problem: # a defect of the plugin: told whole; over the same record twice makes it a dead letter
            traceback.print_exc()
            answer = dict(result="fatal", text="%s: %s" % (type(problem).__name__, problem))
        self.say(type="result", id=work["id"], **answer)

    def hello(self):
        kinds = [kind for method, kind in METHODS.items() if hasattr(self, method)]
        self.say(type="hello", protocol=1, name=self.name, version=self.version, licence=self.licence, summary=self.summary,
                 kinds=kinds, window=self.window, options=self.options)

    def run(self, lines=None, out=None):
        """Speaks the protocol until the input ends."""
        lines = lines or open(0, encoding="utf-8")
        self.out = out or open(1, "w", encoding="utf-8", closefd=False)
        if not out:
            sys.stdout = sys.stderr # so that a print() left over does no harm
        self.hello()
        first = lines.readline()
        if not first:
            return
        start = json.loads(first)
        self.instance, self.kind, self.options = start["instance"], start["kind"], start["options"]
        self.state = start["state"] if start["state"] is not None else self.state
        try:
            self.begin()
        except Config as problem:
            print(problem, file=sys.stderr) # the last line there is the reason that the operator is shown
            sys.exit(78)                    # EX_CONFIG
        for line in lines:
            self.answer(json.loads(line))


def trial(path, kind, options, *works, state=None):
    """For tests: runs the plugin at `path` as Entente would, hands it `works` (as {"type": "item", "record": {…}}) and gives
    back, for each, the list of records that it hands over and its result, a dict."""
    start = dict(type="start", protocol=1, instance=kind + ".trial", kind=kind, options=options, state=state)
    lines = [start] + [dict(dict(reports=[]), **work, id=number) for number, work in enumerate(works, 1)]
    done = subprocess.run([sys.executable, str(path)], input="".join(json.dumps(line) + "\n" for line in lines),
                          stdout=subprocess.PIPE, encoding="utf-8", timeout=60, check=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said[0]["type"] == "hello" and kind in said[0]["kinds"], said[0]
    return [([message["record"] for message in said if message["type"] == "output" and message["id"] == number],
             next(message for message in said if message["type"] == "result" and message["id"] == number))
            for number in range(1, len(works) + 1)]
