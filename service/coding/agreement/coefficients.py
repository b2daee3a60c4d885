"""The coefficients, from sums: one value for each sample, and nan where a sample has none.

All of them say 1 for perfect agreement; kappa and the alphas say 0 for as much as chance would give.
"""

from __future__ import annotations

import numpy as np

from service.coding.agreement.counting import Counts, Sums

_ROUNDING = 1e-12
"""Squares of the ms of many hours are not exact in 64 bits: this share of one is taken for nothing."""


def percent(sums: Sums) -> Counts:
    """The share of units that both gave the same value. nan where there are none."""
    return _ratio(sums.units_agreed, sums.units)


def kappa(sums: Sums) -> Counts:
    """Cohen's kappa: (p_o - p_e) / (1 - p_e), with p_e from each coder's own shares.

    Cohen: A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20 (1960) 37-46.
    nan where both gave one and the same value everywhere.
    """
    agreed, by_chance = sums.units_agreed * sums.units, sums.units_products
    return _ratio(agreed - by_chance, _left_of(sums.units**2, by_chance))


def alpha(sums: Sums) -> Counts:
    """Krippendorff's alpha for nominal values of two coders who both valued every unit: 1 - D_o / D_e.

    Krippendorff: Computing Krippendorff's Alpha-Reliability (2011), https://repository.upenn.edu/asc_papers/43,
    sections A and B. With n = 2 N values, of which n_c are c: alpha = 1 - (n - 1) (n - sum o_cc) / (n² - sum n_c²).
    nan where only one value was given.
    """
    values = 2 * sums.units
    differ = 2 * (sums.units - sums.units_agreed)
    return 1 - _ratio((values - 1) * differ, _left_of(values**2, sums.units_given_squares))


def unitizing_alpha(sums: Sums) -> Counts:
    """Krippendorff's alpha for unitizing, of two coders, over units and gaps, exact to the ms.

    Krippendorff, Mathet, Bouvry, Widlöcher: On the reliability of unitizing textual continua: Further developments.
    Quality & Quantity 50 (2016) 2347-2364: u-alpha, equations 1 to 5, the same as section 12.6.3 of Krippendorff:
    Content Analysis, 4th edition (2019). With l = 2 L and l_c the length of what has the value c,

        observed coincidences of c and k    l_ck: the length of what is c to one coder and k to the other
        expected, where c and k differ      e_ck = l l_c l_k / (l² - S)
        alpha                               1 - (l - sum l_cc) / sum over c ≠ k of e_ck

    S is the sum of the squared lengths of units, and of the lengths of gaps: what each would agree on with itself.
    For one code, the values are it and the gap. nan where there is one value only.
    """
    length = 2 * sums.ms
    differ = 2 * (sums.ms - sums.ms_agreed)
    expected = _left_of(length**2, sums.ms_given_squares)
    return 1 - _ratio(differ * (length**2 - sums.own_squares), length * expected)


def _left_of(whole: Counts, part: Counts) -> Counts:
    """What is left of ``whole``, which is nothing where only rounding is."""
    left = whole - part
    return np.where(left > _ROUNDING * whole, left, 0.0)


def _ratio(above: Counts, below: Counts) -> Counts:
    known = below > 0
    return np.where(known, above / np.where(known, below, 1), np.nan)
