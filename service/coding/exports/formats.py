"""The formats of exports: what each is called, what opens it, and which options mean something in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """A format. Its value is what is asked for over HTTP and in the terminal."""

    QDPX = "qdpx"
    QDC = "qdc"
    HTML = "html"
    DOCX = "docx"
    TEXT = "text"
    JSON = "json"
    VTT = "vtt"
    SRT = "srt"
    EAF = "eaf"
    TEXTGRID = "textgrid"
    CSV = "csv"
    PARQUET = "parquet"


class Choice(StrEnum):
    """An option that means something in a format."""

    CODINGS = "codings"
    MARKERS = "markers"
    MEMOS = "memos"
    SOUND = "sound"
    VERBATIM = "verbatim"
    NOTATION = "notation"


@dataclass(frozen=True, slots=True)
class FormatFacts:
    """What is known of a format. ``each``: every interview is a file of its own; ``ending`` is the one of its files.

    ``archive`` is the ending of several files, or of one with sound beside it.
    """

    title: str
    opens_in: str
    ending: str
    media_type: str
    each: bool
    choices: tuple[Choice, ...]
    archive: str = "zip"


_TEXTUAL = (Choice.MARKERS, Choice.VERBATIM, Choice.NOTATION)
_CODED = (Choice.CODINGS, Choice.MARKERS, Choice.MEMOS)

FACTS: dict[Format, FormatFacts] = {
    Format.QDPX: FormatFacts(
        "REFI-QDA project",
        "NVivo, ATLAS.ti, MAXQDA, QualCoder and other programs for coding: sound, transcript, codes, codings, memos.",
        "qdpx",
        "application/zip",
        False,
        (*_CODED, Choice.SOUND, Choice.VERBATIM, Choice.NOTATION),
        "qdpx",
    ),
    Format.QDC: FormatFacts(
        "REFI-QDA codebook",
        "The same programs: codes and themes only, no interview.",
        "qdc",
        "application/xml",
        False,
        (),
    ),
    Format.HTML: FormatFacts(
        "Page to read and hear",
        "Any browser, without a network: one file, coded moments play.",
        "html",
        "text/html; charset=utf-8",
        False,
        (Choice.CODINGS, *_TEXTUAL, Choice.MEMOS, Choice.SOUND),
    ),
    Format.DOCX: FormatFacts(
        "Word document",
        "Word, LibreOffice: to read and print; codings are comments.",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        True,
        (Choice.CODINGS, *_TEXTUAL, Choice.MEMOS),
    ),
    Format.TEXT: FormatFacts(
        "Plain text", "Anything.", "txt", "text/plain; charset=utf-8", True, (*_TEXTUAL, Choice.SOUND)
    ),
    Format.JSON: FormatFacts(
        "Transcript as data",
        "Programs: every word with its time, every marker.",
        "json",
        "application/json",
        True,
        (Choice.VERBATIM, Choice.SOUND),
    ),
    Format.VTT: FormatFacts(
        "WebVTT",
        "Browsers and players, beside the sound.",
        "vtt",
        "text/vtt; charset=utf-8",
        True,
        (*_TEXTUAL, Choice.SOUND),
    ),
    Format.SRT: FormatFacts(
        "SubRip",
        "Players such as VLC, beside the sound.",
        "srt",
        "application/x-subrip; charset=utf-8",
        True,
        (*_TEXTUAL, Choice.SOUND),
    ),
    Format.EAF: FormatFacts(
        "ELAN annotations",
        "ELAN: tiers for speakers, words, coders and kinds of marker, over the sound.",
        "eaf",
        "application/xml",
        True,
        (Choice.CODINGS, Choice.MARKERS, Choice.SOUND),
    ),
    Format.TEXTGRID: FormatFacts(
        "Praat TextGrid",
        "Praat: the same tiers, over the sound.",
        "TextGrid",
        "text/plain; charset=utf-8",
        True,
        (Choice.CODINGS, Choice.MARKERS, Choice.SOUND),
    ),
    Format.CSV: FormatFacts(
        "Tables as CSV",
        "R, Python, spreadsheets: codings, codes, markers, with a data dictionary.",
        "zip",
        "application/zip",
        False,
        _CODED,
    ),
    Format.PARQUET: FormatFacts(
        "Tables as Parquet",
        "R, Python, DuckDB: the same tables with types.",
        "zip",
        "application/zip",
        False,
        _CODED,
    ),
}
