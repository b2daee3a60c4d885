"""What the coding side's values look like outside, and how its refusals are said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from pydantic import BaseModel

from service.accounts.permissions import Action, Actor, may
from service.api import coding_schemas as shapes
from service.api.problems import Problem, not_found
from service.api.schemas import ReleasedInterview as ReleasedShape
from service.coding.seeing import told_coded
from service.coding.store import ReleasedInterview
from service.coding.values import (
    About,
    Anchor,
    Code,
    Coder,
    Coding,
    Memo,
    NotThere,
    Overtaken,
    Refused,
    Theme,
)


def coder_of(actor: Actor) -> Coder:
    """Who codes. Whoever may revise the codebook leads."""
    return Coder(actor.name, may(actor, Action.REVISE_CODEBOOK))


def released_shape(found: ReleasedInterview, coder: Coder) -> ReleasedShape:
    """A released interview, as ``coder`` is told of it."""
    return ReleasedShape(
        name=found.name,
        group=found.group,
        role=found.role,
        wave=found.wave,
        duration_ms=found.duration_ms,
        language=found.language,
        revision=found.revision,
        released_at=found.released_at,
        coded=told_coded(coder, found.coded),
    )


def coding_shape(one: Coding, interview: str, suggested: Anchor | None = None) -> shapes.Coding:
    """A coding of the interview with this name."""
    return shapes.Coding(
        id=one.id,
        interview=interview,
        coder=one.coder,
        code=one.code,
        anchor=shapes.Anchor.model_validate(one.anchor),
        weight=one.weight,
        words_changed=one.words_changed,
        suggested=shapes.Anchor.model_validate(suggested) if suggested is not None else None,
        version=one.version,
        made_at=one.made_at,
        changed_at=one.changed_at,
        removed=one.removed,
    )


def memo_shape(one: Memo, interview: str = "") -> shapes.Memo:
    """A memo; one about an interview is about its name outside."""
    shape = shapes.Memo.model_validate(one)
    return shape.model_copy(update={"subject": interview}) if one.about is About.INTERVIEW else shape


def _now(one: Code | Theme | Coding | Memo, interview: str) -> BaseModel:
    match one:
        case Code():
            return shapes.Code.model_validate(one)
        case Theme():
            return shapes.Theme.model_validate(one)
        case Coding():
            return coding_shape(one, interview)
        case Memo():
            return memo_shape(one, interview)


@contextmanager
def refusals_told(what: str, interview: str = "") -> Iterator[None]:
    """Turns what the coding side refuses into answers: 404, 409 with what is there now, or 422."""
    try:
        yield
    except NotThere:
        raise not_found(what) from None
    except Overtaken as error:
        raise Problem(HTTPStatus.CONFLICT, str(error), current=_now(error.now, interview)) from None
    except Refused as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
