"""What a correction does to a transcript, as plain values: what is taken away and what is put in its place.

Every edit is a function of the transcript; nothing here touches a database or a sound. Ids of words and utterances
stay, so that whatever points at them stays too; new ones get ids that were never used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from models.intervals import moved_turns
from models.utterances import BREAK_MS
from models.values import Marker, MarkerKind, Role, Span, Timing, Transcript, Turn, Utterance, Word
from service.transcript.folding import fold

NEW_SPEAKER = "new"
LONGEST_TEXT = 2_000


class EditKind(StrEnum):
    """What a person did."""

    WORDS = "words"
    INSERT = "insert"
    SPLIT = "split"
    MERGE = "merge"
    SPEAKER = "speaker"
    ROLE = "role"
    RENAME = "rename"


class Scope(StrEnum):
    """How much of what follows goes to another speaker."""

    WORDS = "words"
    UTTERANCE = "utterance"
    FROM_HERE = "from_here"


class EditRefused(Exception):  # noqa: N818 - reads as what happened
    """The edit can't be made; ``str()`` says why, without a word of the transcript."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who a speaker label is, as far as a person may say it. ``name`` may be a real one: vault only."""

    label: str
    role: Role
    suggested: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The pieces of a transcript that an edit takes away, or puts in their place."""

    utterances: tuple[Utterance, ...] = ()
    turns: tuple[Turn, ...] = ()
    voices: tuple[Voice, ...] = ()
    fillers: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One correction. ``retimed`` are ids of words whose times are only rough until they are aligned."""

    kind: EditKind
    before: Part
    after: Part
    retimed: frozenset[int] = frozenset()

    @property
    def changes_words(self) -> bool:
        """Whether other words are there afterwards, in which nobody has looked for names yet."""
        return _texts(self.before) != _texts(self.after)


def _texts(part: Part) -> list[tuple[int, str]]:
    return sorted((word.id, word.text) for utterance in part.utterances for word in utterance.words)


def change_words(
    transcript: Transcript, utterance_id: int, word_ids: Sequence[int], text: str, next_word: int
) -> Edit:
    """Neighbouring words of an utterance become ``text``; without text they go.

    A word that stays the same keeps its id and its times; one that is written otherwise keeps its id. What a person has
    looked at is certain: confidence 1.
    """
    utterance = _find(transcript, utterance_id)
    first, end = _run(utterance, word_ids)
    tokens = _tokens(text)
    old = list(utterance.words[first:end])
    new, retimed = _rewritten(old, tokens, next_word)
    if tuple(new) == tuple(old):
        raise EditRefused("Nothing was changed.")
    words = [*utterance.words[:first], *new, *utterance.words[end:]]
    return _with_words(EditKind.WORDS, transcript, utterance, words, retimed)


def insert_words(
    transcript: Transcript, utterance_id: int, after: int | None, text: str, next_word: int
) -> Edit:
    """``text`` after a word, or before the first when ``after`` is None. The words beside it give it room."""
    utterance = _find(transcript, utterance_id)
    tokens = _tokens(text)
    if not tokens:
        raise EditRefused("There are no words to put in.")
    place = 0 if after is None else _place(utterance, after) + 1
    like = utterance.words[max(0, place - 1)]
    first, end = max(0, place - 1), min(len(utterance.words), place + 1)
    room = Span(utterance.words[first].start_ms, utterance.words[end - 1].end_ms)
    put_in = [_new_word(next_word + number, token, like) for number, token in enumerate(tokens)]
    together = [*utterance.words[first:place], *put_in, *utterance.words[place:end]]
    spread = _spread(together, room)
    words = [*utterance.words[:first], *spread, *utterance.words[end:]]
    return _with_words(EditKind.INSERT, transcript, utterance, words, {word.id for word in together})


def split(transcript: Transcript, utterance_id: int, before: int) -> Edit:
    """A new utterance begins with the word ``before``."""
    utterance = _find(transcript, utterance_id)
    place = _place(utterance, before)
    if place == 0:
        raise EditRefused("The utterance begins with this word already.")
    pieces = _cut(utterance, (0, place, len(utterance.words)), next_utterance(transcript))
    return Edit(EditKind.SPLIT, Part((utterance,)), Part(tuple(pieces)))


def merge(transcript: Transcript, first_id: int, second_id: int) -> Edit:
    """Two utterances that follow one another become one, of the first one's speaker."""
    first, second = _find(transcript, first_id), _find(transcript, second_id)
    order = [utterance.id for utterance in transcript.utterances]
    if abs(order.index(first_id) - order.index(second_id)) != 1:
        raise EditRefused("Only utterances that follow one another can be merged.")
    if order.index(first_id) > order.index(second_id):
        first, second = second, first
    taken = tuple(_given(word, first.speaker) for word in second.words)
    whole = _utterance(first.id, first.speaker, [*first.words, *taken])
    old, new = _moved(transcript, [second], first.speaker)
    return Edit(EditKind.MERGE, Part((first, second), old), Part((whole,), new))


