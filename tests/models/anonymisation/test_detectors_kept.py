"""Every detector that found a mention is known."""

from __future__ import annotations

from models.anonymisation.boundaries import joined
from models.anonymisation.mentions import Label, Mention, merged


def test_all_that_found_a_part_found_it() -> None:
    found = [
        Mention(3, 4, Label.NAME, 0.9, "spacy"),
        Mention(4, 4, Label.PLACE, 0.95, "rampart"),
        Mention(4, 5, Label.NAME, 0.6, "lists: names"),
        Mention(9, 9, Label.NAME, 0.6, "spacy"),
    ]
    one, other = merged(found)
    assert (one.first, one.last, one.detector) == (3, 5, "spacy")
    assert one.detectors == ("lists: names", "rampart", "spacy")
    assert other.detectors in ((), ("spacy",))


def test_parts_that_are_joined_were_found_by_all() -> None:
    parts = [Mention(0, 0, Label.NAME, 0.9, "spacy"), Mention(2, 2, Label.NAME, 0.9, "rampart")]
    (one,) = joined(parts, ["Kari", "um", "Hansen"], frozenset())
    assert one.detectors == ("rampart", "spacy")
