"""The local speakers of all windows become people."""

from __future__ import annotations

import numpy as np
import pytest

voices = pytest.importorskip("models.voices")

RNG = np.random.default_rng(9)


def windows(*people: tuple[int, int], spread: float = 0.3, dimension: int = 192):
    """Windows with two local speakers each, the numbers of two of three people; -1 is nobody."""
    identity = np.linalg.qr(RNG.normal(size=(dimension, 3)))[0].T
    vectors = np.full((len(people), 2, dimension), np.nan, dtype=np.float32)
    local = np.zeros((len(people), 100, 2), dtype=np.float32)
    for index, pair in enumerate(people):
        for slot, person in enumerate(pair):
            if person >= 0:
                noise = RNG.normal(size=dimension) / np.sqrt(dimension)
                vectors[index, slot] = identity[person] + spread * noise
                local[index, slot * 50 : slot * 50 + 45, slot] = 1
    return vectors, local


def same_people(assigned, people) -> bool:
    """Whether the voices are the people under some naming."""
    seen = {}
    for voice, person in zip(
        assigned.reshape(-1).tolist(), [one for pair in people for one in pair], strict=True
    ):
        if person < 0:
            if voice != voices.NOBODY:
                return False
        elif seen.setdefault(person, voice) != voice:
            return False
    return len(set(seen.values())) == len(seen)


@pytest.mark.parametrize("speakers", [2, None])
def test_two_people_are_told_apart_told_or_not(speakers):
    people = [(0, 1), (1, 0), (0, -1), (-1, 1)] * 12
    assert same_people(voices.cluster_voices(*windows(*people), speakers), people)


def test_three_people_are_found_when_nobody_says_how_many():
    people = [(0, 1), (1, 2), (2, 0), (0, 2)] * 15
    assert same_people(voices.cluster_voices(*windows(*people), None), people)


def test_one_person_stays_one_though_two_were_expected():
    people = [(0, -1), (-1, 0)] * 20
    assert same_people(voices.cluster_voices(*windows(*people), 2), people)


def test_nobody_is_nobody():
    vectors, local = windows((-1, -1), (-1, -1))
    assert (voices.cluster_voices(vectors, local, 2) == voices.NOBODY).all()


def test_a_voice_too_short_to_know_is_still_somebody():
    vectors, local = windows((0, -1))
    vectors[:] = np.nan
    assert voices.cluster_voices(vectors, local, 2).tolist() == [[0, voices.NOBODY]]


def test_a_single_window_is_enough():
    vectors, local = windows((0, -1))
    assert voices.cluster_voices(vectors, local, 2).tolist() == [[0, voices.NOBODY]]
