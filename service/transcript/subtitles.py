"""A transcript as SubRip subtitles: one cue an utterance, the speaker's name before the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.values import Speaker
from service.transcript.export import NO_NAMES, speaker_names
from service.transcript.notation import Between, Written
from service.transcript.times import format_ms


def srt(written: Written, speakers: Iterable[Speaker], given: Mapping[str, str] = NO_NAMES) -> str:
    """SubRip: cues numbered from 1, times with a comma. Players have no signs for what is heard between utterances."""
    names = speaker_names(speakers, given)
    cues: list[str] = []
    for line in written.lines:
        if isinstance(line, Between):
            continue
        one = line.utterance
        start, end = (format_ms(ms, fraction=True).replace(".", ",") for ms in (one.start_ms, one.end_ms))
        cues.append(
            f"{len(cues) + 1}\n{start} --> {end}\n{names.get(one.speaker, one.speaker)}: {line.text}\n"
        )
    return "\n".join(cues)
