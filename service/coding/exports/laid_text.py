"""A transcript laid out as plain text, with the place of each utterance and word in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.values import Word
from service.coding.exports.values import Interview, Options
from service.transcript.notation import Between, write
from service.transcript.notation.legend import legend_lines
from service.transcript.times import format_ms


@dataclass(frozen=True, slots=True)
class LaidLine:
    """An utterance's line: its time, and the places of its first character and of the one after its last."""

    start_ms: int
    end_ms: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Laid:
    """The text, its lines in order, and the place of each word by its id. Places are counted in characters."""

    text: str
    lines: tuple[LaidLine, ...]
    words: dict[int, tuple[int, int]]

    def place_of(self, words: Iterable[Word]) -> tuple[int, int] | None:
        """From the first to the last of these words that is in the text; None where none is."""
        places = [self.words[word.id] for word in words if word.id in self.words]
        return (min(start for start, _ in places), max(end for _, end in places)) if places else None


def lay_out(interview: Interview, options: Options) -> Laid:
    """One line an utterance, ``[00:01:02] Speaker: words``, as the plain text of a transcript is written."""
    transcript = interview.transcript
    markers = transcript.markers if options.markers else ()
    done = write(transcript.utterances, markers, options.notation, options.verbatim)
    text, lines, words = "", [], {}
    pieces: list[str] = []
    at = 0
    for line in done.lines:
        if isinstance(line, Between):
            text = f"[{format_ms(line.marker.start_ms)}] {line.text}\n"
        else:
            name = interview.speakers.get(line.utterance.speaker, line.utterance.speaker)
            before = f"[{format_ms(line.utterance.start_ms)}] {name}: "
            start = at + len(before)
            text = f"{before}{line.text}\n"
            lines.append(LaidLine(line.utterance.start_ms, line.utterance.end_ms, at, at + len(text) - 1))
            for segment in line.segments:
                if segment.side is None:
                    words[segment.word] = (start + segment.at, start + segment.at + len(segment.text))
        pieces.append(text)
        at += len(text)
    told = list(legend_lines(done.notation, done.markers))
    pieces += [f"{line}\n" for line in ([""] if told else []) + told]
    return Laid("".join(pieces), tuple(lines), words)
