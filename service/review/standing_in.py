"""What stands for words that a person redacts: the place where a redaction made by hand gets its identity."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.review.judged import Judged, same

_NUMBERED = re.compile(r"-(\d+)\]$")


@dataclass(frozen=True, slots=True)
class StandIn:
    """What coders read instead, and the identity it stands for, if that is known."""

    placeholder: str
    identity_id: int | None


def stand_in(label: str, said: Iterable[str], others: Iterable[Judged]) -> StandIn:
    """For words that are said the same as those of another redaction of this label, what stands for those.

    Else the next number of the label among ``others``, the redactions of the interview.
    """
    form = same(said)
    numbers = [0]
    for other in others:
        if other.label != label:
            continue
        if form and other.form == form and other.counts:
            return StandIn(other.placeholder, other.identity_id)
        found = _NUMBERED.search(other.placeholder)
        if found:
            numbers.append(int(found[1]))
    return StandIn(f"[{label}-{max(numbers) + 1}]", None)
