"""How well two coders agree, where they do not, and what they decide about that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query

from service.accounts.permissions import Action
from service.api import coding_agreement_schemas as shapes
from service.api import coding_schemas
from service.api.coding import CodingSide, Name, Side, read_released
from service.api.coding_agreement_shapes import agreement_shape, decision_shape, marks_shape
from service.api.coding_answers import coder_of, refusals_told
from service.api.coding_moments import moment_shape
from service.api.problems import Problem, responses
from service.api.references import Group, RoleName, Wave, study_id
from service.api.rights import Who, allowed
from service.coding import codebook
from service.coding.agreement import consensus
from service.coding.agreement.comparing import agreement
from service.coding.agreement.decisions import DecisionOvertaken
from service.coding.agreement.disagreements import Kind, find_disagreements
from service.coding.agreement.reading import (
    WORDS,
    Standing,
    chosen_standings,
    compared,
    not_blind,
    waited_for,
)
from service.coding.agreement.values import Mark, Pair
from service.coding.moments import Stretch, moments_at
from service.coding.store import released_name
from service.coding.values import Coder
from service.coding.writing import writing
from service.transcript.selecting import NoSuchRole, Selection

router = APIRouter(prefix="/api/coding", tags=["coding"])

CONFLICT = responses(HTTPStatus.CONFLICT)
One = Annotated[str, Query(max_length=80, description="A coder: the name of the account.")]
Names = Annotated[list[str] | None, Query(max_length=500, description="Only these interviews, by study id.")]
UnitMs = Annotated[
    int, Query(ge=100, le=60_000, description="Length of a unit. Nothing else counts where `unit` is `word`.")
]
Tolerance = Annotated[
    int, Query(ge=0, le=60_000, description="Edges that are apart by no more than this are alike.")
]
DecisionId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The id of the disagreement.")]


@router.get(
    "/agreement/interviews",
    operation_id="list_standings",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def list_standings(
    side: Side,
    who: Who,
    first: One = "",
    second: One = "",
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
) -> shapes.Standings:
    """Who is ready with which interview, and where two coders can be compared."""
    coder = coder_of(who)
    pair = _pair(first, second) if first and second else None
    with side.coding.engine.connect() as connection:
        found = _standings(side, connection, coder, Selection(group, role, wave), None)
    return shapes.Standings(
        me=coder.name,
        leads=coder.leads,
        coders=sorted({coder.name} | {name for one in found for name in (*one.ready, *one.coding)}),
        interviews=[
            shapes.InterviewStanding(
                name=one.name,
                group=one.group,
                role=one.role,
                wave=one.wave,
                duration_ms=one.duration_ms,
                ready=list(one.ready),
                coding=list(one.coding),
                waited_for=list(waited_for(coder, pair, one)) if pair else [],
            )
            for one in found
        ],
    )


@router.get("/agreement", operation_id="get_agreement", dependencies=[allowed(Action.SEE_CODINGS)])
def get_agreement(
    side: Side,
    who: Who,
    first: One,
    second: One,
    unit: Annotated[Literal["time", "word"], Query()] = "time",
    unit_ms: UnitMs = 1000,
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
    interview: Names = None,
) -> shapes.Agreement:
    """Percent agreement, Cohen's kappa, Krippendorff's alpha and his alpha for unitizing, overall and for each code."""
    coder, pair = coder_of(who), _pair(first, second)
    length = WORDS if unit == "word" else unit_ms
    with side.coding.engine.connect() as connection:
        among = _standings(side, connection, coder, Selection(group, role, wave), interview)
        both = compared(connection, coder, pair, among, length)
        names = {one.id: one.name for one in among}
        codes = {one.id: one.name for one in codebook.current(connection).codes}
        seen = not_blind(connection, pair, (one.interview_id for one in both))
    interviews = [names[one.interview_id] for one in both]
    return agreement_shape(agreement(both), pair, length, interviews, codes, seen)


@router.get(
    "/agreement/disagreements",
    operation_id="list_disagreements",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def list_disagreements(
    side: Side,
    who: Who,
    first: One,
    second: One,
    tolerance_ms: Tolerance = 1000,
    kind: Kind | None = None,
    code: Annotated[coding_schemas.Id | None, Query()] = None,
    state: Annotated[Literal["open", "decided", "all"], Query()] = "all",
    group: Group = None,
    role: RoleName = None,
    wave: Wave = None,
    interview: Names = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> shapes.Disagreements:
    """Stretches that two coders coded differently, with what was decided; in order of interview and time."""
    coder, pair = coder_of(who), _pair(first, second)
    with side.coding.engine.connect() as connection:
        among = _standings(side, connection, coder, Selection(group, role, wave), interview)
        both = compared(connection, coder, pair, among, unit_ms=1000)
        decided = {
            one.id: one
            for one in consensus.decisions_in(connection, coder, pair, (one.interview_id for one in both))
        }
        asked = [
            (one, decided.get(one.key(pair)))
            for each in both
            for one in find_disagreements(each, tolerance_ms).disagreements
            if kind in (None, one.kind)
            and (code is None or any(mark.code == code for mark in (*one.first, *one.second)))
        ]
        is_decided = [held is not None and not held.removed for _, held in asked]
        listed = [
            pair_of
            for pair_of, settled in zip(asked, is_decided, strict=True)
            if state == "all" or settled == (state == "decided")
        ]
        shown = listed[after : after + limit]
        moments = moments_at(
            connection, coder, [Stretch(one.interview_id, one.start_ms, one.end_ms) for one, _ in shown]
        )
    return shapes.Disagreements(
        first=pair.first,
        second=pair.second,
        total=len(asked),
        decided=sum(is_decided),
        disagreements=[
            shapes.Disagreement(
                id=one.key(pair),
                kind=one.kind,
                first=marks_shape(one.first),
                second=marks_shape(one.second),
                decision=None if held is None else decision_shape(held, moment.interview),
                moment=moment_shape(moment),
            )
            for (one, held), moment in zip(shown, moments, strict=True)
        ],
        next=after + limit if after + limit < len(listed) else None,
    )


@router.put(
    "/agreement/decisions/{decision}",
    operation_id="decide_consensus",
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def decide(side: Side, who: Who, decision: DecisionId, body: shapes.NewDecision) -> shapes.ConsensusDecision:
    """Decide about a disagreement: the two coders may, and leads."""
    pair = _pair(body.first, body.second)
    other = None
    if body.code is not None and body.start_ms is not None and body.end_ms is not None:
        other = Mark(body.code, body.start_ms, body.end_ms)
    wanted = consensus.Wanted(body.keep, body.why.strip(), other)
    with read_released(side, body.interview) as (found, _):
        pass
    with _refusals_told(found.name), writing(side.coding.engine) as connection:
        made = consensus.decide(connection, coder_of(who), found.id, pair, decision, body.version, wanted)
    side.note(who.name, "consensus_decided", found.id, {"version": made.version})
    return decision_shape(made, found.name)


@router.post(
    "/agreement/decisions/{decision}/undo",
    operation_id="undo_consensus",
    dependencies=[allowed(Action.CODE)],
    responses=CONFLICT,
)
def undo_decision(
    side: Side, who: Who, decision: DecisionId, body: coding_schemas.OfVersion
) -> shapes.ConsensusDecision:
    """Put a decision back to what it was before; the first one is taken back."""
    with _refusals_told(), writing(side.coding.engine) as connection:
        made = consensus.undo_decision(connection, coder_of(who), decision, body.version)
        name = released_name(connection, made.interview_id)
    side.note(who.name, "consensus_undone", made.interview_id, {"version": made.version})
    return decision_shape(made, name)


@router.get(
    "/agreement/decisions/{decision}/history",
    operation_id="get_decision_history",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def get_decision_history(side: Side, who: Who, decision: DecisionId) -> shapes.DecisionHistory:
    """Everything that was decided about a disagreement, the oldest first."""
    with _refusals_told(), side.coding.engine.connect() as connection:
        changes = consensus.decision_history(connection, coder_of(who), decision)
    return shapes.DecisionHistory(changes=[shapes.DecisionChange.model_validate(one) for one in changes])


@router.get(
    "/interviews/{name}/consensus",
    operation_id="get_consensus",
    dependencies=[allowed(Action.SEE_CODINGS)],
)
def get_consensus(
    side: Side, who: Who, name: Name, first: One, second: One, tolerance_ms: Tolerance = 1000
) -> shapes.Consensus:
    """What two coders agree on in an interview: what both coded alike, and what was decided."""
    pair = _pair(first, second)
    with (
        read_released(side, name) as (found, _),
        _refusals_told(found.name, "pair of coders to compare here"),
        side.coding.engine.connect() as connection,
    ):
        held = consensus.consensus_in(connection, coder_of(who), found.id, pair, tolerance_ms)
    return shapes.Consensus(
        interview=found.name,
        first=pair.first,
        second=pair.second,
        alike=[shapes.ConsensusCoding.model_validate(one) for one in held.alike],
        decisions=[decision_shape(one, found.name) for one in held.decisions],
        outdated=[decision_shape(one, found.name) for one in held.outdated],
        left_open=held.left_open,
    )


def _pair(first: str, second: str) -> Pair:
    try:
        return Pair.of(first, second)
    except ValueError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None


def _standings(
    side: CodingSide,
    connection: sa.Connection,
    coder: Coder,
    selection: Selection,
    names: Sequence[str] | None,
) -> tuple[Standing, ...]:
    wanted = [study_id(side.settings, name) for name in names or ()]
    try:
        return chosen_standings(connection, coder, selection, wanted)
    except NoSuchRole as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None


@contextmanager
def _refusals_told(interview: str = "", what: str = "decision") -> Iterator[None]:
    try:
        with refusals_told(what, interview):
            yield
    except DecisionOvertaken as error:
        now = decision_shape(error.now, interview)
        raise Problem(HTTPStatus.CONFLICT, str(error), current=now) from None
