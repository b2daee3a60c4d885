"""A stolen disk shows sizes and times: names are planted wherever somebody can put one, and looked for in every byte.

What Lytt wrote is the data directory and the folder for temporary files. A person's own files, which Lytt only reads,
are theirs: the watched folder and ``study.toml``.
"""

from __future__ import annotations

import base64
import gzip
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from models.values import Dropped, DropReason, Redaction, Voiceprint
from service.api.state import State
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.study.files import template
from service.vault import tables
from service.vault.recordings import RecordingState
from service.voices import prints
from tests.service.api.conftest import add_finished, client_of
from tests.service.conftest import make_transcript
from tests.service.pipeline.workshop import Workshop, beeps, open_workshop
from tests.service.reviewing import look_again

CANARIES = {
    "a folder": "Fuglevik",
    "the name of a file": "Sverdrupsen",
    "the name of a file that was refused": "Lillehammersen",
    "the name of an upload": "Trygvasson",
    "a spoken word": "Haraldsdottir",
    "a spoken word that was corrected": "Skogstadvang",
    "what it was corrected to": "Maurstadnes",
    "a word that was left out": "Brattlandsheim",
    "a placeholder": "Kvernesflaten",
    "on the study's own list": "Torgersrudvik",
    "who is spoken of": "Blakstadheim",
    "a stand-in that a person wrote": "Fjellangersen",
    "the name of a speaker": "Oddbjornsen",
    "a note on a marker": "Uvdalshaugen",
    "a title": "Ytterholmvik",
    "the protocol": "Eidangersund",
    "what a stage found": "beep24",
    "a voice": "0.1234567891",
}
WORDS = (
    ("S1", "How did it begin Haraldsdottir"),
    ("S2", "In Skogstadvang it was"),
)


def forms(name: str) -> Iterator[bytes]:
    """The name as it might be written down."""
    for spelled in (name, name.lower(), name.upper()):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            plain = spelled.encode(encoding)
            yield plain
            yield plain.hex().encode()
        for shift in range(3):
            # In base64 the letters depend on where the name begins; those of its ends on what is around.
            coded = base64.b64encode(b"\0" * shift + spelled.encode())
            certain = coded[(0, 2, 3)[shift] + 2 : -4]
            # Fewer letters are in any ciphertext by chance.
            if len(certain) >= 7:
                yield certain


