"""Taking released interviews out of Lytt, with their codings, in formats of other programs."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query
from starlette.responses import StreamingResponse

from models.audio.portable import SoundForm
from service.accounts.permissions import Action
from service.api.coding import Side
from service.api.coding_answers import coder_of
from service.api.problems import Problem, not_found
from service.api.references import Group, RoleName, Wave, study_id
from service.api.rights import Who, allowed
from service.api.schemas import Schema
from service.coding.exports.formats import FACTS, Choice, Format
from service.coding.exports.taking_out import has_interviews, size_up, take_out
from service.coding.exports.values import NoExport, Options
from service.coding.store import ReleasedInterview, list_released
from service.transcript.notation import Notation
from service.transcript.readers import ConnectionReader
from service.transcript.selecting import NoSuchRole, Selection, chosen_interviews

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_KINDS = sorted({facts.media_type.partition(";")[0] for facts in FACTS.values()} | {"application/zip"})
"""What an export can be, as the description of the API says it."""

router = APIRouter(prefix="/api/coding", tags=["coding"])


class ExportFormat(Schema):
    """A format: what opens it, whether each interview is a file of its own, and which options mean something in it."""

    format: Format
    title: str
    opens_in: str
    each: bool
    choices: list[Choice]


class ExportFormats(Schema):
    formats: list[ExportFormat]


class ExportSize(Schema):
    """About how many bytes there will be, and how many of them are sound; how much sound has to be written anew.

    ``silent`` are interviews without sound at this time. ``refused`` says why there will be no file.
    """

    interviews: int
    bytes: int
    sound_bytes: int
    sound_ms: int
    silent: list[str]
    refused: str | None


FormatWanted = Annotated[Format, Query(description="`GET /api/coding/export/formats` says what each is.")]


def _options(
    side: Side,
    codings: Annotated[bool, Query(description="With the codings that one may see.")] = True,
    markers: Annotated[bool, Query(description="With markers.")] = True,
    memos: Annotated[bool, Query(description="With the memos that one may see.")] = True,
    sound: Annotated[SoundForm | None, Query(description="With the redacted sound, in this format.")] = None,
    verbatim: Annotated[
        bool | None, Query(description="Every word; as the settings say if not given.")
    ] = None,
    notation: Annotated[
        Notation | None, Query(description="How markers are written; as the settings say if not given.")
    ] = None,
) -> Options:
    return Options(
        codings,
        markers,
        memos,
        sound,
        side.settings.verbatim if verbatim is None else verbatim,
        notation or Notation(side.settings.notation),
    )


def _chosen(
    side: Side,
    interview: Annotated[
        list[str] | None,
        Query(max_length=2000, description="Study ids, in any spelling; all if none is given."),
    ] = None,
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
) -> tuple[ReleasedInterview, ...]:
    """The released interviews that are asked for; answers 404 where one of them is not there."""
    with side.coding.engine.connect() as connection:
        try:
            within = chosen_interviews(ConnectionReader(connection), Selection(group, role, wave))
        except NoSuchRole as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        names = {name: one.id for one in within for name in one.names}
        released = list_released(connection)
    names |= {one.name: one.id for one in released if one.id in names.values()}
    if not interview:
        wanted = set(names.values())
    else:
        found = [names.get(study_id(side.settings, reference)) for reference in interview]
        if None in found:
            raise not_found("released interview among those that were chosen")
        wanted = {one for one in found if one is not None}
    return tuple(one for one in released if one.id in wanted)


class ExportBroken(RuntimeError):  # noqa: N818 - reads as what happened
    """The file was not made to its end: whoever reads it is cut off."""


def _sent(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks; what goes wrong in between is told by its kind only, since messages may quote what was said."""
    try:
        yield from blocks
    except Exception as error:
        log.warning("export_broken", error=type(error).__name__)
        raise ExportBroken("the export was not made to its end") from None


OptionsWanted = Annotated[Options, Depends(_options)]
Chosen = Annotated[tuple[ReleasedInterview, ...], Depends(_chosen)]


@router.get(
    "/export/formats", operation_id="list_export_formats", dependencies=[allowed(Action.EXPORT_RELEASED)]
)
def list_export_formats() -> ExportFormats:
    """The formats that interviews can be taken out in."""
    return ExportFormats(
        formats=[
            ExportFormat(
                format=form,
                title=facts.title,
                opens_in=facts.opens_in,
                each=facts.each,
                choices=list(facts.choices),
            )
            for form, facts in FACTS.items()
        ]
    )


@router.get("/export/size", operation_id="get_export_size", dependencies=[allowed(Action.EXPORT_RELEASED)])
def get_export_size(
    side: Side, who: Who, format: FormatWanted, chosen: Chosen, options: OptionsWanted
) -> ExportSize:
    """How large an export will be; makes nothing."""
    return ExportSize.model_validate(size_up(side.coding, coder_of(who), chosen, format, options))


@router.get(
    "/export",
    operation_id="export_interviews",
    response_class=StreamingResponse,
    dependencies=[allowed(Action.EXPORT_RELEASED)],
    responses={
        200: {
            "description": "The file, or a zip of several.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _KINDS},
        }
    },
)
def export_interviews(
    side: Side, who: Who, format: FormatWanted, chosen: Chosen, options: OptionsWanted
) -> StreamingResponse:
    """Released interviews in a format of another program, sent while it is made."""
    try:
        made = take_out(side.coding, coder_of(who), chosen, format, options)
    except NoExport as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    if has_interviews(format):
        for one in chosen:
            side.note(who.name, "released_exported", one.id, {"format": str(format)})
    else:
        side.note(who.name, "released_exported", "codebook", {"format": str(format)})
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_sent(made.blocks), media_type=made.media_type, headers=headers)
