"""The order in which redactions are looked at."""

from __future__ import annotations

from service.review.judged import Judged
from service.review.risk import Why, risk, searching
from service.vault.interviews import RedactionState


def redaction(number: int, label: str = "NAME", **known: object) -> Judged:
    values: dict[str, object] = {
        "id": number,
        "label": label,
        "placeholder": "[X-1]",
        "start_ms": number * 1000,
        "end_ms": number * 1000 + 500,
        "word_ids": (number,),
        "confidence": 0.9,
        "detector": "spacy",
        "detectors": ("rampart", "spacy"),
        "identity_id": None,
        "state": RedactionState.OPEN,
        "decided_by": None,
        "decided_at": None,
        "said": ("x",),
        "rarity": 0.5,
    }
    return Judged(**(values | known))  # type: ignore[arg-type]


def value(one: Judged, *others: Judged) -> float:
    return risk(one, searching([one, *others])[one.label]).value


def test_the_formula() -> None:
    agreed, lone = redaction(1), redaction(2, detectors=("rampart",))
    assert value(agreed) == round(1.0 * (1 - 0.75 * 0.9) * 0.75 * 0.25, 4)
    assert value(lone, agreed) == round(1.0 * (1 - 0.75 * 0.9) * 0.75 * (0.25 + 0.75 * 0.5), 4)


def test_each_factor_raises_it() -> None:
    plain = redaction(1)
    assert value(redaction(2, "DATE")) < value(plain)
    assert value(redaction(2, confidence=0.4)) > value(plain)
    assert value(redaction(2, rarity=1.0)) > value(plain)
    assert value(redaction(2, detectors=("spacy",)), plain) > value(plain)


def test_a_kind_that_only_one_detector_looks_for_is_no_disagreement() -> None:
    age = redaction(1, "AGE", detectors=("rules: age",))
    assert Why.DISAGREED not in risk(age, searching([age, redaction(2)])["AGE"]).why


def test_what_a_person_added_does_not_make_others_disagreed() -> None:
    added, found = redaction(1, detectors=("steward",)), redaction(2)
    assert Why.DISAGREED not in risk(found, searching([added, found])["NAME"]).why


def test_what_lost_its_words_comes_first() -> None:
    lost = risk(redaction(1, word_ids=()), frozenset())
    assert (lost.value, lost.why) == (1.0, (Why.LOST,))
