"""Two perspectives on a code or theme, and the quotes that leads pick for each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Response

from service.accounts.permissions import Action
from service.api import coding_perspectives_schemas as shapes
from service.api.coding import CodingSide, Side
from service.api.coding_answers import coder_of, refusals_told
from service.api.coding_moments import moment_shape
from service.api.coding_schemas import Id
from service.api.problems import Problem, not_found
from service.api.references import study_id
from service.api.rights import Who, allowed
from service.coding import tables
from service.coding.gathered import gathered_codes
from service.coding.moments import Stretch
from service.coding.perspectives import quotes
from service.coding.perspectives.quotes import Pick, Quote
from service.coding.perspectives.sides import moments_of_group, perspectives
from service.coding.store import find_released
from service.coding.values import About, Refused
from service.coding.writing import writing

router = APIRouter(prefix="/api/coding/perspectives", tags=["coding"])

Code = Annotated[Id | None, Query(description="This code and all below it.")]
Theme = Annotated[Id | None, Query(description="The codes of this theme and all below them.")]
QuoteId = Annotated[Id, Path()]


@router.get("", operation_id="get_perspectives", dependencies=[allowed(Action.SEE_CODINGS)])
def get_perspectives(side: Side, who: Who, code: Code = None, theme: Theme = None) -> shapes.Perspectives:
    """How much of a code or theme is on each side: by group, role and wave, empty sides too."""
    about, subject = _asked(code, theme)
    with refusals_told("code or theme"), side.coding.engine.connect() as connection:
        codes = gathered_codes(connection, about, subject)
        found = perspectives(connection, coder_of(who), codes)
    return shapes.Perspectives(
        roles=[shapes.RoleHere.model_validate(one) for one in found.roles],
        groups=list(found.groups),
        waves=list(found.waves),
        sides=[shapes.PerspectiveSide.model_validate(one) for one in found.sides],
        codes=sorted(codes),
    )


@router.get("/moments", operation_id="list_perspective_moments", dependencies=[allowed(Action.SEE_CODINGS)])
def list_perspective_moments(
    side: Side,
    who: Who,
    group: Annotated[str, Query(max_length=32)],
    code: Code = None,
    theme: Theme = None,
) -> shapes.SideMoments:
    """The moments of a group, by wave, role and time."""
    about, subject = _asked(code, theme)
    with refusals_told("code or theme"), side.coding.engine.connect() as connection:
        codes = gathered_codes(connection, about, subject)
        found = moments_of_group(connection, coder_of(who), codes, group)
    return shapes.SideMoments(
        moments=[
            shapes.SideMoment(role=one.role, wave=one.wave, moment=moment_shape(one.moment)) for one in found
        ]
    )


@router.get("/quotes", operation_id="list_quotes", dependencies=[allowed(Action.PICK_QUOTES)])
def list_quotes(side: Side, code: Code = None, theme: Theme = None) -> shapes.PickedQuotes:
    """The quotes that were picked for a code or theme, the oldest first."""
    about, subject = _asked(code, theme)
    with side.coding.engine.connect() as connection:
        return shapes.PickedQuotes(
            quotes=[_shape(one) for one in quotes.quotes_of(connection, about, subject)]
        )


@router.post(
    "/quotes",
    operation_id="pick_quote",
    status_code=HTTPStatus.CREATED,
    dependencies=[allowed(Action.PICK_QUOTES)],
)
def pick_quote(side: Side, who: Who, body: shapes.NewQuote) -> shapes.PickedQuote:
    """Pick a stretch as a quote for a perspective."""
    with refusals_told("code or theme"), writing(side.coding.engine) as connection:
        about = About(body.about)
        gathered_codes(connection, about, body.subject)
        found = find_released(connection, study_id(side.settings, body.interview))
        if found is None:
            raise not_found("released interview")
        if not body.start_ms < body.end_ms <= found.duration_ms:
            raise Refused("A quote ends after it starts, within the interview.")
        pick = Pick(about, body.subject, body.role, Stretch(found.id, body.start_ms, body.end_ms))
        answer = _shape(quotes.pick_quote(connection, coder_of(who), body.id, pick))
    side.note(who.name, "quote_picked", found.id, {"from_ms": body.start_ms, "to_ms": body.end_ms})
    return answer


@router.delete("/quotes/{quote}", operation_id="remove_quote", dependencies=[allowed(Action.PICK_QUOTES)])
def remove_quote(side: Side, who: Who, quote: QuoteId) -> shapes.PickedQuote:
    """Put a quote away; it can be taken back."""
    return _set_removed(side, who.name, quote, removed=True)


@router.post(
    "/quotes/{quote}/restore", operation_id="restore_quote", dependencies=[allowed(Action.PICK_QUOTES)]
)
def restore_quote(side: Side, who: Who, quote: QuoteId) -> shapes.PickedQuote:
    """Take a quote back that was put away."""
    return _set_removed(side, who.name, quote, removed=False)


@router.post(
    "/quotes/{quote}/confirmations",
    operation_id="confirm_quote",
    dependencies=[allowed(Action.PICK_QUOTES)],
)
def confirm_quote(side: Side, who: Who, quote: QuoteId, body: shapes.Confirmed) -> shapes.PickedQuote:
    """Say that something in a quote identifies nobody."""
    with refusals_told("quote, or nothing to confirm there"), writing(side.coding.engine) as connection:
        found = quotes.confirm(connection, coder_of(who), quote, body.key, body.words_digest)
    side.note(who.name, "quote_confirmed", found.pick.stretch.interview_id, _place(found))
    return _shape(found)


@router.delete(
    "/quotes/{quote}/confirmations",
    operation_id="take_back_quote_confirmation",
    dependencies=[allowed(Action.PICK_QUOTES)],
)
def take_back_quote_confirmation(
    side: Side, who: Who, quote: QuoteId, key: Annotated[str, Query(max_length=64)]
) -> shapes.PickedQuote:
    """Take back what was confirmed of a quote."""
    with refusals_told("quote"), writing(side.coding.engine) as connection:
        found = quotes.take_back(connection, quote, key)
    side.note(who.name, "quote_confirmation_taken_back", found.pick.stretch.interview_id, _place(found))
    return _shape(found)


@router.get("/quotes/{quote}/citation", operation_id="cite_quote", dependencies=[allowed(Action.PICK_QUOTES)])
def cite_quote(side: Side, who: Who, quote: QuoteId) -> shapes.Citation:
    """The quote with its source, once everything in it is confirmed."""
    with refusals_told("quote"), side.coding.engine.connect() as connection:
        found = quotes.find_quote(connection, quote)
        text = quotes.citation(found, _role_name(connection, found.pick.role))
    side.note(who.name, "quote_taken_out", found.pick.stretch.interview_id, _place(found))
    return shapes.Citation(text=text)


@router.get(
    "/quotes.md",
    response_class=Response,
    operation_id="export_quotes",
    dependencies=[allowed(Action.EXPORT_RELEASED)],
    responses={200: {"content": {"text/markdown": {}}}},
)
def export_quotes(side: Side, who: Who, code: Code = None, theme: Theme = None) -> Response:
    """The quotes of a code or theme in which everything is confirmed, by perspective, as Markdown."""
    about, subject = _asked(code, theme)
    with side.coding.engine.connect() as connection:
        clear = [one for one in quotes.quotes_of(connection, about, subject) if one.clear]
        lines: list[str] = []
        for role in sorted({one.pick.role for one in clear}):
            name = _role_name(connection, role)
            lines += [f"## {name}", ""]
            lines += [f"- {quotes.citation(one, name)}" for one in clear if one.pick.role == role] + [""]
    for one in clear:
        side.note(who.name, "quote_taken_out", one.pick.stretch.interview_id, _place(one))
    return Response(
        "\n".join(lines),
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="quotes.md"'},
    )


def _asked(code: str | None, theme: str | None) -> tuple[About, str]:
    if code is not None and theme is None:
        return About.CODE, code
    if theme is not None and code is None:
        return About.THEME, theme
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Say which code or which theme, and not both.")


def _set_removed(side: CodingSide, who: str, quote: str, *, removed: bool) -> shapes.PickedQuote:
    with refusals_told("quote"), writing(side.coding.engine) as connection:
        found = quotes.set_quote_removed(connection, quote, removed=removed)
    act = "quote_put_away" if removed else "quote_picked"
    side.note(who, act, found.pick.stretch.interview_id, _place(found))
    return _shape(found)


def _place(quote: Quote) -> dict[str, int]:
    return {"from_ms": quote.pick.stretch.start_ms, "to_ms": quote.pick.stretch.end_ms}


def _role_name(connection: sa.Connection, code: str) -> str:
    name = sa.select(tables.role.c.name).where(tables.role.c.code == code)
    return connection.execute(name).scalar_one_or_none() or code


def _shape(one: Quote) -> shapes.PickedQuote:
    return shapes.PickedQuote(
        id=one.id,
        about=str(one.pick.about),
        subject=one.pick.subject,
        role=one.pick.role,
        interview=one.interview,
        group=one.group,
        wave=one.wave,
        start_ms=one.pick.stretch.start_ms,
        end_ms=one.pick.stretch.end_ms,
        said=[shapes.Said.model_validate(said) for said in one.said],
        stand_ins=[shapes.Stood.model_validate(stood) for stood in one.stand_ins],
        checks=[
            shapes.QuoteCheck(
                key=check.warned.key,
                kind=check.warned.kind,
                words=check.warned.words,
                confirmed_by=check.confirmed_by,
                confirmed_at=check.confirmed_at,
            )
            for check in one.checks
        ],
        clear=one.clear,
        words_digest=one.words_digest,
        picked_by=one.picked_by,
        picked_at=one.picked_at,
    )
