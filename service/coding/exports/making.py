"""Makes an export: the bytes of one file, or of a zip, in the order in which they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from models.values import Span
from service.coding.exports.codebook_writing import qdc
from service.coding.exports.elan import eaf
from service.coding.exports.formats import FACTS, Choice, Format
from service.coding.exports.page import html
from service.coding.exports.praat import textgrid
from service.coding.exports.qdpx import qdpx_files
from service.coding.exports.reading_copy import docx
from service.coding.exports.tables_writing import csv_files, parquet_files
from service.coding.exports.values import File, Interview, Options, Sounds, Study
from service.coding.exports.zips import zipped
from service.transcript.export import export
from service.transcript.notation import write
from service.transcript.subtitles import srt

_MANY = "interviews"


@dataclass(frozen=True, slots=True)
class Export:
    """What is sent: its name, its media type, its bytes as they are made."""

    name: str
    media_type: str
    blocks: Iterator[bytes]


def make(study: Study, form: Format, options: Options, sounds: Sounds) -> Export:
    """The export of what is in ``study``. What of ``options`` means nothing in the format is left out."""
    facts = FACTS[form]
    options = meant(form, options)
    if form is Format.QDC:
        return Export("codebook.qdc", facts.media_type, iter([qdc(study)]))
    alone = study.heads[0].name if len(study.heads) == 1 else _MANY
    if form is Format.HTML:
        return Export(f"{alone}.html", facts.media_type, html(study, options, sounds))
    if facts.each and len(study.heads) == 1 and options.sound is None:
        files = (_one(study, interview, form, options) for interview in study.interviews)
        return Export(
            f"{alone}.{facts.ending}", facts.media_type, (block for file in files for block in file.blocks())
        )
    named = f"{alone}-{form}.zip" if facts.archive == "zip" else f"{alone}.{facts.archive}"
    return Export(named, "application/zip", zipped(_files(study, form, options, sounds)))


def meant(form: Format, options: Options) -> Options:
    """The options without what means nothing in the format."""
    choices = FACTS[form].choices
    return replace(options, sound=options.sound if Choice.SOUND in choices else None)


def _files(study: Study, form: Format, options: Options, sounds: Sounds) -> Iterable[File]:
    match form:
        case Format.QDPX:
            return qdpx_files(study, options, sounds)
        case Format.CSV:
            return csv_files(study, options)
        case Format.PARQUET:
            return parquet_files(study, options)
        case _:
            return _each(study, form, options, sounds)


def _each(study: Study, form: Format, options: Options, sounds: Sounds) -> Iterator[File]:
    for interview in study.interviews:
        yield _one(study, interview, form, options)
        if options.sound is not None and interview.head.has_sound:
            yield _sound_beside(interview, options, sounds)


def _sound_beside(interview: Interview, options: Options, sounds: Sounds) -> File:
    form = options.sound
    assert form is not None
    span = Span(0, interview.head.duration_ms)
    return File(f"{interview.head.name}.{form}", lambda: sounds(interview, span, form), True)


def _one(study: Study, interview: Interview, form: Format, options: Options) -> File:
    name = f"{interview.head.name}.{FACTS[form].ending}"
    return File.of(name, _WRITERS[form](study, interview, options))


def _transcript(form: str) -> Callable[[Study, Interview, Options], bytes]:
    def written(_: Study, interview: Interview, options: Options) -> bytes:
        transcript = interview.transcript
        if not options.markers and form != "json":
            transcript = replace(transcript, markers=())
        return export(transcript, form, options.verbatim, notation=options.notation)

    return written


def _srt(_: Study, interview: Interview, options: Options) -> bytes:
    transcript = interview.transcript
    markers = transcript.markers if options.markers else ()
    written = write(transcript.utterances, markers, options.notation, options.verbatim)
    return srt(written, transcript.speakers).encode()


_WRITERS: dict[Format, Callable[[Study, Interview, Options], bytes]] = {
    Format.DOCX: docx,
    Format.TEXT: _transcript("text"),
    Format.JSON: _transcript("json"),
    Format.VTT: _transcript("vtt"),
    Format.SRT: _srt,
    Format.EAF: eaf,
    Format.TEXTGRID: lambda study, interview, _: textgrid(study, interview),
}
"""The formats in which every interview is a file of its own."""
