"""What is taken out of the coding store, as values, and the files it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from models.audio.portable import SoundForm
from models.values import Span, Transcript, Word
from service.coding.values import Code, Codebook, CodeState, Coding, Memo
from service.transcript.export import speaker_names
from service.transcript.notation import DEFAULT, Notation
from service.transcript.reading import StoredMarker


@dataclass(frozen=True, slots=True)
class Options:
    """What a person wants in an export. ``sound`` is None for none."""

    codings: bool = True
    markers: bool = True
    memos: bool = True
    sound: SoundForm | None = None
    verbatim: bool = True
    notation: Notation = DEFAULT


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of an interview beside its words. ``covers`` are the study ids of all places that it covers."""

    id: str
    name: str
    group: str
    role: str
    wave: int
    covers: tuple[str, ...]
    duration_ms: int
    language: str
    revision: int
    released_at: datetime
    has_sound: bool

    @property
    def participant(self) -> str:
        """The study id of whom it is with, such as ``D03-T``."""
        return f"{self.group}-{self.role}"


@dataclass(frozen=True)
class Interview:
    """A released interview with what one may see of its coding.

    ``markers`` and ``codings`` are empty where they are not wanted; ``transcript.markers`` are all of its markers.
    """

    head: Head
    transcript: Transcript
    markers: tuple[StoredMarker, ...]
    codings: tuple[Coding, ...]
    memos: tuple[Memo, ...]

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for one in self.transcript.utterances for word in one.words)

    @cached_property
    def speakers(self) -> dict[str, str]:
        """How each speaker is called, by label."""
        return speaker_names(self.transcript.speakers)

    @cached_property
    def roles(self) -> dict[str, str]:
        """The role of each speaker, by label."""
        return {one.label: str(one.role) for one in self.transcript.speakers}

    def words_of(self, coding: Coding) -> tuple[Word, ...]:
        """The words that a coding stands for: those it was made of, or, once they changed, those spoken at its time."""
        first, last = (self._place.get(one) for one in (coding.anchor.first_word, coding.anchor.last_word))
        if first is not None and last is not None and not coding.words_changed:
            return self.words[first : last + 1]
        start, end = coding.anchor.start_ms, coding.anchor.end_ms
        return tuple(word for word in self.words if start <= (word.start_ms + word.end_ms) // 2 <= end)

    def memos_on(self, subject: str) -> tuple[Memo, ...]:
        """The memos about a coding, or about the interview itself."""
        return tuple(one for one in self.memos if one.subject == subject)

    @cached_property
    def _place(self) -> dict[int, int]:
        return {word.id: place for place, word in enumerate(self.words)}


@dataclass(frozen=True)
class Study:
    """What is taken out. ``interviews`` are read when they come up, each time anew; ``memos`` are those on codes,
    themes, participants, groups and the study."""

    codebook: Codebook
    heads: tuple[Head, ...]
    interviews: Iterable[Interview]
    memos: tuple[Memo, ...]
    role_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def codes(self) -> dict[str, Code]:
        """All codes by id, those that went too."""
        return {one.id: one for one in self.codebook.codes}

    @cached_property
    def used_codes(self) -> tuple[Code, ...]:
        """The codes that are in the codebook, by name."""
        used = [one for one in self.codebook.codes if one.state is CodeState.USED]
        return tuple(sorted(used, key=lambda one: (one.name.casefold(), one.id)))

    def code_name(self, code_id: str | None) -> str:
        """What a code is called; nothing for a segment without one."""
        code = self.codes.get(code_id or "")
        return code.name if code is not None else ""

    def code_path(self, code_id: str | None) -> str:
        """The names from the top of the tree down to a code, with ``/`` between them."""
        names: list[str] = []
        seen: set[str] = set()
        code = self.codes.get(code_id or "")
        while code is not None and code.id not in seen:
            seen.add(code.id)
            names.insert(0, code.name)
            code = self.codes.get(code.parent or "")
        return "/".join(names)

    def themes_of(self, code_id: str | None) -> tuple[str, ...]:
        """The names of the themes that gather a code."""
        return tuple(
            one.name
            for one in self.codebook.themes
            if one.state is CodeState.USED and code_id is not None and code_id in one.codes
        )

    def memos_on(self, subject: str) -> tuple[Memo, ...]:
        """The memos about a code, theme, participant or group; with nothing, about the study."""
        return tuple(one for one in self.memos if one.subject == subject)


Sounds = Callable[[Interview, Span, SoundForm], Iterator[bytes]]
"""Gives the redacted sound of a stretch of an interview in blocks, in a format that others read."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of an export: its name within it, and what it holds, made when it is asked for."""

    name: str
    blocks: Callable[[], Iterable[bytes]]
    is_sound: bool = False

    @classmethod
    def of(cls, name: str, content: bytes) -> File:
        """A file that is there."""
        return cls(name, lambda: (content,))


class NoExport(Exception):  # noqa: N818 - what it is, not that it is an error
    """There will be no file; the message says why, and what to do."""
