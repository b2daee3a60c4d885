"""What was found in an interview becomes its redactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from models.values import Redaction, SecondLook, Transcript
from service.identities.assigning import assign, placed_in
from service.judging.keeping import settle
from service.review.carrying import carried
from service.review.changes import forget_undo
from service.review.judged import Judged, judged, put
from service.review.looking import keep_second_look
from service.review.standing_in import give_identities, stand_in
from service.review.words import SpokenWords
from service.transcript.readers import ConnectionReader
from service.vault.interviews import store_redactions, store_transcript


def keep_transcript(
    connection: sa.Connection,
    interview_id: str,
    transcript: Transcript,
    found: tuple[Redaction, ...],
    second_look: Sequence[SecondLook] | None = None,
) -> None:
    """Replace the interview's transcript, and its redactions with what was found in it.

    Both stay as they are where a person has corrected the words. What people decided of markers holds for those that
    are found again (:mod:`service.judging`).
    """
    settled = settle(connection, interview_id, transcript)
    if store_transcript(connection, interview_id, settled.transcript):
        settled.note(connection, interview_id)
        keep_found(connection, interview_id, found, second_look)


def keep_found(
    connection: sa.Connection,
    interview_id: str,
    found: tuple[Redaction, ...],
    second_look: Sequence[SecondLook] | None = None,
) -> None:
    """Put what was found in the words, as they are now, in the place of the interview's redactions.

    What a person decided of them is kept (:func:`service.review.carrying.carried`). ``second_look`` is what to look at
    besides; None when nobody looked.
    """
    before, placed = judged(connection, interview_id), placed_in(connection, interview_id)
    store_redactions(connection, interview_id, found)
    assign(connection, interview_id, found, placed)
    words = SpokenWords(ConnectionReader(connection), interview_id)
    rarity = {one.id: one.rarity for one in found}
    stored = judged(connection, interview_id)
    described = [
        replace(one, said=words.said(one.word_ids), rarity=rarity.get(one.id, one.rarity)) for one in stored
    ]
    put(connection, interview_id, stored, _renamed(carried(before, described, words), described))
    give_identities(connection, interview_id)
    forget_undo(connection, interview_id)
    keep_second_look(connection, interview_id, second_look)


def _renamed(kept: Sequence[Judged], found: Sequence[Judged]) -> tuple[Judged, ...]:
    """What was found is numbered anew, so what stands for words that were not may stand for others by now."""
    settled = list(found)
    renamed = []
    for one in kept:
        if one.identity_id is None and one.counts and not any(_is_of(one, new) for new in found):
            chosen = stand_in(one.label, one.said, settled)
            one = replace(one, placeholder=chosen.placeholder, identity_id=chosen.identity_id)
            settled.append(one)
        renamed.append(one)
    return tuple(renamed)


def _is_of(one: Judged, found: Judged) -> bool:
    """Whether a redaction is one that was found, perhaps with more words."""
    same = one.label == found.label and one.placeholder == found.placeholder
    return same and not set(found.word_ids).isdisjoint(one.word_ids)
