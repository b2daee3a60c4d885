"""Who said each word."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.channel_turns import channel_speaker
from models.intervals import covered_ms, overlap_ms, shared_by_two
from models.values import Diarization, RecognisedChunk, RecognisedWord, Span, Turn, VoiceMargin

SOLE_SPEAKER = "speaker"
"""The speaker of all words when the diarization found nobody."""

# Words closer than this are one breath: turn changes with less silence are rare, and Whisper's word edges stray by
# 60-110 ms (median), so that an edge word easily falls on the wrong side of a turn's edge.
_BREATH_MS = 150
# A word that a turn holds to this share is that turn's without doubt.
_SURE = 0.8
_UNHEARD_MARGIN = 0.5


@dataclass(frozen=True)
class SpokenWord:
    """A recognised word and its speaker.

    ``speaker_confidence`` is the share of its time the speaker holds; ``margin`` (0 to 1) how clearly it is this one.
    """

    word: RecognisedWord
    speaker: str
    speaker_confidence: float
    margin: float = 1.0


def assign_words(chunks: Sequence[RecognisedChunk], diarization: Diarization) -> tuple[SpokenWord, ...]:
    """Every word of the chunks with exactly one speaker, in order of time.

    A word from a channel of its own is that channel's speaker's. Another is the speaker's who holds most of it in the
    exclusive turns; one outside all turns goes to the nearest. Doubtful words at the edge of a turn go with
    their breath.
    """
    spoken: list[SpokenWord] = []
    heard: list[RecognisedWord] = []
    for chunk in chunks:
        if chunk.channel is None:
            heard += chunk.words
        else:
            spoken += [SpokenWord(word, channel_speaker(chunk.channel), 1.0) for word in chunk.words]
    heard.sort(key=lambda word: (word.start_ms, word.end_ms))
    turns = sorted(diarization.exclusive, key=lambda turn: turn.start_ms)
    starts = [turn.start_ms for turn in turns]
    assigned = _with_their_breath([_assigned(word, turns, starts) for word in heard])
    spoken += _with_margins(assigned, diarization)
    return tuple(sorted(spoken, key=lambda one: (one.word.start_ms, one.word.end_ms)))


def _assigned(word: RecognisedWord, turns: Sequence[Turn], starts: Sequence[int]) -> SpokenWord:
    if not turns:
        return SpokenWord(word, SOLE_SPEAKER, 0.0)
    # Exclusive turns don't overlap: those that touch the word stand around where it would be put in.
    last = bisect_right(starts, word.end_ms)
    first = last
    while first > 0 and turns[first - 1].end_ms > word.start_ms:
        first -= 1
    held: dict[str, int] = {}
    for turn in turns[first:last]:
        shared = overlap_ms(word.start_ms, word.end_ms, turn.start_ms, turn.end_ms)
        held[turn.speaker] = held.get(turn.speaker, 0) + shared
    if any(held.values()):
        speaker = max(held, key=lambda name: held[name])
        share = min(1.0, held[speaker] / max(1, word.end_ms - word.start_ms))
        return SpokenWord(word, speaker, round(share, 3))
    around = turns[max(0, last - 1) : last + 1]
    nearest = min(around, key=lambda turn: _distance(word, turn))
    return SpokenWord(word, nearest.speaker, 0.0)


def _distance(word: RecognisedWord, turn: Turn) -> int:
    return max(turn.start_ms - word.end_ms, word.start_ms - turn.end_ms, 0)


def _with_their_breath(words: Sequence[SpokenWord]) -> list[SpokenWord]:
    """A doubtful word beside a change of speaker goes to the side it was said in one breath with."""
    result = list(words)
    for index in range(len(words)):
        one = result[index]
        if one.speaker_confidence >= _SURE:
            continue
        before = result[index - 1] if index else None
        after = result[index + 1] if index + 1 < len(result) else None
        gap_before = one.word.start_ms - before.word.end_ms if before else None
        gap_after = after.word.start_ms - one.word.end_ms if after else None
        joins_before = gap_before is not None and gap_before < _BREATH_MS
        joins_after = gap_after is not None and gap_after < _BREATH_MS
        if joins_before == joins_after:
            continue
        neighbour = before if joins_before else after
        assert neighbour is not None
        if neighbour.speaker != one.speaker:
            result[index] = SpokenWord(one.word, neighbour.speaker, round(1 - one.speaker_confidence, 3))
    return result


def _with_margins(words: Sequence[SpokenWord], diarization: Diarization) -> list[SpokenWord]:
    """How clearly each word is its speaker's: the share of it that the speaker holds more than anybody else, times how
    clearly the stretch it is of sounds like the speaker; half of that where two speak at once.
    """
    shared = shared_by_two(diarization.turns)
    result = []
    for one in words:
        span = Span(one.word.start_ms, one.word.end_ms)
        margin = max(0.0, 2 * one.speaker_confidence - 1) * _voice_margin(span, diarization.margins)
        if covered_ms(span, shared):
            margin /= 2
        result.append(replace(one, margin=round(margin, 3)))
    return result


def _voice_margin(span: Span, margins: Sequence[VoiceMargin]) -> float:
    """That of the stretch the word's middle lies in; a half where none was heard once more, which says little."""
    if not margins:
        return 1.0
    middle = (span.start_ms + span.end_ms) // 2
    place = bisect_right(margins, middle, key=lambda one: one.start_ms) - 1
    if place >= 0 and middle < margins[place].end_ms:
        return margins[place].margin
    return _UNHEARD_MARGIN
