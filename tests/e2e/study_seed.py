"""A small study with sound, transcripts, voices and guides, as the pipeline leaves it, made without running a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from models.audio.decode import decode
from models.codec import to_json
from models.guide_questions import AskedPlace
from models.values import AudioInfo, DecodedAudio, Provenance, Redaction, Transcript, Voiceprint
from service.guide.coverage import store_found, to_search
from service.naming import InterviewName
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.study.applied import Study
from service.study.files import GUIDES_FOLDER, template
from service.study.filing import merge_place
from service.study.protocol import Protocol
from service.vault import tables
from service.vault.recordings import Filing, RecordingState, add_recording, now, set_state, set_times
from service.vault.store import Vault, open_vault
from service.voices import prints
from service.voices.hearing import confirm
from tests.service.api.conftest import write_tone
from tests.service.conftest import make_transcript
from tests.service.made_sound import make_sound as make_redacted_sound

ASKER, THERAPIST, CLIENT, STRANGER = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.6, 0.6, 0.53)

LINES = (
    (
        "S1",
        "Thank you for coming back. To begin with, how did the two of you find your way into this therapy?",
    ),
    (
        "S2",
        "Slowly. In the first weeks she hardly said a word, and I did not want to fill the silence for her. I waited, "
        "and I told myself that waiting was work too.",
    ),
    ("S1", "Was there a moment when something changed between you?"),
    (
        "S2",
        "Yes, there was one. It was in the autumn, she came late, and she laughed about it, and I laughed with her. "
        "After that she could be angry with me. I think that was the turning point, if there was any.",
    ),
    ("S1", "Mm-hm."),
    ("S2", "I wrote it down that evening."),
    ("S1", "And what about you, what did you find hard to bear in that year?"),
    (
        "S2",
        "That I liked her so much. It made me careful, perhaps too careful. I asked Ingrid about it in supervision, "
        "more than once.",
    ),
    ("S1", "Let us stop here for today."),
)

GUIDE = """title = "The therapist, wave 2"

[[question]]
id = "beginning"
text = "How did the therapy begin?"
also = ["How did you find your way into the therapy?"]

[[question]]
id = "turning-points"
text = "Were there turning points in the therapy?"
also = ["Was there a moment when something changed between you?"]

[[question]]
id = "difficult"
text = "What was difficult for you as a therapist?"
also = ["What did you find hard to bear?"]

[[question]]
id = "supervision"
text = "What part did supervision play?"