def give_to(
    transcript: Transcript, speaker: str, scope: Scope, utterance_id: int, word_ids: Sequence[int] = ()
) -> Edit:
    """Words, an utterance, or everything of its speaker from there on, are another speaker's.

    Words given to the speaker who comes next, or came before, without a pause join that utterance.
    """
    utterance = _find(transcript, utterance_id)
    labels = [known.label for known in transcript.speakers]
    voices: tuple[Voice, ...] = ()
    if speaker == NEW_SPEAKER:
        speaker = _free_label(labels)
        voices = (Voice(speaker, Role.UNKNOWN, True),)
    elif speaker not in labels:
        raise EditRefused("There is no such speaker in the interview.")
    if speaker == utterance.speaker:
        raise EditRefused("It is this speaker's already.")
    if scope is Scope.WORDS:
        return _words_given(transcript, speaker, utterance, word_ids, voices)
    given = [utterance]
    if scope is Scope.FROM_HERE:
        given = [
            one
            for one in transcript.utterances
            if one.speaker == utterance.speaker
            and (one.start_ms, one.id) >= (utterance.start_ms, utterance.id)
        ]
    put = tuple(_utterance(one.id, speaker, [_given(word, speaker) for word in one.words]) for one in given)
    old, new = _moved(transcript, given, speaker)
    return Edit(EditKind.SPEAKER, Part(tuple(given), old), Part(put, new, voices))


def describe_voice(before: Voice, role: Role | None, name: str | None) -> Edit:
    """A person says what a voice is in the interview, or how it is called; an empty name takes the name away."""
    if role is not None and (role != before.role or before.suggested):
        return Edit(
            EditKind.ROLE, Part(voices=(before,)), Part(voices=(replace(before, role=role, suggested=False),))
        )
    wanted = before.name if name is None else (" ".join(name.split()) or None)
    if wanted == before.name:
        raise EditRefused("Nothing was changed.")
    return Edit(EditKind.RENAME, Part(voices=(before,)), Part(voices=(replace(before, name=wanted),)))


def next_utterance(transcript: Transcript) -> int:
    """An id that no utterance has."""
    return max((utterance.id for utterance in transcript.utterances), default=-1) + 1


