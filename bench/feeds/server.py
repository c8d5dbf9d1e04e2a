"""A loopback stand-in for the world's feeds: many hosts (all of 127/8 on one port), each feed with a behaviour of its own
by its number. Live feeds get a new item now and then; its guid bears the time at which it appeared."""
import asyncio
import random
import time

SHAPES = [("quiet", 0.70), ("live", 0.20), ("slow", 0.04), ("broken", 0.03), ("failing", 0.02), ("hanging", 0.01)]
ITEMS = 15  # in a document
BODY = ("The two ministries said that the talks would go on next week and that nothing had been decided. "
        "A spokesman declined to give figures. ") * 3


def shape_of(number, count):
    """Evenly over the numbers, so that each host has some of each."""
    at = (number * 0.6180339887) % 1.0
    for name, share in SHAPES:
        if at < share:
            return name
        at -= share
    return "quiet"


class Feeds:
    def __init__(self, count, change_every):
        self.count = count
        self.change_every = change_every
        self.documents = {}
        self.changes = {}  # guid -> time
        self.requests = 0
        self.answers = {}
        self.asked = set()
        self.rng = random.Random(7)
        now = time.time()
        self.next_change = {n: now + self.rng.uniform(0, change_every) for n in range(count)
                            if shape_of(n, count) in ("live", "slow")}
        self.items = {}

    def entries(self, number):
        if number not in self.items:
            self.items[number] = ["%d-old%d" % (number, i) for i in range(ITEMS)]
        now = time.time()
        while number in self.next_change and self.next_change[number] <= now:
            guid = "%d-new%.3f" % (number, self.next_change[number])
            self.changes[guid] = self.next_change[number]
            self.items[number] = [guid] + self.items[number][:ITEMS - 1]
            self.next_change[number] += self.rng.uniform(0.5, 1.5) * self.change_every
        return self.items[number]

    def document(self, number):
        entries = self.entries(number)
        etag = '"%s"' % entries[0]
        parts = ['<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed %d</title>'
                 "<link>https://feed%d.example/</link>" % (number, number)]
        for guid in entries:
            parts.append('<item><guid isPermaLink="false">%s</guid><title>Notice %s</title>'
                         "<link>https://feed%d.example/%s</link><description>%s</description></item>"
                         % (guid, guid, number, guid, BODY))
        parts.append("</channel></rss>")
        return etag, "".join(parts).encode()


async def serve(feeds, reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            number = int(lines[0].split(" ")[1].rsplit("/", 1)[1])
            known = next((line[15:].strip() for line in lines if line.lower().startswith("if-none-match:")), "")
            feeds.requests += 1
            feeds.asked.add(number)
            shape = shape_of(number, feeds.count)
            if shape == "hanging":
                await asyncio.sleep(600)
            if shape == "slow":
                await asyncio.sleep(random.uniform(1, 5))
            status, extra, body = "200 OK", "", b""
            if shape == "failing":
                status, body = "503 Service Unavailable", b"later"
            elif shape == "broken":
                body = b"<!DOCTYPE html><html><body>Not a feed</body></html>"
            else:
                etag, body = feeds.document(number)
                extra = "ETag: %s\r\n" % etag
                if etag == known:
                    status, body = "304 Not Modified", b""
            feeds.answers[status[:3]] = feeds.answers.get(status[:3], 0) + 1
            length = "" if status.startswith("304") else "Content-Length: %d\r\n" % len(body)
            writer.write(("HTTP/1.1 %s\r\nContent-Type: application/rss+xml\r\n%s%s\r\n"
                          % (status, extra, length)).encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ValueError, IndexError):
        pass
    finally:
        writer.close()


async def start(feeds):
    server = await asyncio.start_server(lambda reader, writer: serve(feeds, reader, writer), "0.0.0.0", 0,
                                        backlog=1024)
    return server, server.sockets[0].getsockname()[1]
