"""Taking interviews out of the coding store: how large the file will be, and the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.audio.portable import SoundForm, size_of
from models.values import Span
from service.coding import tables
from service.coding.codings import codings_in
from service.coding.exports.formats import FACTS, Format
from service.coding.exports.gathering import gather, gather_codebook, heads_of, read_sound
from service.coding.exports.making import Export, make, meant
from service.coding.exports.page import LARGEST_SOUND_BYTES, clips_of, sound_bytes
from service.coding.exports.qdpx import LARGEST_FILE_BYTES
from service.coding.exports.values import Head, Interview, NoExport, Options
from service.coding.store import CodingStore, ReleasedInterview
from service.coding.values import Coder, CodeState

_MB = 2**20
_BYTES_A_WORD: Mapping[Format, tuple[int, int]] = {
    Format.QDPX: (6, 6),
    Format.QDC: (0, 0),
    Format.HTML: (24, 24),
    Format.DOCX: (7, 7),
    Format.TEXT: (8, 3),
    Format.JSON: (230, 17),
    Format.VTT: (9, 3),
    Format.SRT: (9, 3),
    Format.EAF: (420, 33),
    Format.TEXTGRID: (270, 29),
    Format.CSV: (6, 6),
    Format.PARQUET: (6, 6),
}
"""About how large the file is without its sound, alone and within a zip, as ``scripts/bench exports`` made them."""

_BYTES_A_FILE: Mapping[Format, int] = {Format.DOCX: 36_000, Format.PARQUET: 12_000}
_LEAST_BYTES = 2000
"""What a file has beside its words: most in Word, for its styles."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large an export will be: about ``bytes``, of which ``sound_bytes`` are sound, exact or at most.

    ``sound_ms`` is how much sound has to be written anew; ``silent`` are interviews whose sound is not there now.
    ``refused`` says why there will be no file, if there won't.
    """

    interviews: int
    bytes: int
    sound_bytes: int
    sound_ms: int
    silent: tuple[str, ...]
    refused: str | None


def size_up(
    store: CodingStore, coder: Coder, chosen: Sequence[ReleasedInterview], form: Format, options: Options
) -> Size:
    """How large the export will be. Reads no words."""
    options = meant(form, options)
    speaker = tables.transcripts.speaker
    with store.engine.connect() as connection:
        heads = heads_of(connection, chosen)
        counted = connection.execute(
            sa.select(speaker.c.interview_id, sa.func.sum(speaker.c.words)).group_by(speaker.c.interview_id)
        )
        words = {interview_id: int(count) for interview_id, count in counted}
        heard = tuple(_heard(connection, coder, heads, form, options))
        used = sa.select(tables.code.c.id).where(tables.code.c.state == CodeState.USED).limit(1)
        has_codes = connection.execute(used).first() is not None
    alone, within = _BYTES_A_WORD[form]
    said = sum(words.get(one.id, 0) for one in heads)
    text = said * (alone if len(heads) == 1 and options.sound is None else within)
    sound = sum(one.bytes for one in heard)
    wanted = options.sound is not None
    return Size(
        0 if form is Format.QDC else len(heads),
        text + sound + _BYTES_A_FILE.get(form, _LEAST_BYTES) * max(1, len(heads)),
        sound,
        sum(one.length_ms for one in heard),
        tuple(one.name for one in heads if wanted and not one.has_sound),
        _refusal(form, options, heads, sound, has_codes),
    )


def take_out(
    store: CodingStore, coder: Coder, chosen: Sequence[ReleasedInterview], form: Format, options: Options
) -> Export:
    """The export as ``coder`` may have it. Raises :class:`NoExport` before its first byte is made."""
    refused = size_up(store, coder, chosen, form, options).refused
    if refused is not None:
        raise NoExport(refused)
    study = gather_codebook(store) if form is Format.QDC else gather(store, coder, chosen, options)

    def sounds(interview: Interview, span: Span, sound: SoundForm) -> Iterator[bytes]:
        return read_sound(store, interview, span, sound)

    return make(study, form, options, sounds)


def has_interviews(form: Format) -> bool:
    """Whether interviews are in files of this format."""
    return bool(FACTS[form].choices)


@dataclass(frozen=True, slots=True)
class _Heard:
    """How much of an interview's sound goes along, and how many bytes of the file it is."""

    length_ms: int
    bytes: int


def _heard(
    connection: sa.Connection, coder: Coder, heads: Iterable[Head], form: Format, options: Options
) -> Iterator[_Heard]:
    for head in heads:
        if options.sound is None or not head.has_sound:
            continue
        if form is Format.HTML:
            clips = clips_of(head, codings_in(connection, coder, head.id) if options.codings else ())
            yield _Heard(sum(one.span.length_ms for one in clips), sound_bytes(clips))
        else:
            yield _Heard(head.duration_ms, size_of(head.duration_ms, options.sound))


def _refusal(
    form: Format, options: Options, heads: Sequence[Head], sound: int, has_codes: bool
) -> str | None:
    if form is Format.QDC and not has_codes:
        return "There is no code in the codebook yet."
    if form is not Format.QDC and not heads:
        return "There is no released interview to take out."
    if form is Format.HTML and sound > LARGEST_SOUND_BYTES:
        return (
            f"The sound of these moments would make the file {sound // _MB} MB large; {LARGEST_SOUND_BYTES // _MB} MB "
            "is the most that browsers open well. Choose fewer interviews, or leave the sound out."
        )
    if form is Format.QDPX and options.sound is not None:
        longest = max((one.duration_ms for one in heads), default=0)
        if size_of(longest, options.sound) > LARGEST_FILE_BYTES:
            return (
                "A sound in a REFI-QDA project is smaller than 2 GB, and one of these is larger. Choose MP3."
            )
    return None
