"""Whether a drawn name could be taken for a real one of the study."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from models.anonymisation.identity import bare

if TYPE_CHECKING:
    from nicknames import NickNamer

_SHORTEST_SOUND = 3
"""Letters from which two names that sound alike are taken for one; shorter ones share a sound too easily."""


class Taken:
    """Names that no stand-in may be like: the real ones of the study and the stand-ins ever given.

    ``real`` and ``given`` are words as they are written or bare. A name is like a real one when it is the same, sounds
    the same (metaphone, as the search for misheard names does), differs by one edit (Damerau and Levenshtein) or is a
    pet name of it; and like a given one when it is the same.
    """

    def __init__(self, real: Iterable[str], given: Iterable[str] = ()) -> None:
        from jellyfish import metaphone

        self._given = {one for word in given for one in bare(word).split()}
        self._real = {one for word in real for one in bare(word).split()}
        self._sounds = {metaphone(word) for word in self._real if len(word) >= _SHORTEST_SOUND}
        self._pets = {pet for word in self._real for pet in pet_names(word)}
        self._by_length: dict[int, set[str]] = {}
        for word in self._real:
            self._by_length.setdefault(len(word), set()).add(word)

    def has(self, name: str) -> bool:
        """Whether the name is taken or like a taken one."""
        from jellyfish import metaphone

        word = bare(name)
        if word in self._given or word in self._real or word in self._pets:
            return True
        return metaphone(word) in self._sounds or self._is_one_edit_away(word)

    def add(self, names: Iterable[str]) -> None:
        """Take these as given."""
        self._given.update(map(bare, names))

    def _is_one_edit_away(self, word: str) -> bool:
        from jellyfish import damerau_levenshtein_distance

        return any(
            damerau_levenshtein_distance(word, other) <= 1
            for length in (len(word) - 1, len(word), len(word) + 1)
            for other in self._by_length.get(length, ())
        )


@cache
def pet_names(word: str) -> frozenset[str]:
    """What a person of that bare first name may be called too, pet names and the names they are of."""
    namer = _namer()
    return frozenset(namer.nicknames_of(word) | namer.canonicals_of(word)) - {word}


@cache
def _namer() -> NickNamer:
    from nicknames import NickNamer

    return NickNamer()
