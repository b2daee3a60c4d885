"""A stretch of an interview as a figure: its track, its words, and who says them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from models.nuance.blanking import emptied_spans
from models.nuance.track import Track, decode
from models.problems import RecordingProblem
from models.values import Span, Speaker, Utterance
from service.encrypted_files import EncryptedFile, FileBroken
from service.figures.contours import Figure, Said, contours
from service.transcript.export import speaker_names


def track_of(file: EncryptedFile) -> Track:
    """The track in a file. Raises ``FileBroken``."""
    try:
        return decode(file.read_bytes())
    except RecordingProblem:
        raise FileBroken from None


def figure_of(
    track: Track,
    span: Span,
    title: str,
    utterances: Iterable[Utterance],
    speakers: Sequence[Speaker],
    masked: Sequence[Span] = (),
    given: Mapping[str, str] | None = None,
) -> str:
    """The SVG of a stretch: its words in a row for each speaker. ``given``: how a person called them, by label."""
    end = min(span.end_ms, track.duration_ms)
    names = speaker_names(tuple(speakers), given or {})
    words = [
        Said(word.start_ms, word.end_ms, word.text, names.get(word.speaker, word.speaker))
        for utterance in utterances
        for word in utterance.words
        if word.start_ms < end and word.end_ms > span.start_ms
    ]
    rows = [names.get(one.label, one.label) for one in speakers]
    return contours(Figure(title, Span(span.start_ms, end), track, words, rows, emptied_spans(masked)))
