"""What each interview adds to the coefficients. All of it adds up over interviews, so samples of them are sums too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.coding.agreement.spans import Pieces, pieces_of
from service.coding.agreement.values import Compared, Times

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums over some interviews, of units and of time in ms; every field has one number for each sample of them.

    ``agreed`` is where both coders gave the same value, ``both`` where that is another than none, ``first`` and
    ``second`` are where each gave another than none. Of how much each gave of each value, ``products`` are the products
    of the one's and the other's, summed over values, and ``given_squares`` the squares of the sum of both.
    ``own_squares`` are the squared lengths of both coders' units and the lengths of their gaps.
    """

    units: Counts
    units_agreed: Counts
    units_first: Counts
    units_second: Counts
    units_products: Counts
    units_given_squares: Counts
    ms: Counts
    ms_agreed: Counts
    ms_both: Counts
    ms_first: Counts
    ms_second: Counts
    ms_given_squares: Counts
    own_squares: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The same for each interview (rows); ``*_of`` has a column for each value, the first for none."""

    units: Counts
    units_agreed: Counts
    units_first_of: Counts
    units_second_of: Counts
    ms: Counts
    ms_agreed: Counts
    ms_both: Counts
    ms_first_of: Counts
    ms_second_of: Counts
    own_squares: Counts

    def summed(self, weights: Counts) -> Sums:
        """The sums of samples: each row of ``weights`` says how often each interview is in one."""
        units_given = self.units_first_of + self.units_second_of
        ms_given = self.ms_first_of + self.ms_second_of
        return Sums(
            units=weights @ self.units,
            units_agreed=weights @ self.units_agreed,
            units_first=weights @ (self.units - self.units_first_of[:, 0]),
            units_second=weights @ (self.units - self.units_second_of[:, 0]),
            units_products=_products(weights, self.units_first_of, self.units_second_of),
            units_given_squares=_products(weights, units_given, units_given),
            ms=weights @ self.ms,
            ms_agreed=weights @ self.ms_agreed,
            ms_both=weights @ self.ms_both,
            ms_first=weights @ (self.ms - self.ms_first_of[:, 0]),
            ms_second=weights @ (self.ms - self.ms_second_of[:, 0]),
            ms_given_squares=_products(weights, ms_given, ms_given),
            own_squares=weights @ self.own_squares,
        )


def tally_code(pieces: Sequence[Pieces], code: str) -> Tally:
    """The tally of one code: given (column 1) or not (column 0)."""
    rows = []
    for one in pieces:
        covered = [_mask(one, spans.get(code)) for spans in (one.first, one.second)]
        rows.append(_row(one, [mask.astype(np.int64) for mask in covered], 2))
    return _tally(rows)


def tally_all(pieces: Sequence[Pieces]) -> Tally:
    """The tally of all codes at once: the value of a stretch is the set of codes on it; column 0 is that of none."""
    numbers: dict[frozenset[str], int] = {frozenset(): 0}
    valued: list[list[Times]] = []
    for one in pieces:
        valued.append([_numbered(one, spans, numbers) for spans in (one.first, one.second)])
    return _tally([_row(one, values, len(numbers)) for one, values in zip(pieces, valued, strict=True)])


def all_pieces(compared: Sequence[Compared]) -> tuple[Pieces, ...]:
    """The pieces of each interview."""
    return tuple(pieces_of(one) for one in compared)


def _mask(pieces: Pieces, places: Times | None) -> NDArray[np.bool_]:
    mask = np.zeros(len(pieces.lengths_ms), dtype=bool)
    for first, last in () if places is None else places:
        mask[first:last] = True
    return mask


def _numbered(pieces: Pieces, spans: dict[str, Times], numbers: dict[frozenset[str], int]) -> Times:
    """The number of each piece's set of codes; sets that were not met get the next number."""
    sets: list[list[str]] = [[] for _ in pieces.lengths_ms]
    for code, places in spans.items():
        for first, last in places:
            for place in range(first, last):
                sets[place].append(code)
    return np.array([numbers.setdefault(frozenset(one), len(numbers)) for one in sets], dtype=np.int64)


def _row(pieces: Pieces, values: Sequence[Times], of: int) -> list[Counts]:
    first, second = values
    lengths, units = pieces.lengths_ms.astype(np.float64), pieces.units.astype(np.float64)
    alike = first == second
    return [
        np.array(units.sum()),
        np.array(units[alike].sum()),
        np.bincount(first, units, of),
        np.bincount(second, units, of),
        np.array(lengths.sum()),
        np.array(lengths[alike].sum()),
        np.array(lengths[alike & (first > 0)].sum()),
        np.bincount(first, lengths, of),
        np.bincount(second, lengths, of),
        np.array(_squares(first, lengths) + _squares(second, lengths)),
    ]


def _squares(values: Times, lengths: Counts) -> float:
    """The squared lengths of the longest stretches of one value, summed, and the lengths of the gaps (value 0)."""
    if not len(values):
        return 0.0
    starts = np.flatnonzero(np.diff(values, prepend=-1))
    stretches, of = np.add.reduceat(lengths, starts), values[starts]
    return float(np.where(of == 0, stretches, stretches**2).sum())


def _tally(rows: Sequence[list[Counts]]) -> Tally:
    return Tally(*(np.stack(column) for column in zip(*rows, strict=True)))


def _products(weights: Counts, one: Counts, other: Counts) -> Counts:
    """Of each sample, the products of its sums of ``one`` and ``other``, summed over values."""
    interviews, values = one.shape
    if values <= interviews:
        found = ((weights @ one) * (weights @ other)).sum(-1)
    else:
        found = ((weights @ (one @ other.T)) * weights).sum(-1)
    return np.asarray(found, dtype=np.float64)
