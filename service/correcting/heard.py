"""What becomes of markers that are heard when the utterance they stand at is changed."""

from __future__ import annotations

from dataclasses import replace

from models.markers import AGAINST_BASELINE, HEARD_KINDS
from models.values import Marker, Transcript, Utterance
from service.correcting.edits import Edit


def with_heard(transcript: Transcript, edit: Edit) -> Edit:
    """The edit with the heard markers of its utterances among its pieces, so that undoing it brings them back.

    A marker stays with the words it is heard at, whatever utterance they are in now. What is measured against a
    speaker's usual way goes when the words are another's: it says nothing of that person.
    """
    touched = {utterance.id for utterance in edit.before.utterances}
    taken: list[Marker] = []
    put: list[Marker] = []
    for marker in transcript.markers:
        if marker.kind not in HEARD_KINDS or marker.utterance not in touched or marker in edit.before.fillers:
            continue
        now = _moved(marker, edit.after.utterances)
        if now != marker:
            taken.append(marker)
            if now is not None:
                put.append(now)
    return replace(
        edit,
        before=replace(edit.before, fillers=(*edit.before.fillers, *taken)),
        after=replace(edit.after, fillers=(*edit.after.fillers, *put)),
    )


def _moved(marker: Marker, utterances: tuple[Utterance, ...]) -> Marker | None:
    middle = (marker.start_ms + marker.end_ms) // 2
    ids = {utterance.id for utterance in utterances}
    own = next((one for one in utterances if one.start_ms <= middle < one.end_ms), None)
    if marker.kind in AGAINST_BASELINE:
        if own is None or own.speaker != marker.speaker:
            return None
        return replace(marker, utterance=own.id)
    if own is None:
        return marker if marker.utterance in ids else replace(marker, utterance=None)
    return replace(marker, utterance=own.id, speaker=None if marker.speaker is None else own.speaker)
