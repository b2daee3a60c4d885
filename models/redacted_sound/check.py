"""Listening again: whether anything of the redacted words can still be heard in a rendition.

A second recognition of what is left is not a person's ear: it finds what a mask missed, and its silence is no proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from models.intervals import joined, overlap_ms
from models.redacted_sound.masks import Mask
from models.values import Progress, RecognisedWord, Redaction, Span, Transcript, Word

CONTEXT_MS = 5_000
"""Heard before and after what is masked: enough for a recogniser to get into the sentence."""

_WINDOW_MS = 28_000  # what Whisper hears at once, nearly
# A trace is a word so near to the mask: recognised times stray by a few tenths of a second.
_NEAR_MS = 600
_SAME_TIME_MS = 800
# Shorter words ("of", "the") are heard everywhere, and tell nothing.
_LEAST_LETTERS = 3
_ALIKE = 0.8
# Letters that sound alike, by their Soundex class (Russell 1918); vowels and h, w, y have none.
_CLASSES = {
    letter: str(number)
    for number, group in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1)
    for letter in group
}

Listen = Callable[[Span], Sequence[RecognisedWord]]
"""What is recognised in a stretch of the rendition, in interview time."""


class Verdict(StrEnum):
    """What listening again found of a redaction's words, the worst of it."""

    NOTHING = "nothing"
    SOUNDS_ALIKE = "sounds_alike"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Checked:
    """One redaction, listened to again: what was found of it, and where."""

    redaction: int
    verdict: Verdict
    traces: tuple[Span, ...]


def check_redactions(
    transcript: Transcript,
    redactions: Sequence[Redaction],
    masks: Sequence[Mask],
    listen: Listen,
    progress: Progress = lambda _: None,
) -> tuple[Checked, ...]:
    """A verdict for each redaction, in their order; one without a mask here has nothing.

    ``transcript`` is the spoken one. ``listen`` hears the rendition, each masked stretch with :data:`CONTEXT_MS` around
    it. A word it finds near a mask is a trace if it is a redacted word (whatever its case, accents and ending), a part
    of one, or sounds like one, unless it is one of the words that stay.
    """
    words = [word for utterance in transcript.utterances for word in utterance.words]
    hidden = {word_id for redaction in redactions for word_id in redaction.word_ids}
    texts = {word.id: word.text for word in words}
    staying = [word for word in words if word.id not in hidden]
    windows = _windows([Span(mask.start_ms, mask.end_ms) for mask in masks], transcript.duration_ms)
    heard: list[RecognisedWord] = []
    for window in windows:
        heard += listen(window)
        progress(window.end_ms)
    new = list(_unexplained(heard, staying))
    return tuple(
        _checked(
            redaction.id,
            [texts[word_id] for word_id in redaction.word_ids if word_id in texts],
            [mask for mask in masks if mask.redaction == redaction.id],
            new,
        )
        for redaction in redactions
    )


def _windows(spans: Sequence[Span], duration_ms: int) -> list[Span]:
    """The stretches to listen to: every span with its context, several in one where they are near."""
    windows: list[Span] = []
    for span in joined(spans):
        start, end = max(0, span.start_ms - CONTEXT_MS), min(duration_ms, span.end_ms + CONTEXT_MS)
        if windows and start < windows[-1].end_ms and end - windows[-1].start_ms <= _WINDOW_MS:
            windows[-1] = Span(windows[-1].start_ms, end)
        else:
            windows.append(Span(start, end))
    return windows


def _unexplained(heard: Iterable[RecognisedWord], staying: Sequence[Word]) -> Iterator[RecognisedWord]:
    """The heard words that aren't words of the transcript that stay."""
    for one in heard:
        folded = fold(one.text)
        explained = any(
            fold(word.text) == folded
            and overlap_ms(
                one.start_ms, one.end_ms, word.start_ms - _SAME_TIME_MS, word.end_ms + _SAME_TIME_MS
            )
            for word in staying
        )
        if not explained:
            yield one


def _checked(
    redaction: int, texts: Sequence[str], masks: Sequence[Mask], heard: Sequence[RecognisedWord]
) -> Checked:
    targets = [target for target in map(fold, texts) if len(target) >= _LEAST_LETTERS]
    worst = Verdict.NOTHING
    traces: list[Span] = []
    for word in heard:
        near = any(
            overlap_ms(word.start_ms, word.end_ms, mask.start_ms - _NEAR_MS, mask.end_ms + _NEAR_MS)
            for mask in masks
        )
        verdict = trace_of(word.text, targets) if near else Verdict.NOTHING
        if verdict is not Verdict.NOTHING:
            traces.append(Span(word.start_ms, word.end_ms))
            worst = Verdict.WORD if Verdict.WORD in (verdict, worst) else verdict
    return Checked(redaction, worst, joined(traces))


def trace_of(heard: str, targets: Sequence[str]) -> Verdict:
    """What a heard word gives away of the folded words that should be gone."""
    folded = fold(heard)
    if len(folded) < _LEAST_LETTERS:
        return Verdict.NOTHING
    if any(folded == target or _is_part(folded, target) for target in targets):
        return Verdict.WORD
    if any(_sounds_alike(folded, target) for target in targets):
        return Verdict.SOUNDS_ALIKE
    return Verdict.NOTHING


def fold(text: str) -> str:
    """A word as compared: its letters and digits without case, accents and a possessive ending."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in re.sub(r"['’]s\b", "", plain) if char.isalnum())


def _is_part(heard: str, target: str) -> bool:
    """Half of a name or more, or a name with an ending."""
    shorter, longer = sorted((heard, target), key=len)
    return len(shorter) > _LEAST_LETTERS and 2 * len(shorter) >= len(longer) and shorter in longer


def _sounds_alike(heard: str, target: str) -> bool:
    if SequenceMatcher(None, heard, target, autojunk=False).ratio() >= _ALIKE:
        return True
    keys = _consonants(heard), _consonants(target)
    return keys[0] == keys[1] and len(keys[0]) > 2


def _consonants(word: str) -> str:
    """The classes of its consonants, one for several alike in a row."""
    key: list[str] = []
    last = ""
    for letter in word:
        sound = _CLASSES.get(letter, "")
        if sound and sound != last:
            key.append(sound)
        # Vowels part two alike sounds; h and w don't.
        if letter not in "hw":
            last = sound
    return "".join(key)
