"""A study whose interview D03-T2 has a guide, and places found in it without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.guide_questions import AskedPlace
from models.values import Utterance
from service.guide.coverage import Coverage, PlaceState, coverage_of, judge, store_found, to_search
from service.study.files import GUIDES_FOLDER, template
from service.study.protocol import Protocol
from tests.service.api.conftest import Running, running

__all__ = ["running"]

GUIDE = """title = "The therapist, wave 2"

[[question]]
id = "beginning"
text = "How did the therapy begin?"
also = ["What was the first session like?"]

[[question]]
id = "help"
text = "Did it help?"

[[question]]
id = "ending"
text = "How will it end?"
"""
OTHER_GUIDE = """title = "The therapist, wave 3"

[[question]]
id = "looking-back"
text = "What do you think of it now?"
"""


@dataclass(frozen=True)
class Asking:
    """The guide of the one interview, in a real vault."""

    running: Running

    @property
    def guides(self) -> Path:
        return self.running.state.settings.data_dir / GUIDES_FOLDER

    @property
    def protocol(self) -> Protocol:
        held = self.running.state.study.current()
        assert held.findings == ()
        assert held.protocol is not None
        return held.protocol

    def write(self, text: str, name: str = "therapist-2.toml") -> None:
        self.guides.mkdir(exist_ok=True)
        (self.guides / name).write_text(text)

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        return self.running.transcript.utterances

    def at(self, key: str, utterance: int, score: float = 0.8) -> AskedPlace:
        """A place that fills an utterance."""
        said = self.utterances[utterance]
        return AskedPlace(f"therapist-2/{key}", utterance, said.start_ms, said.end_ms, score)

    def find(self, *places: AskedPlace) -> None:
        """Search, with these found."""
        vault, settings = self.running.state.vault, self.running.state.settings
        with vault.engine.begin() as connection:
            wanted = to_search(connection, settings.data_dir, self.protocol, self.running.interview_id)
            store_found(connection, self.running.interview_id, wanted, places, "a model")

    def judge(self, number: int, state: PlaceState) -> None:
        with self.running.state.vault.engine.begin() as connection:
            judge(connection, self.running.interview_id, number, state, "steward")

    def coverage(self) -> Coverage:
        with self.running.state.vault.engine.connect() as connection:
            settings = self.running.state.settings
            return coverage_of(connection, settings.data_dir, self.protocol, self.running.interview_id)

    def states(self) -> dict[str, list[tuple[int, str]]]:
        """For each question, the utterances of its places and what is said of them."""
        return {
            one.asked_for.question.id: [(place.utterance, str(place.state)) for place in one.places]
            for one in self.coverage().questions
        }

    def asked(self) -> Sequence[str]:
        return [one.asked_for.question.id for one in self.coverage().questions if one.asked]


@pytest.fixture
def asking(running: Running) -> Asking:
    running.state.study.file.write_text(template("dyads"))
    made = Asking(running)
    made.write(GUIDE)
    return made