[[question]]
id = "ending"
text = "How do you imagine the end of this therapy?"
also = ["When will the two of you stop?"]
"""
BROKEN_GUIDE = (
    'title = "The client, wave 1"\n\n[[question]]\nid = "why now"\ntext = "What brought you here?"\n'
)

PROTOCOL = (
    template("dyads")
    .replace('consent = ["transcribe",', 'consent = ["voiceprint", "transcribe",')
    .replace('id = "I1"', 'id = "I1"\nconsent = ["voiceprint"]')
    .replace('id = "I2"', 'id = "I2"\nconsent = ["voiceprint"]')
    .replace(
        '[[group]]\nid = "D07"\n',
        '[[group]]\nid = "D07"\n[[group.participant]]\nrole = "T"\nconsent = ["transcribe"]\n',
    )
)


def seed_study(data_dir: Path) -> None:
    """Fill a new data directory: D03-T1 and D03-C1 (also C2) are confirmed, D03-T2 waits, D05-T1 is filed wrongly."""
    settings = Settings(data_dir=data_dir)
    vault = open_vault(settings)
    try:
        (data_dir / "study.toml").write_text(PROTOCOL)
        (data_dir / GUIDES_FOLDER).mkdir()
        (data_dir / GUIDES_FOLDER / "therapist-2.toml").write_text(GUIDE)
        (data_dir / GUIDES_FOLDER / "client-1.toml").write_text(BROKEN_GUIDE)
        held = Study(vault, data_dir).current()
        assert held.findings == ()
        assert held.protocol is not None
        told = replace(
            make_transcript(*LINES, word_ms=330, gap_ms=900),
            provenance=(
                Provenance("transcribe", "whisper-small", "1"),
                Provenance("entities", "spacy-en-sm", "1", {"names_searched": "yes"}),
            ),
        )
        sound = make_sound(vault, told.duration_ms)
        places = ("D03-T1", "D03-T2", "D03-C1", "D05-T1", "D07-T1")
        ids = {
            name: add_interview(vault, name, number, told, sound, day)
            for number, (name, day) in enumerate(
                zip(places, (date(2023, 1, 10), date(2023, 3, 11), None, date(2023, 4, 2), None), strict=True)
            )
        }
        _hear(vault, ids, held.protocol)
        _ask(vault, settings, held.protocol, ids["D03-T2"], told)
    finally:
        vault.close()


def make_sound(vault: Vault, duration_ms: int) -> str:
    """The digest of what the decode stage leaves of a sound of that length."""
    with TemporaryDirectory() as folder:
        wav, out = Path(folder) / "sound.wav", Path(folder) / "out"
        out.mkdir()
        write_tone(wav, duration_ms / 1000)
        decoded: DecodedAudio = decode(wav, out, lambda _: None)
        put = vault.artefacts.put_file
        kept = replace(
            decoded,
            samples=put(out / decoded.samples),
            listening=put(out / decoded.listening),
            peaks=put(out / decoded.peaks),
        )
        return vault.artefacts.put(to_json(kept))


def add_interview(
    vault: Vault, name: str, number: int, told: Transcript, sound: str, held_on: date | None
) -> str:
    recording_id = f"{number + 1:032x}"
    group, code = name.split("-")
    filing = Filing(held_on=held_on, held_on_source="file name" if held_on else None)
    with vault.engine.begin() as connection:
        add_recording(
            connection,
            recording_id=recording_id,
            sha256=f"{number:064x}",
            size_bytes=1,
            info=AudioInfo("wav", "pcm_s16le", 16_000, 1, told.duration_ms),
            path=f"{name}.wav",
            filing=filing.at([InterviewName(group, code[0], int(code[1:]))]),
            title=name,
        )
        interview_id = str(
            connection.execute(
                sa.select(tables.recording.c.interview_id).where(tables.recording.c.id == recording_id)
            ).scalar_one()
        )
        row = {"part": 0, "fingerprint": "f" * 64, "digest": sound, "seconds": 0.1, "worker": "w"}
        connection.execute(
            sa.insert(tables.stage_result).values(
                recording_id=recording_id, stage="decode", finished_at=now(), **row
            )
        )
        named = next((word for line in told.utterances for word in line.words if word.text == "Ingrid"), None)
        found: tuple[Redaction, ...] = ()
        if named is not None:
            found = (Redaction(1, "NAME", "[NAME-1]", named.start_ms, named.end_ms, (named.id,), 0.9, "ner"),)
        keep_transcript(connection, interview_id, told, found, ())
        set_times(connection, recording_id, 0, told.duration_ms)
        set_state(connection, recording_id, RecordingState.DONE)
    make_redacted_sound(vault, interview_id)
    return interview_id


def _hear(vault: Vault, ids: dict[str, str], protocol: Protocol) -> None:
    """Seal voiceprints; wave 1 of the therapist and the client's interview are confirmed."""
    voices: dict[str, Sequence[tuple[float, ...]]] = {
        "D03-T1": (ASKER, THERAPIST),
        "D03-T2": (ASKER, THERAPIST),
        "D03-C1": (STRANGER, CLIENT),
        "D05-T1": (STRANGER, THERAPIST),
    }
    with vault.engine.begin() as connection:
        merge_place(connection, ids["D03-C1"], InterviewName("D03", "C", 2), protocol, "steward")
        for name, vectors in voices.items():
            made = [
                Voiceprint(f"S{place}", 60_000, vector, "m@1")
                for place, vector in enumerate(vectors, start=1)
            ]
            prints.store(connection, vault.sealer, ids[name], made)
        for name, label, person in (
            ("D03-T1", "S1", "I1"),
            ("D03-T1", "S2", "D03-T"),
            ("D03-C1", "S2", "D03-C"),
        ):
            confirm(connection, vault.sealer, ids[name], label, person, protocol, "steward")


def _ask(vault: Vault, settings: Settings, protocol: Protocol, interview_id: str, told: Transcript) -> None:
    """What a search found: three questions rightly, and one where it was not asked."""
    found = (
        ("beginning", 0, 0.83),
        ("turning-points", 2, 0.71),
        ("difficult", 6, 0.6),
        ("supervision", 4, 0.56),
    )
    with vault.engine.begin() as connection:
        wanted = to_search(connection, settings.data_dir, protocol, interview_id)
        places = []
        for key, line, score in found:
            said = told.utterances[line]
            places.append(AskedPlace(f"therapist-2/{key}", said.id, said.start_ms, said.end_ms, score))
        store_found(connection, interview_id, wanted, places, settings.text_model)
