"""A receiver of webhooks: a real HTTP server that checks signatures and follows with the example of docs/feed.md."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.service.coding.feed.follower import Held, documented, held_by


def is_ours(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether the signature holds, as the specification has it; nothing of Lytt's is used."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """What it got. ``answers`` are given one after the other, then 204; for a number of seconds it
    says nothing, and what it was sent then is lost."""

    port: int = 0
    secret: str = ""
    answers: list[int | float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    """Ends what it waits for."""
    database: sqlite3.Connection = field(
        default_factory=lambda: sqlite3.connect(":memory:", check_same_thread=False)
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/lytt?of=study"

    @property
    def held(self) -> Held:
        return held_by(self.database)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """The status to answer with."""
        self.paths.append(path)
        self.ids.append(headers["webhook-id"])
        if not is_ours(self.secret, headers, body):
            self.forged.append(headers["webhook-id"])
            return 401
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, float):
            self.ended.wait(answer)
            return 204
        message: dict[str, Any] = json.loads(body)
        self.types.append(message["type"])
        if message["data"] is not None and answer in (204, 599):
            # 599: it takes everything in, and its answer is not what it should be.
            self.follow(message["data"])
        return answer

    def follow(self, page: dict[str, Any]) -> None:
        self.numbers += [entry["number"] for entry in page["entries"]]
        example = documented()
        example["follow"](self.database, lambda *_: {**page, "last": 0})


def certificate_for(host: str, file: Path) -> Path:
    """A certificate that nobody vouches for, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    kept = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(kept + made.public_bytes(pem))
    return file


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of this machine; over TLS with a certificate."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(self.path, headers, body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever does not trust its certificate goes away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.ended.set()
            server.shutdown()
            thread.join()
            receiver.database.close()