def unpacked(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is compressed in them."""
    yield data
    for unpack in (gzip.decompress, zlib.decompress):
        for start in (0, data.find(b"\x1f\x8b\x08"), data.find(b"\x78\x9c")):
            if start >= 0:
                try:
                    yield unpack(data[start:])
                except (OSError, EOFError, zlib.error):
                    continue


def shown(folders: tuple[Path, ...], own: tuple[Path, ...]) -> dict[str, list[str]]:
    """Which canaries are in which files, their contents or their names."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if any(path.is_relative_to(one) for one in own):
                continue
            data = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
            for piece in unpacked(data):
                for where, name in CANARIES.items():
                    if any(form in piece for form in forms(name)):
                        found.setdefault(where, []).append(path.name)
    return found


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    made = open_workshop(tmp_path)
    yield made
    made.close()


def drop_and_scan(state: State) -> None:
    folder = state.settings.watched_folder / f"{CANARIES['a folder']} 2"
    folder.mkdir(parents=True)
    (folder / f"{CANARIES['the name of a file']}.wav").write_bytes(beeps(45))
    (folder / f"{CANARIES['the name of a file that was refused']}.txt").write_text("no sound")
    until = time.monotonic() + 30
    while state.intake.scan().look_again_s is not None:
        assert time.monotonic() < until
        time.sleep(0.2)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    name = CANARIES["a spoken word"]
    for number, data in enumerate(
        (
            name.encode(),
            name.upper().encode("utf-16-le"),
            base64.b64encode(b"x" + name.encode() + b"yz"),
            base64.b64encode(b"xy" + name.encode()),
            b"head" + gzip.compress(name.encode()),
            name.encode().hex().encode(),
        )
    ):
        (tmp_path / "file").write_bytes(data)
        assert shown((tmp_path,), ()) == {"a spoken word": ["file"]}, number


def test_no_byte_that_was_written_tells_a_name(
    workshop: Workshop, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=workshop.settings.data_dir, settle_seconds=0.05)
    own = (settings.watched_folder, settings.data_dir / "study.toml")
    own[1].write_text(template("dyads") + f"\n# {CANARIES['the protocol']}\n")
    with client_of(settings) as client:
        state: State = client.app.state.lytt  # type: ignore[attr-defined]
        assert client.get("/api/study").status_code == 200
        drop_and_scan(state)
        sent = client.post(
            "/api/recordings",
            files={"file": (f"{CANARIES['the name of an upload']}.wav", beeps(20, 550), "audio/wav")},
        )
        assert sent.status_code < 300, sent.text
        with workshop.vault.engine.connect() as connection:
            recording_id = connection.execute(
                sa.select(tables.recording.c.id).order_by(tables.recording.c.received_at).limit(1)
            ).scalar_one()
        workshop.start_worker()
        workshop.wait_for(recording_id, RecordingState.DONE, 120)
        (tmp_path / "finished").mkdir()
        interview_id = add_finished(state, tmp_path / "finished", make_transcript(*WORDS))
        keep_what_was_said(state, interview_id)
        correct(client, interview_id)
        review(client, state, interview_id)
        name(client)
        for path in (
            f"/api/search?q={CANARIES['a spoken word']}",
            f"/api/interviews/{interview_id}/transcript?anonymised=false",
            f"/api/interviews/{interview_id}/clip?from_ms=0&to_ms=500",
            f"/api/interviews/{interview_id}/audio",
            f"/api/interviews/{interview_id}/review",
            "/api/recordings",
            "/metrics",
        ):
            assert client.get(path).status_code == 200, path
        assert client.get(f"/api/interviews/{CANARIES['the name of a file']}").status_code == 404
        folders = (settings.data_dir, tmp_path / "temporary")
        assert (settings.data_dir / "vault.sqlite-wal").exists(), (
            "what is not yet in the database is looked at too"
        )
        assert shown(folders, own) == {}
    workshop.close()
    assert shown(folders, own) == {}
    logged = "".join(capfd.readouterr()) + workshop.log
    assert "file_refused" in logged
    assert [where for where, name in CANARIES.items() if name.lower() in logged.lower()] == []
    remembered_by_their_owner(settings)


def keep_what_was_said(state: State, interview_id: str) -> None:
    transcript = replace(
        make_transcript(*WORDS),
        dropped=(Dropped(0, 10, CANARIES["a word that was left out"], DropReason.LOOP, 0.1),),
    )
    hidden = Redaction(1, "NAME", CANARIES["a placeholder"], 0, 100, (1,), 0.9, "d")
    meant = (CANARIES["who is spoken of"].lower(),)
    spoken = Redaction(2, "NAME", "[NAME-1]", 100, 200, (2,), 0.9, "d", meant)
    voice = Voiceprint("S1", 60_000, (0.1234567891, 0.0), "m@1")
    with state.vault.engine.begin() as connection:
        keep_transcript(connection, interview_id, transcript, (hidden, spoken))
        prints.store(connection, state.vault.sealer, interview_id, [voice])
        connection.execute(
            sa.update(tables.interview)
            .where(tables.interview.c.id == interview_id)
            .values(title=CANARIES["a title"])
        )


def correct(client: TestClient, interview_id: str) -> None:
    base = f"/api/interviews/{interview_id}"
    revision = client.get(base).json()["revision"]
    words = client.get(f"{base}/utterances").json()["utterances"][1]["words"]
    said = next(word for word in words if word["text"] == CANARIES["a spoken word that was corrected"])
    changed = client.post(
        f"{base}/corrections/words",
        json={
            "revision": revision,
            "utterance": 1,
            "word_ids": [said["id"]],
            "text": CANARIES["what it was corrected to"],
        },
    )
    assert changed.status_code == 200, changed.text
    named = client.patch(
        f"{base}/speakers/S1",
        json={"revision": revision + 1, "name": CANARIES["the name of a speaker"]},
    )
    assert named.status_code < 300, named.text
    marker = {"kind": "breath", "start_ms": 0, "end_ms": 500, "note": CANARIES["a note on a marker"]}
    assert client.post(f"{base}/judgements", json=marker).status_code == 201


def review(client: TestClient, state: State, interview_id: str) -> None:
    """Names go into what is to be looked at, what was said behind a redaction, and what can be undone."""
    base = f"/api/interviews/{interview_id}/review"
    with state.vault.engine.begin() as connection:
        look_again(connection, interview_id)
    name = CANARIES["a spoken word"]
    looks = client.get(base).json()["second_look"]
    look = next(one for one in looks if one["text"] == name)
    assert (
        client.post(f"{base}/cleared", json={"forms": [look["form"]], "whole_study": True}).status_code == 200
    )
    word = look["places"][0]["word_id"]
    added = client.post(f"{base}/additions", json={"word_ids": [word], "label": "NAME"})
    assert added.status_code == 200
    assert name in added.text
    assert client.post(f"{base}/undo").status_code == 200


def name(client: TestClient) -> None:
    """A person puts somebody on the list and writes a stand-in, which is kept with what was before it."""
    listed = client.post(
        "/api/identities/list", json={"entries": [{"value": CANARIES["on the study's own list"]}]}
    )
    assert listed.json() == {"entries": 1}, listed.text
    meant = CANARIES["who is spoken of"].lower()
    seen = client.get("/api/identities").json()["identities"]
    number = next(one["id"] for one in seen if one["forms"][0]["form"] == meant)
    written = client.patch(
        f"/api/identities/{number}", json={"stand_in": CANARIES["a stand-in that a person wrote"]}
    )
    assert written.status_code == 200, written.text


def remembered_by_their_owner(settings: Settings) -> None:
    """With the key all of it is there: the search above did not just look where nothing was kept."""
    with client_of(settings) as client:
        listed = client.get("/api/recordings").text
        for where in ("a folder", "the name of a file", "the name of a file that was refused", "a title"):
            assert CANARIES[where] in listed, where
        identities = client.get("/api/identities").text.lower()
        for where in ("on the study's own list", "who is spoken of", "a stand-in that a person wrote"):
            assert CANARIES[where].lower() in identities, where
        assert client.get(f"/api/search?q={CANARIES['what it was corrected to']}").json()["total"] == 1
