"""One HTML file to read and hear: transcripts, codings by code, and the sound of each coded moment within the file.

It asks for nothing from anywhere, and its policy forbids it to.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from models.audio.portable import SoundForm, size_of
from models.values import Span
from service.coding.exports.page_parts import SCRIPT, STYLE
from service.coding.exports.values import Head, Interview, Options, Sounds, Study
from service.coding.values import Coding
from service.transcript.notation import Between, Line, write
from service.transcript.times import format_ms

LARGEST_SOUND_BYTES = 200 * 2**20
"""Of the sound in one file, as it stands in it. Browsers open files of this size; much larger ones they refuse."""
LEAD_MS = 2000
"""What is heard before and after a moment."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of sound in the file, of one moment or of several that touch."""

    span: Span
    name: str


def clips_of(head: Head, codings: Iterable[Coding]) -> tuple[Clip, ...]:
    """The stretches that are coded, with the lead before and after them; those that touch are one."""
    merged: list[Span] = []
    for one in sorted(codings, key=lambda coding: coding.anchor.start_ms):
        start, end = max(0, one.anchor.start_ms - LEAD_MS), min(head.duration_ms, one.anchor.end_ms + LEAD_MS)
        if start >= end:
            continue
        if merged and start <= merged[-1].end_ms:
            merged[-1] = Span(merged[-1].start_ms, max(end, merged[-1].end_ms))
        else:
            merged.append(Span(start, end))
    return tuple(Clip(span, f"{head.name}-{number}") for number, span in enumerate(merged, 1))


def sound_bytes(clips: Iterable[Clip]) -> int:
    """How many bytes of the file the sound of these clips is, at most."""
    return sum(-(-size_of(one.span.length_ms, SoundForm.MP3) // 3) * 4 for one in clips)


def html(study: Study, options: Options, sounds: Sounds) -> Iterator[bytes]:
    """The file in blocks."""
    yield _beginning(study).encode()
    for interview in study.interviews:
        heard = options.sound is not None and interview.head.has_sound
        clips = clips_of(interview.head, interview.codings) if heard else ()
        yield _interview(study, interview, options, clips).encode()
        for clip in clips:
            sound = b"".join(sounds(interview, clip.span, SoundForm.MP3))
            yield f'<audio id="{escape(clip.name)}" preload="none" src="data:audio/mpeg;base64,'.encode()
            yield base64.b64encode(sound) + b'"></audio>\n'
        yield b"</section>\n"
    yield f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n".encode()


def _beginning(study: Study) -> str:
    allowed = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; media-src data:; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    links = " ".join(f'<a href="#{escape(one.name)}">{escape(one.name)}</a>' for one in study.heads)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width">\n<title>Interviews</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<header><h1>Interviews</h1><nav>{links}</nav></header>\n<main>\n"
    )


def _interview(study: Study, interview: Interview, options: Options, clips: Sequence[Clip]) -> str:
    head = interview.head
    role = study.role_names.get(head.role, head.role)
    parts = [
        f'<section id="{escape(head.name)}">\n<h2>{escape(head.name)}</h2>\n'
        f"<p>Group {escape(head.group)} · {escape(role)} · wave {head.wave} · {format_ms(head.duration_ms)} · "
        "anonymised</p>\n"
    ]
    if interview.codings:
        parts.append(_moments(study, interview, clips))
    markers = interview.transcript.markers if options.markers else ()
    done = write(interview.transcript.utterances, markers, options.notation, options.verbatim)
    coded = _first_words(interview)
    marked = frozenset(word.id for one in interview.codings for word in interview.words_of(one))
    for line in done.lines:
        if isinstance(line, Between):
            time = format_ms(line.marker.start_ms)
            parts.append(f'<p class="between"><span class="time">{time}</span> {escape(line.text)}</p>\n')
        else:
            parts.append(_line(study, interview, line, coded, marked, clips))
    return "".join(parts)


def _line(
    study: Study,
    interview: Interview,
    line: Line,
    coded: dict[int, list[Coding]],
    marked: frozenset[int],
    clips: Sequence[Clip],
) -> str:
    one = line.utterance
    name = interview.speakers.get(one.speaker, one.speaker)
    here = [coding for word in one.words for coding in coded.get(word.id, ())]
    buttons = "".join(_button(study, coding, clips) for coding in here)
    return (
        f'<p><span class="time">{format_ms(one.start_ms)}</span> <b>{escape(name)}:</b> {_words(line, marked)}'
        f"{f'<span class=codes>{buttons}</span>' if buttons else ''}</p>\n"
    )


def _words(line: Line, marked: frozenset[int]) -> str:
    """The line, its coded words underlined in as few pieces as they are."""
    pieces: list[str] = []
    at, is_open = 0, False
    for segment in line.segments:
        if (segment.word in marked) is is_open:
            continue
        before = line.text[at : segment.at]
        bare = before.rstrip() if is_open else before
        pieces += [escape(bare), "</u>" if is_open else "<u>", before[len(bare) :]]
        at, is_open = segment.at, not is_open
    return "".join([*pieces, escape(line.text[at:]), "</u>" if is_open else ""])


def _moments(study: Study, interview: Interview, clips: Sequence[Clip]) -> str:
    """The codings by code, in order of the codes' names."""
    by_code: dict[tuple[str, str], list[Coding]] = {}
    for one in interview.codings:
        by_code.setdefault((study.code_path(one.code), one.code or ""), []).append(one)
    parts = ["<details><summary>Codes</summary>\n"]
    for (path, code_id), codings in sorted(by_code.items()):
        parts.append(f"<h3>{escape(path or '(no code)')}</h3>\n")
        code = study.codes.get(code_id)
        if code is not None and code.definition:
            parts.append(f"<p>{escape(code.definition)}</p>\n")
        parts += [f"<p>{_button(study, one, clips)} {_quote(interview, one)}</p>\n" for one in codings]
    return "".join([*parts, "</details>\n"])


def _quote(interview: Interview, one: Coding) -> str:
    words = " ".join(word.text for word in interview.words_of(one))
    memos = "".join(f'<span class="memo">{escape(memo.text)}</span>' for memo in interview.memos_on(one.id))
    return f"<q>{escape(words)}</q>{memos}"


def _button(study: Study, one: Coding, clips: Sequence[Clip]) -> str:
    """A code with its coder; it plays where its sound is there."""
    name = escape(study.code_name(one.code) or "(no code)")
    code = study.codes.get(one.code or "")
    colour = f' style="border-color:{escape(code.colour)}"' if code is not None and code.colour else ""
    said = f"{name} · {escape(one.coder)} · {format_ms(one.anchor.start_ms)}"
    clip = next(
        (
            clip
            for clip in clips
            if clip.span.start_ms <= one.anchor.start_ms and one.anchor.end_ms <= clip.span.end_ms
        ),
        None,
    )
    if clip is None:
        return f'<span class="code"{colour}>{said}</span>'
    start, end = (ms - clip.span.start_ms for ms in (one.anchor.start_ms, one.anchor.end_ms))
    return (
        f'<button type="button" class="code"{colour} data-clip="{escape(clip.name)}" data-start="{start}" '
        f'data-end="{end}">▶ {said}</button>'
    )


def _first_words(interview: Interview) -> dict[int, list[Coding]]:
    found: dict[int, list[Coding]] = {}
    for one in interview.codings:
        words = interview.words_of(one)
        if words:
            found.setdefault(words[0].id, []).append(one)
    return found
