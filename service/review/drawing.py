"""A figure of an interview of the vault, as spoken or as coders have it."""

from __future__ import annotations

from models.values import Span
from service.figures.stretches import figure_of, track_of
from service.redacted_sound.renditions import current_rendition
from service.review.release import anonymised_transcript
from service.transcript.readers import ConnectionReader
from service.transcript.reading import speakers, utterances_between
from service.vault.interviews import StoredInterview, speaker_names_of
from service.vault.media import track_file
from service.vault.store import Vault


class NothingToDraw(Exception):  # noqa: N818 - reads as what happened
    """There is no track of the interview; ``str()`` says why and what to do."""


def interview_figure(vault: Vault, found: StoredInterview, span: Span, anonymised: bool) -> str:
    """The SVG of a stretch. ``anonymised``: with the words as coders read them, drawn from the redacted sound.

    Raises :class:`NothingToDraw`; ValueError for a stretch that is no figure; FileNotFoundError and ``FileBroken``.
    """
    title = f"{found.name}, wave {found.wave}" if found.name else "Interview"
    if anonymised:
        kept = current_rendition(vault.engine, vault.artefacts, vault.sound, found.id)
        if kept is None or kept.track is None:
            raise NothingToDraw(
                "There is no redacted sound to draw this from yet. Wait until it is made, or ask for the figure as "
                "spoken."
            )
        with vault.engine.connect() as connection:
            told = anonymised_transcript(connection, found.id)
            voices = speakers(ConnectionReader(connection), found.id)
        said = told.utterances if told is not None else ()
        return figure_of(track_of(vault.artefacts.file(kept.track)), span, title, said, voices, kept.masked)
    with vault.engine.connect() as connection:
        file = track_file(connection, vault.artefacts, found.id)
        if file is None:
            raise NothingToDraw("Pitch and loudness were not measured in this interview. Process it again.")
        reader = ConnectionReader(connection)
        said = utterances_between(reader, found.id, span.start_ms, span.end_ms, limit=10_000)
        voices = speakers(reader, found.id)
        names = speaker_names_of(connection, found.id)
    return figure_of(track_of(file), span, title, said, voices, given=names)
