"""A running service whose interview waits for its review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from models.anonymisation.second_look import second_looks
from models.values import AudioInfo, Provenance, Redaction, Transcript
from service.naming import InterviewName
from service.review.deciding import Reviewer
from service.review.judged import Judged, judged
from service.review.keeping import keep_transcript
from service.review.state import ReviewState, review_state
from service.vault.interviews import StoredInterview, find_interview
from service.vault.recordings import Filing, add_recording
from tests.service.api.conftest import Running, running_with
from tests.service.conftest import make_transcript

LINES = (
    ("S1", "How did it begin, Kari?"),
    ("S2", "Kari Hansen held my hand in Vestlia. Hope came too."),
    ("S1", "And Kari's brother Torbjorn?"),
    ("S2", "Torbjorn was there."),
)
SEARCHED = Provenance("entities", "spacy-en-md", "1", {"names_searched": "yes"})


def spoken(*lines: tuple[str, str]) -> Transcript:
    told = make_transcript(*(lines or LINES))
    return replace(told, provenance=(*told.provenance, SEARCHED))


def found_in(transcript: Transcript, *wanted: tuple[str, str]) -> tuple[Redaction, ...]:
    """A redaction wherever these words (said, label) are spoken."""
    redactions: list[Redaction] = []
    numbers: dict[tuple[str, str], str] = {}
    for utterance in transcript.utterances:
        texts = [word.text.strip(".,?!").removesuffix("'s") for word in utterance.words]
        for said, label in wanted:
            parts = said.split()
            for at in range(len(texts)):
                run = utterance.words[at : at + len(parts)]
                covered = {number for one in redactions for number in one.word_ids}
                if texts[at : at + len(parts)] != parts or covered & {word.id for word in run}:
                    continue
                numbers.setdefault((said, label), f"[{label}-{len(numbers) + 1}]")
                redactions.append(
                    Redaction(
                        len(redactions),
                        label,
                        numbers[said, label],
                        run[0].start_ms,
                        run[-1].end_ms,
                        tuple(word.id for word in run),
                        0.9,
                        "spacy",
                        detectors=("rampart", "spacy"),
                    )
                )
    return tuple(redactions)


FOUND = (("Kari Hansen", "NAME"), ("Kari", "NAME"), ("Hope", "NAME"))


@dataclass(frozen=True)
class Desk:
    """A steward's view of one interview."""

    running: Running
    reviewer: Reviewer
    interview_id: str

    @property
    def redactions(self) -> dict[str, Judged]:
        """By what they cover and when."""
        with self.running.state.vault.engine.connect() as connection:
            return {f"{one.form}@{one.start_ms}": one for one in judged(connection, self.interview_id)}

    def of(self, form: str) -> list[Judged]:
        return [one for one in self.redactions.values() if one.form == form]

    @property
    def state(self) -> ReviewState:
        with self.running.state.vault.engine.connect() as connection:
            return review_state(connection, self.interview_id)

    @property
    def interview(self) -> StoredInterview:
        with self.running.state.vault.engine.connect() as connection:
            found = find_interview(connection, self.interview_id)
        assert found is not None
        return found

    def words(self, text: str, transcript: Transcript | None = None) -> list[int]:
        """The ids of the first words that are said so."""
        parts = text.split()
        for utterance in (transcript or spoken()).utterances:
            said = [word.text.strip(".,?!") for word in utterance.words]
            for at in range(len(said)):
                if said[at : at + len(parts)] == parts:
                    return [word.id for word in utterance.words[at : at + len(parts)]]
        raise AssertionError(text)

    def keep(self, transcript: Transcript, *wanted: tuple[str, str]) -> None:
        """The interview is processed again, and this is found."""
        looked = second_looks(transcript.utterances, "en")
        with self.running.state.vault.engine.begin() as connection:
            keep_transcript(connection, self.interview_id, transcript, found_in(transcript, *wanted), looked)

    def add_interview(self, name: InterviewName, transcript: Transcript, *wanted: tuple[str, str]) -> Desk:
        """Another interview of the study."""
        number = f"{name.study_id}".encode().hex()
        with self.running.state.vault.engine.begin() as connection:
            add_recording(
                connection,
                recording_id=number.ljust(32, "0")[:32],
                sha256=number.ljust(64, "0"),
                size_bytes=1,
                info=AudioInfo("wav", "pcm_s16le", 16_000, 1, transcript.duration_ms),
                path=f"{name.study_id}.wav",
                filing=Filing().at([name]),
                title=name.study_id,
            )
            found = find_interview(connection, name.study_id)
            assert found is not None
        other = Desk(self.running, self.reviewer, found.id)
        other.keep(transcript, *wanted)
        return other

    def coders_read(self) -> str:
        """The words of the released interview."""
        answer = self.running.client.get("/api/coding/interviews/D03-T2/utterances")
        return " ".join(word["text"] for one in answer.json()["utterances"] for word in one["words"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_with(tmp_path, reviewed=False) as running:
        one = Desk(running, Reviewer(running.state.vault, running.state.coding), running.interview_id)
        one.keep(spoken(), *FOUND)
        yield one
