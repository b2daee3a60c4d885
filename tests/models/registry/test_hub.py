"""Fetching from the model hub, through its own library, from a small hub on loopback."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from models.registry import Task, locate
from models.registry.fetch import FetchError, WrongContentError, fetch, verify
from models.registry.manifest import HubSource, Manifest, Model
from models.registry.record import Trust, read_record

pytest.importorskip("huggingface_hub")

REVISION = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b"{}",
    "model.bin": b"weights" * 1000,
    "tokenizer.json": b"[]",
    "README.md": b"# A card",
}


@dataclass
class Hub:
    """One repository. ``served`` are the bytes sent, ``listed`` those whose hashes the hub's listing gives."""

    address: str = ""
    served: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    listed: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    gated: bool = False
    asked: list[str] = field(default_factory=list)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            hub.asked.append(path)
            if hub.gated:
                self._answer(403, b"", {"X-Error-Code": "GatedRepo", "X-Error-Message": "gated"})
            elif path.startswith("/api/models/owner/name"):
                self._answer(
                    200, json.dumps(self._listing(path)).encode(), {"Content-Type": "application/json"}
                )
            elif path.startswith(f"/owner/name/resolve/{REVISION}/"):
                name = path.rpartition("/")[2]
                head = {"ETag": f'"{_sha256(hub.served[name])}"', "X-Repo-Commit": REVISION}
                self._answer(200, hub.served[name], head)
            else:
                self._answer(404, b"", {"X-Error-Code": "RepoNotFound"})

        def _listing(self, path: str) -> object:
            files = [
                {
                    "rfilename": name,
                    "size": len(data),
                    "blobId": "0" * 40,
                    **(
                        {"lfs": {"sha256": _sha256(data), "size": len(data), "pointerSize": 100}}
                        if name.endswith(".bin")
                        else {}
                    ),
                }
                for name, data in hub.listed.items()
            ]
            if "/tree/" in path:
                return [
                    {"type": "file", "path": file["rfilename"], "size": file["size"], "oid": file["blobId"]}
                    for file in files
                ]
            return {"id": "owner/name", "sha": REVISION, "siblings": files}

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    return Handler


@pytest.fixture
def hub() -> Iterator[Hub]:
    held = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(held))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    held.address = f"http://127.0.0.1:{server.server_port}"
    yield held
    server.shutdown()
    server.server_close()


def manifest(**known: str) -> Manifest:
    source = HubSource("owner/name", REVISION, 7000, ("*.json", "model.bin"), known)
    return Manifest(1, (), (Model("small", Task.RECOGNITION, False, "MIT", "a test", hub=source),))


def test_a_pinned_revision_is_fetched_and_held_to_its_hashes(hub, tmp_path):
    pinned = manifest(**{"model.bin": _sha256(FILES["model.bin"])})

    fetch(["small"], tmp_path, hub=hub.address, manifest=pinned)

    folder = locate("owner/name", tmp_path, Task.RECOGNITION, pinned)
    record = read_record(folder)
    assert record is not None
    assert record.source == f"owner/name@{REVISION}"
    assert {file.path: file.trust for file in record.files} == {
        "config.json": Trust.FIRST_FETCH,
        "model.bin": Trust.MANIFEST,
        "tokenizer.json": Trust.FIRST_FETCH,
    }
    assert {path.name for path in folder.iterdir()} == {
        "config.json",
        "model.bin",
        "tokenizer.json",
        ".verified.json",
    }
    assert verify(tmp_path) == {"small": ()}
    asked = len(hub.asked)
    fetch(["small"], tmp_path, hub=hub.address, manifest=pinned)
    assert len(hub.asked) == asked


def test_a_repository_can_be_fetched_by_its_id(hub, tmp_path):
    (fetched,) = fetch([f"owner/name@{REVISION}"], tmp_path, hub=hub.address, manifest=Manifest(1, (), ()))

    assert fetched.folder.name == "owner--name"
    assert locate("owner/name", tmp_path, Task.RECOGNITION).name == "owner--name"


@pytest.mark.parametrize("pin", ["manifest", "listing"])
def test_weights_with_a_wrong_hash_are_refused_and_nothing_is_left(hub, tmp_path, pin):
    other = b"another" * 1000
    hub.served["model.bin"] = other
    if pin == "manifest":
        hub.listed["model.bin"] = other
    known = {"model.bin": _sha256(FILES["model.bin"])} if pin == "manifest" else {}

    with pytest.raises(WrongContentError, match="wrong SHA-256"):
        fetch(["small"], tmp_path, hub=hub.address, manifest=manifest(**known))

    assert {path.name for path in tmp_path.iterdir()} == {".lock"}


def test_a_gated_repository_says_what_to_do(hub, tmp_path):
    hub.gated = True

    with pytest.raises(FetchError, match="conditions"):
        fetch(["small"], tmp_path, hub=hub.address, manifest=manifest())


def test_a_hub_that_does_not_answer_is_said_to(tmp_path):
    with pytest.raises(FetchError, match="could not be fetched"):
        fetch(["small"], tmp_path, hub="http://127.0.0.1:1", manifest=manifest())
