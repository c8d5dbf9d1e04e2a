"""An SMTP server for the tests: aiosmtpd over its own protocol, run by the system's Python. Prints its port once it listens, then
each mail that it accepted as a line of JSON.

usage: smtp_server.py PORT [--tls CERT KEY] [--user NAME PASSWORD] [--answers CODE,CODE,…] [--refuse ADDRESS]

--answers: what DATA is answered, one after the other, the last for ever: 250, any other code, or "drop" to accept the mail and
close the connection without an answer, or "hang".
"""
import argparse
import asyncio
import json
import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, options):
        self.answers = options.answers.split(",")
        self.refuse = options.refuse

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == self.refuse:
            return "550 5.1.1 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer in ("250", "drop"):
            print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                              "user": session.authenticated,
                              "message": envelope.original_content.decode("utf-8", "replace")}), flush=True)
        if answer == "drop":
            server.transport.abort()
            return "250 OK"
        if answer == "hang":
            await asyncio.sleep(60)
        return answer + " as the test wants it"


class Server(Controller):
    def __init__(self, options):
        self.options = options
        self.context = None
        if options.tls:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(*options.tls)
        super().__init__(Handler(options), hostname="127.0.0.1", port=options.port, ready_timeout=60)

    def factory(self):
        name, password = self.options.user or (None, None)

        def authenticate(server, session, envelope, mechanism, data):
            return AuthResult(success=(data.login, data.password) == (name.encode(), password.encode()), handled=False)

        return SMTP(self.handler, hostname="test", tls_context=self.context, require_starttls=bool(self.context),
                    auth_required=bool(name), authenticator=authenticate if name else None,
                    auth_require_tls=bool(self.context))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--user", nargs=2)
    parser.add_argument("--answers", default="250")
    parser.add_argument("--refuse", default="")
    server = Server(parser.parse_args())
    server.start()
    print(server.port, flush=True)
    signal.sigwait([signal.SIGTERM, signal.SIGINT])
    server.stop()
    sys.exit(0)


if __name__ == "__main__":
    main()
