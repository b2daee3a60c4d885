"""Words that are redacted after a release are hidden from coders, also while the interview can't be released anew."""

from __future__ import annotations

from models.anonymisation.redact import apply_redactions
from models.values import Anonymisation, Redaction
from service.coding.store import CodingStore, replace_words
from service.review.carrying import SAME_PLACE_MS
from service.review.judged import Judged, judged
from service.review.words import SpokenWords
from service.transcript.readers import ConnectionReader
from service.transcript.reading import head, whole_transcript
from service.vault.recordings import record_event
from service.vault.store import Vault


def hide_in_released(vault: Vault, store: CodingStore, interview_id: str) -> int:
    """Redact in what coders have what is redacted in the vault by now; returns in how many places.

    A word is the same when it has the id and the time, or when it is said the same at that time. The revision stays:
    coders still have an older one, with less in it.
    """
    with vault.engine.connect() as connection:
        counting = [one for one in judged(connection, interview_id) if one.counts]
    with store.engine.begin() as connection:
        reader = ConnectionReader(connection)
        released, known = whole_transcript(reader, interview_id), head(reader, interview_id)
        if released is None or known is None:
            return 0
        words = SpokenWords(reader, interview_id)
        hidden = [found for one in counting if (found := _hidden(one, words)) is not None]
        if not hidden:
            return 0
        made = next(made for made in released.provenance if made.stage == "entities")
        redacted = apply_redactions(released, Anonymisation(tuple(hidden), made))
        replace_words(connection, interview_id, redacted, known.revision)
    with vault.engine.begin() as connection:
        record_event(connection, "lytt", "words_hidden", interview_id, {"places": len(hidden)})
    return len(hidden)


def _hidden(one: Judged, words: SpokenWords) -> Redaction | None:
    """The redaction over those of its words that coders can read."""
    here = [
        placed
        for placed in words.placed(one.word_ids)
        if placed.word.start_ms < one.end_ms and one.start_ms < placed.word.end_ms
    ]
    for run in words.like(one.form):
        if abs(run[0].word.start_ms - one.start_ms) <= SAME_PLACE_MS:
            here += run
    ids = tuple(sorted({placed.word.id for placed in here if placed.word.redaction is None}))
    if not ids:
        return None
    return Redaction(
        one.id, one.label, one.placeholder, one.start_ms, one.end_ms, ids, one.confidence, one.detector
    )
