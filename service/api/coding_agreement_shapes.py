"""Agreement and decisions as they are answered, and as the terminal prints them."""

from __future__ import annotations

from collections.abc import Sequence

from service.api import coding_agreement_schemas as shapes
from service.coding.agreement.decisions import Decision
from service.coding.agreement.reading import WORDS
from service.coding.agreement.values import IN_WORDS, Agreed, Agreement, Coefficient, Mark, Pair


def agreement_shape(
    found: Agreement,
    pair: Pair,
    unit_ms: int,
    interviews: Sequence[str],
    codes: dict[str, str],
    not_blind: int,
) -> shapes.Agreement:
    """Agreement over the interviews with these names; ``codes`` are names by id. Codes are in order of their names."""
    told = (_agreed(one, codes) for one in found.codes)
    return shapes.Agreement(
        first=pair.first,
        second=pair.second,
        unit_ms=None if unit_ms == WORDS else unit_ms,
        interviews=list(interviews),
        units=found.units,
        duration_ms=found.duration_ms,
        resamples=found.resamples,
        not_blind=not_blind,
        overall=_agreed(found.overall, codes),
        codes=sorted(told, key=lambda one: (one.name.casefold(), one.code or "")),
    )


def decision_shape(one: Decision, interview: str) -> shapes.ConsensusDecision:
    """A decision about codings in the interview with this name."""
    return shapes.ConsensusDecision(
        id=one.id,
        interview=interview,
        first_coder=one.pair.first,
        second_coder=one.pair.second,
        kind=one.kind,
        start_ms=one.start_ms,
        end_ms=one.end_ms,
        first=marks_shape(one.first),
        second=marks_shape(one.second),
        keep=one.keep,
        codings=[shapes.ConsensusCoding.model_validate(coding) for coding in one.codings],
        why=one.why,
        who=one.who,
        version=one.version,
        made_at=one.made_at,
        changed_at=one.changed_at,
        removed=one.removed,
    )


def marks_shape(marks: Sequence[Mark]) -> list[shapes.CoderMark]:
    """What a coder marked."""
    return [shapes.CoderMark.model_validate(one) for one in marks]


def _agreed(one: Agreed, codes: dict[str, str]) -> shapes.Agreed:
    return shapes.Agreed(
        code=one.code,
        name="" if one.code is None else codes.get(one.code, ""),
        used_by=one.used_by,
        first_ms=one.first_ms,
        second_ms=one.second_ms,
        both_ms=one.both_ms,
        percent=_coefficient(one.percent),
        kappa=_coefficient(one.kappa),
        alpha=_coefficient(one.alpha),
        unitizing_alpha=_coefficient(one.unitizing_alpha),
        alpha_u=_coefficient(one.alpha_u),
    )


def _coefficient(one: Coefficient) -> shapes.Coefficient:
    return shapes.Coefficient(
        value=one.value,
        low=one.low,
        high=one.high,
        why_not=one.why_not,
        because="" if one.why_not is None else IN_WORDS[one.why_not],
    )
