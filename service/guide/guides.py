"""Guides as files: the questions of an interview, in ``guides/*.toml`` of the data directory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.guide_questions import GuideQuestion
from service.naming import InterviewName
from service.study.files import GUIDES_FOLDER
from service.study.protocol import Protocol
from service.study.toml_reading import FileInvalid, Finding, Wrong, read_toml

_Wording = Annotated[str, Field(min_length=1, max_length=500)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Table):
    """One question: its id stays the same when the wording changes."""

    id: Annotated[str, Field(pattern=r"^[\w-]{1,48}$")] = Field(description="Id of the question.")
    text: _Wording = Field(description="The question as the guide has it.")
    also: tuple[_Wording, ...] = Field(default=(), description="Other ways to ask it, which help to find it.")


class Guide(_Table):
    """The questions of an interview, in their order."""

    title: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="Title of the guide.")
    question: tuple[Question, ...] = Field(min_length=1, max_length=200, description="The questions.")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A question that an interview was to ask. ``key`` tells it from those of other guides."""

    key: str
    guide: str
    question: Question

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.question.text, *self.question.also)

    @property
    def for_models(self) -> GuideQuestion:
        return GuideQuestion(self.key, self.wordings)


@dataclass(frozen=True, slots=True)
class GuideProblem:
    """A guide that can't be used, and why."""

    guide: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """What an interview was to ask by which ``guides``, and which of them could not be read.

    ``digest`` changes with every wording.
    """

    guides: tuple[str, ...]
    asked_for: tuple[AskedFor, ...]
    problems: tuple[GuideProblem, ...]

    @property
    def digest(self) -> str:
        told = "\0".join(part for one in self.asked_for for part in (one.key, *one.wordings))
        return hashlib.sha256(told.encode()).hexdigest()


def read_guide(text: str) -> Guide:
    """The guide in ``text``. Raises :class:`service.study.toml_reading.FileInvalid` with all that is wrong."""
    meant = {"id": "An id has letters, digits, - and _, such as turning-points."}
    return read_toml(Guide, text, _check, meant)


def _check(guide: Guide) -> Iterator[Wrong]:
    seen: set[str] = set()
    for place, question in enumerate(guide.question):
        if question.id in seen:
            yield ("question", place, "id"), f"`{question.id}` is used twice."
        seen.add(question.id)


def questions_of(data_dir: Path, protocol: Protocol | None, places: Sequence[InterviewName]) -> Questions:
    """What an interview that covers ``places`` was to ask, in the order of waves and guides."""
    asked_for: list[AskedFor] = []
    problems: list[GuideProblem] = []
    guides = tuple(guides_of(protocol, places))
    for guide in guides:
        try:
            text = (data_dir / GUIDES_FOLDER / guide).read_text(encoding="utf-8")
            read = _known_guide(text)
        except FileInvalid as invalid:
            problems.append(GuideProblem(guide, invalid.findings))
        except FileNotFoundError:
            problems.append(GuideProblem(guide, (Finding(None, "", "There is no such file yet."),)))
        except (OSError, UnicodeDecodeError):
            problems.append(GuideProblem(guide, (Finding(None, "", "The file can't be read as text."),)))
        else:
            stem = guide.removesuffix(".toml")
            asked_for += [AskedFor(f"{stem}/{one.id}", guide, one) for one in read.question]
    return Questions(guides, tuple(asked_for), tuple(problems))


def guides_of(protocol: Protocol | None, places: Sequence[InterviewName]) -> list[str]:
    """The guides of the expected interviews, each once."""
    expected = [protocol.places[place].expected for place in places if protocol and place in protocol.places]
    return list(dict.fromkeys(one.guide for one in expected if one.guide is not None))


def keys_of_guides(data_dir: Path, protocol: Protocol) -> dict[str, frozenset[str]]:
    """The keys of the questions of each guide that the protocol names, by its file; of those that can be read."""
    found = {}
    for role in protocol.role:
        for expected in role.interview:
            if expected.guide is not None and expected.guide not in found:
                found[expected.guide] = _keys(data_dir / GUIDES_FOLDER / expected.guide)
    return found


def _keys(file: Path) -> frozenset[str]:
    try:
        text = file.read_text(encoding="utf-8")
        return frozenset(f"{file.stem}/{one.id}" for one in _known_guide(text).question)
    except (FileInvalid, OSError, UnicodeDecodeError):
        return frozenset()


@lru_cache(maxsize=64)
def _known_guide(text: str) -> Guide:
    return read_guide(text)
