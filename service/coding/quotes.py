"""Whether a text quotes what was said: some words one after the other, as they were said, however they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.transcript.folding import fold

QUOTED_WORDS = 3
"""A memo of the interview with so many words one after the other as they were said in it quotes."""

QUOTED_ELSEWHERE = 5
"""As many in what may be of any interview: the example or definition of a code or theme, a memo on something else."""

QUOTING = ("example", "definition")
"""What of a code or theme may quote."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, as runs of ``length`` words."""

    length: int = QUOTED_ELSEWHERE
    runs: frozenset[tuple[str, ...]] = field(default=frozenset(), repr=False)

    @staticmethod
    def of(texts: Iterable[str], length: int = QUOTED_ELSEWHERE) -> Said:
        """What these texts say, each by itself."""
        return Said(length, frozenset(run for text in texts for run in _runs(text, length)))

    def __bool__(self) -> bool:
        return bool(self.runs)

    def __or__(self, other: Said) -> Said:
        return Said(self.length, self.runs | other.runs)

    def is_quoted_in(self, text: object) -> bool:
        """Whether it is a text that quotes."""
        return isinstance(text, str) and not self.runs.isdisjoint(_runs(text, self.length))

    def without_quotes(self, items: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
        """Codes and themes as rows hold them, what quotes of them emptied."""
        return [
            {
                name: "" if name in QUOTING and self.is_quoted_in(value) else value
                for name, value in item.items()
            }
            for item in items
        ]


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}
