"""A written transcript as the page takes it: signs by the words they stand at. Neutral: it knows neither store."""

from __future__ import annotations

from models.values import MarkerKind, Transcript
from service.api.notation_schemas import BetweenLines, ExplainedSign, Notated, NotationSign, SpeltWord
from service.transcript.notation import Between, Line, Notation, legend, write
from service.transcript.notation.legend import NAMES, note
from service.transcript.notation.signs import LEFT_OUT
from service.wording import marker_text


def notated(transcript: Transcript, notation: Notation, verbatim: bool) -> Notated:
    """The signs of the whole transcript."""
    written = write(transcript.utterances, transcript.markers, notation, verbatim)
    signs: list[NotationSign] = []
    between: list[BetweenLines] = []
    words: list[SpeltWord] = []
    waiting: list[Between] = []
    for line in written.lines:
        if isinstance(line, Between):
            waiting.append(line)
            continue
        between += [_between(one, line.utterance.id) for one in waiting]
        waiting = []
        _take(line, signs, words)
    between += [_between(one, None) for one in waiting]
    return Notated(
        notation=notation,
        name=NAMES[notation],
        note=note(notation),
        kinds=[kind for kind in MarkerKind if kind not in LEFT_OUT[notation]],
        legend=[ExplainedSign(sign=one.sign, means=one.means) for one in legend(notation, written.markers)],
        signs=signs,
        between=between,
        words=words,
    )


def _take(line: Line, signs: list[NotationSign], words: list[SpeltWord]) -> None:
    spoken = {word.id: word.text for word in line.utterance.words}
    for segment in line.segments:
        marker = segment.marker
        if segment.side is None:
            if segment.text != spoken[segment.word]:
                kind = None if marker is None else marker.kind
                words.append(SpeltWord.model_construct(id=segment.word, text=segment.text, kind=kind))
        elif marker is not None:
            signs.append(
                NotationSign.model_construct(
                    utterance=line.utterance.id,
                    word=segment.word,
                    side=segment.side,
                    text=segment.text,
                    says=marker_text(marker),
                    kind=marker.kind,
                    start_ms=marker.start_ms,
                    end_ms=marker.end_ms,
                )
            )


def _between(line: Between, before: int | None) -> BetweenLines:
    return BetweenLines.model_construct(
        before=before,
        text=line.text,
        says=marker_text(line.marker),
        kind=line.marker.kind,
        start_ms=line.marker.start_ms,
        end_ms=line.marker.end_ms,
    )
