"""The anonymised transcript: placeholders in the place of what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from models.intervals import overlap_ms
from models.markers import TELLS_OF_WORDS
from models.values import Anonymisation, Redaction, Transcript, Word

_AFTER = re.compile(r"(?:['’]s)?[.,;:?!…\"'”’)\]\-–—]*$")
_BEFORE = re.compile(r"^[\"'“‘(\[]*")


def apply_redactions(transcript: Transcript, anonymisation: Anonymisation) -> Transcript:
    """The transcript with the words of each redaction replaced by one: the redaction's placeholder.

    The one word has the first word's id, the time from the first word's start to the last one's end, the
    lowest of their confidences, and the punctuation (and possessive 's) around the mention. Markers whose numbers would
    say something of a redacted word go. Everything else stays as it is, the ids and times of all other words too.
    Applying it again changes nothing.
    """
    of_word = {word_id: redaction for redaction in anonymisation.redactions for word_id in redaction.word_ids}
    utterances = tuple(
        replace(utterance, words=tuple(_redacted(utterance.words, of_word)))
        for utterance in transcript.utterances
    )
    provenance = transcript.provenance
    if anonymisation.provenance not in provenance:
        provenance = (*provenance, anonymisation.provenance)
    hidden = [word for utterance in utterances for word in utterance.words if word.redaction is not None]
    markers = tuple(
        marker
        for marker in transcript.markers
        if marker.kind not in TELLS_OF_WORDS
        or not any(overlap_ms(word.start_ms, word.end_ms, marker.start_ms, marker.end_ms) for word in hidden)
    )
    # What was recognised and left out may hold names that nobody looked for.
    return replace(transcript, utterances=utterances, markers=markers, provenance=provenance, dropped=())


def _redacted(words: Iterable[Word], of_word: dict[int, Redaction]) -> Iterator[Word]:
    for redaction, group in groupby(
        words, key=lambda word: None if word.redaction is not None else of_word.get(word.id)
    ):
        covered = list(group)
        if redaction is None:
            yield from covered
        else:
            yield _standing_in(covered, redaction)


def _standing_in(covered: list[Word], redaction: Redaction) -> Word:
    before, after = _BEFORE.match(covered[0].text), _AFTER.search(covered[-1].text)
    return replace(
        covered[0],
        end_ms=max(word.end_ms for word in covered),
        text=f"{before.group() if before else ''}{redaction.placeholder}{after.group() if after else ''}",
        confidence=min(word.confidence for word in covered),
        speaker_confidence=min(word.speaker_confidence for word in covered),
        speaker_margin=min(word.speaker_margin for word in covered),
        disfluency=None,
        redaction=redaction.id,
    )
