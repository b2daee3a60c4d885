"""Two dyads that two coders have coded, made through the stores' own functions: no model runs."""

from __future__ import annotations

import tempfile
import uuid
import wave
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from models.values import Provenance, Transcript
from service.coding import codebook, codings, memos
from service.coding.codebook import CodeWords
from service.coding.codings import Place
from service.coding.store import set_coded
from service.coding.values import About, Coder
from service.coding.writing import writing
from service.review.keeping import keep_transcript
from service.vault.recordings import RecordingState, get_recording, set_state
from tests.e2e.made_study import MadeStudy, opened, write_protocol
from tests.service.conftest import make_transcript
from tests.service.made_sound import make_sound

CODERS = ("ann", "ben")
CODES = {
    "Being held": ("", "#2f6f8f", "The other stays, whatever is said."),
    "Staying": ("Being held", "#5b8c5a", "Somebody does not leave, or comes back."),
    "Warmth": ("Being held", "#b0702a", "Something warm is named: a look, a hand, a voice."),
    "Fear of leaving": ("", "#94401c", "The end of the therapy is feared."),
    "Silence": ("", "#69488a", "What silence did."),
}
_SAID = {
    "T": (
        ("S1", "How did this therapy begin?"),
        ("S2", "She hardly said a word in the first hour, and I let the silence be there."),
        ("S1", "Was there a moment when something changed between you?"),
        ("S2", "Yes. She laughed, and then she cried, and after that we could talk about leaving."),
        ("S1", "And what was hardest?"),
        ("S2", "Not to help too early. To stay, and to let her be afraid of the end."),
    ),
    "C": (
        ("S1", "What do you remember of the first hour?"),
        ("S2", "I was quiet. It was a good silence, I think, because he did not go away."),
        ("S1", "What did he do?"),
        ("S2", "He stayed. He looked at me as if it was all right, and it was warm in there."),
        ("S1", "And the end?"),
        ("S2", "I was afraid of leaving for a long time. I still hear his voice."),
    ),
}
# Code, coder, words from and to, as their places among all words of the interview.
_CODED = (
    ("Silence", "ann", 8, 20),
    ("Silence", "ben", 10, 20),
    ("Staying", "ann", 44, 52),
    ("Warmth", "ben", 44, 50),
    ("Fear of leaving", "ann", 62, 70),
    ("Fear of leaving", "ben", 60, 70),
    (None, "ann", 30, 34),
)


@dataclass(frozen=True)
class CodedStudy:
    """Ids of the codes by name, and of the interviews by study id."""

    codes: dict[str, str]
    interviews: dict[str, str] = field(default_factory=dict)


def make_coded_study(data_dir: Path, *, times: int = 2, sounding: bool = True) -> CodedStudy:
    """Fill ``data_dir``: eight released interviews of two dyads, each conversation said ``times`` times over.

    Both coders are ready with wave 1, neither with wave 2. With ``sounding``, each has a sound: a quiet tone.
    """
    write_protocol(data_dir)
    with opened(data_dir) as made, tempfile.TemporaryDirectory() as folder:
        study = CodedStudy(_add_codes(made))
        for group in ("D01", "D02"):
            for role in ("T", "C"):
                for number in (1, 2):
                    name = f"{group}-{role}{number}"
                    transcript = _transcript(role, times)
                    source = Path(folder) / "sound.wav" if sounding else None
                    if source is not None:
                        _write_tone(source, transcript.duration_ms)
                    study.interviews[name] = _release(
                        made, name, date(2022 + number, 3, 8), transcript, source
                    )
                    _code(made, study, name, ready=number == 1)
        return study


def _transcript(role: str, times: int) -> Transcript:
    told = make_transcript(*_SAID[role] * times)
    searched = Provenance("entities", "spacy-en-sm", "1", {"names_searched": "yes"})
    return replace(told, provenance=(*told.provenance, searched))


def _write_tone(path: Path, duration_ms: int) -> None:
    rate = 16_000
    t = np.arange(duration_ms * rate // 1000) / rate
    tone = 3000 * np.sin(2 * np.pi * 220 * t) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * t))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(tone.astype("<i2").tobytes())


def _release(made: MadeStudy, name: str, day: date, transcript: Transcript, source: Path | None) -> str:
    recording_id = made.record(name, max(1, transcript.duration_ms // 60_000), day)
    with made.vault.engine.begin() as connection:
        stored = get_recording(connection, recording_id)
        assert stored is not None
        keep_transcript(connection, stored.interview_id, transcript, ())
        set_state(connection, recording_id, RecordingState.DONE)
    make_sound(made.vault, stored.interview_id, source)
    made.release(stored.interview_id)
    return stored.interview_id


def _add_codes(made: MadeStudy) -> dict[str, str]:
    ids = {name: str(uuid.uuid5(uuid.NAMESPACE_OID, name)) for name in CODES}
    with writing(made.coding.engine) as connection:
        for name, (parent, colour, definition) in CODES.items():
            words = CodeWords(name, definition, colour)
            codebook.add_code(connection, "lea", ids[name], words, ids[parent] if parent else None)
        codebook.put_theme(
            connection,
            "lea",
            str(uuid.uuid5(uuid.NAMESPACE_OID, "theme")),
            None,
            "Holding on",
            "",
            (ids["Staying"], ids["Fear of leaving"]),
        )
    return ids


def _code(made: MadeStudy, study: CodedStudy, name: str, *, ready: bool) -> None:
    interview_id = study.interviews[name]
    with writing(made.coding.engine) as connection:
        for number, (code, coder, first, last) in enumerate(_CODED):
            coding_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {number}"))
            codings.add_coding(
                connection,
                coder,
                interview_id,
                coding_id,
                Place(first, last),
                study.codes[code] if code else None,
            )
        memo_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"memo {name}"))
        memos.add_memo(
            connection, Coder("ann"), memo_id, About.INTERVIEW, interview_id, "To hear again together."
        )
        for coder in CODERS if ready else ():
            set_coded(connection, interview_id, coder, True)