def in_order(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """In reading order."""
    return tuple(sorted(utterances, key=lambda one: (one.start_ms, one.id)))


def _find(transcript: Transcript, utterance_id: int) -> Utterance:
    for utterance in transcript.utterances:
        if utterance.id == utterance_id:
            return utterance
    raise EditRefused("This utterance is no longer there.")


def _place(utterance: Utterance, word_id: int) -> int:
    for place, word in enumerate(utterance.words):
        if word.id == word_id:
            return place
    raise EditRefused("This word is no longer in the utterance.")


def _run(utterance: Utterance, word_ids: Sequence[int]) -> tuple[int, int]:
    """Where neighbouring words begin and end in their utterance."""
    places = sorted(_place(utterance, word_id) for word_id in set(word_ids))
    if not places:
        raise EditRefused("No words were chosen.")
    if places != list(range(places[0], places[-1] + 1)):
        raise EditRefused("Only words that stand side by side can be changed together.")
    return places[0], places[-1] + 1


def _tokens(text: str) -> list[str]:
    if len(text) > LONGEST_TEXT:
        raise EditRefused(f"That is too long: at most {LONGEST_TEXT:,} characters at a time.")
    if any(not letter.isprintable() and not letter.isspace() for letter in text):
        raise EditRefused("The text has characters that can't be shown.")
    return text.split()


def _rewritten(old: Sequence[Word], tokens: Sequence[str], next_word: int) -> tuple[list[Word], set[int]]:
    """The words as they are written now, and the ids of those that need new times."""
    matcher = SequenceMatcher(
        None, [fold(word.text) for word in old], [fold(token) for token in tokens], autojunk=False
    )
    new: list[Word] = []
    retimed: set[int] = set()
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            new += [
                replace(word, text=token, confidence=1.0)
                for word, token in zip(old[a:b], tokens[c:d], strict=True)
            ]
            continue
        kept = [
            replace(word, text=token, confidence=1.0, disfluency=None)
            for word, token in zip(old[a:b], tokens[c:d], strict=False)
        ]
        more = [
            _new_word(next_word + number, token, old[min(b, len(old)) - 1] if b else old[0])
            for number, token in enumerate(tokens[c + len(kept) : d])
        ]
        next_word += len(more)
        run = [*kept, *more]
        if b - a != d - c and run:
            # Words put in between two that stay share the room of those two.
            start = old[a].start_ms if a < b else (new[-1].start_ms if new else old[0].start_ms)
            end = old[b - 1].end_ms if a < b else old[min(b, len(old) - 1)].end_ms
            run = _spread(run, Span(start, max(start + len(run), end)))
        new += run
        retimed |= {word.id for word in run}
    return new, retimed


def _new_word(word_id: int, text: str, like: Word) -> Word:
    return replace(
        like,
        id=word_id,
        text=text,
        confidence=1.0,
        redaction=None,
        timing=Timing.SPREAD,
        disfluency=None,
    )


def _spread(words: Sequence[Word], room: Span) -> list[Word]:
    """The words side by side in the room, each as long as it is written."""
    total = sum(len(word.text) for word in words)
    edges = [room.start_ms]
    passed = 0
    for word in words:
        passed += len(word.text)
        edges.append(max(edges[-1] + 1, room.start_ms + room.length_ms * passed // total))
    return [
        replace(word, start_ms=start, end_ms=end, timing=Timing.SPREAD)
        for word, start, end in zip(words, edges, edges[1:], strict=False)
    ]


def _with_words(
    kind: EditKind,
    transcript: Transcript,
    utterance: Utterance,
    words: Sequence[Word],
    retimed: set[int],
) -> Edit:
    new = [_utterance(utterance.id, utterance.speaker, words)] if words else []
    covered = tuple(
        marker
        for marker in transcript.markers
        if marker.kind is MarkerKind.FILLER
        and any(word.start_ms < marker.end_ms and marker.start_ms < word.end_ms for word in words)
    )
    kept = retimed & {word.id for word in words}
    return Edit(kind, Part((utterance,), fillers=covered), Part(tuple(new)), frozenset(kept))


def _utterance(number: int, speaker: str, words: Sequence[Word]) -> Utterance:
    ordered = tuple(sorted(words, key=lambda word: (word.start_ms, word.end_ms)))
    return Utterance(number, speaker, ordered[0].start_ms, max(word.end_ms for word in ordered), ordered)


def _cut(utterance: Utterance, edges: Sequence[int], next_id: int) -> Iterator[Utterance]:
    """The pieces between the edges; the first keeps the utterance's id."""
    number = utterance.id
    for start, end in pairwise(edges):
        if end > start:
            yield _utterance(number, utterance.speaker, utterance.words[start:end])
            number, next_id = next_id, next_id + 1


def _given(word: Word, speaker: str) -> Word:
    """A person said whose it is: no doubt is left."""
    return replace(word, speaker=speaker, speaker_confidence=1.0, speaker_margin=1.0)


def _words_given(
    transcript: Transcript,
    speaker: str,
    utterance: Utterance,
    word_ids: Sequence[int],
    voices: tuple[Voice, ...],
) -> Edit:
    first, end = _run(utterance, word_ids)
    given = [_given(word, speaker) for word in utterance.words[first:end]]
    old, new = _moved(transcript, [_utterance(0, utterance.speaker, utterance.words[first:end])], speaker)
    taken, put = [utterance], []
    order = list(transcript.utterances)
    place = order.index(utterance)
    # The rest keeps the id: most of what pointed at the utterance still means it.
    next_id = next_utterance(transcript)
    rests = [list(utterance.words[:first]), list(utterance.words[end:])]
    numbers = iter([utterance.id, next_id, next_id + 1])
    for rest in rests:
        if rest:
            put.append(_utterance(next(numbers), utterance.speaker, rest))
    before = order[place - 1] if place and not rests[0] else None
    after = order[place + 1] if place + 1 < len(order) and not rests[1] else None
    whole, number = given, None
    if before and before.speaker == speaker and given[0].start_ms - before.words[-1].end_ms < BREAK_MS:
        taken.append(before)
        whole, number = [*before.words, *whole], before.id
    if after and after.speaker == speaker and after.start_ms - given[-1].end_ms < BREAK_MS:
        taken.append(after)
        whole, number = [*whole, *after.words], after.id if number is None else number
    put.append(_utterance(next(numbers) if number is None else number, speaker, whole))
    return Edit(EditKind.SPEAKER, Part(in_order(taken), old), Part(in_order(put), new, voices))


def _moved(
    transcript: Transcript, utterances: Sequence[Utterance], speaker: str
) -> tuple[tuple[Turn, ...], tuple[Turn, ...]]:
    """The turns that go, and those that come, when the utterances are the speaker's."""
    moved = [
        (Turn(one.start_ms, one.end_ms, one.speaker), speaker) for one in utterances if one.speaker != speaker
    ]
    after = moved_turns(transcript.turns, moved)
    old, new = set(transcript.turns), set(after)
    order = lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)  # noqa: E731
    return tuple(sorted(old - new, key=order)), tuple(sorted(new - old, key=order))


def _free_label(labels: Sequence[str]) -> str:
    number = len(labels) + 1
    while f"S{number}" in labels:
        number += 1
    return f"S{number}"
