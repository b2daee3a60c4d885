"""Words that may not be what was said: which count, and what becomes of them in the transcript."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.anonymisation.find import find_entities
from models.anonymisation.mentions import Label
from models.anonymisation.redact import apply_redactions
from models.anonymisation.unsure import find_unsure
from models.values import Transcript

from .conftest import transcript_of


def believed(text: str, of: dict[str, float], language: str = "en") -> Transcript:
    """A sentence whose words are believed so much; the others are believed to 0.95."""
    transcript = transcript_of(text, language=language)
    (utterance,) = transcript.utterances
    words = tuple(replace(word, confidence=of.get(word.text, 0.95)) for word in utterance.words)
    return replace(transcript, utterances=(replace(utterance, words=words),))


def unsure(text: str, of: dict[str, float], language: str = "en", below: float = 0.6) -> list[str]:
    transcript = believed(text, of, language)
    runs = find_unsure(transcript.utterances, (), language, below)
    return [" ".join(word.text for word in run) for run in runs]


@pytest.mark.parametrize(
    ("text", "of", "found"),
    [
        ("and I lived in mammal for years", {"mammal": 0.14}, ["mammal"]),
        ("and I lived in mammal for years", {"mammal": 0.65}, []),
        ("I know what to do", {"know": 0.5}, []),
        ("I know what to do", {"know": 0.1}, ["know"]),
        ("he came to docamps then", {"docamps": 0.75}, ["docamps"]),
        ("he came to docamps then", {}, []),
        ("with a stoss yo there", {"stoss": 0.42, "yo": 0.5, "there": 0.9}, ["stoss yo"]),
    ],
)
def test_what_is_hardly_believed_or_hardly_a_word_is_unsure(
    text: str, of: dict[str, float], found: list[str]
) -> None:
    assert unsure(text, of) == found


def test_what_follows_an_announcement_is_unsure_whatever_it_is() -> None:
    assert unsure("my hospital number is nearer nearer if you need it", {}) == ["nearer nearer"]
    assert unsure("my address is pin wood lane. That is it", {}) == ["pin wood lane."]
    assert unsure("the number is", {}) == []


def test_beside_an_unsure_word_only_what_touches_it_is_drawn_in() -> None:
    transcript = believed("then boss grunt came", {"boss": 0.2, "grunt": 0.58})
    (utterance,) = transcript.utterances
    boss, grunt = utterance.words[1:3]
    later = replace(grunt, start_ms=boss.end_ms + 500, end_ms=boss.end_ms + 800, text="grand", confidence=0.5)
    apart = replace(
        utterance, words=(utterance.words[0], boss, replace(later, text="going"), utterance.words[3])
    )
    together = [word.text for run in find_unsure([utterance], (), "en") for word in run]
    assert together == ["boss", "grunt"]
    assert [word.text for run in find_unsure([apart], (), "en") for word in run] == ["boss"]


def test_without_knowing_the_language_only_hardly_believed_words_are_unsure() -> None:
    assert unsure("ka Brandvold lea", {"Brandvold": 0.5}, language="se") == []
    assert unsure("ka Brandvold lea", {"Brandvold": 0.2}, language="se") == ["Brandvold"]


def test_nothing_is_unsure_where_it_is_turned_off() -> None:
    assert unsure("and I lived in mammal for years", {"mammal": 0.01}, below=0) == []


def test_unsure_words_are_hidden_without_being_anybody_and_identities_go_before() -> None:
    transcript = believed("my name is Anna Hansen and I lived in mammal then", {"mammal": 0.1, "Hansen": 0.1})
    found = find_entities(transcript, ())
    assert [(one.id, one.label, one.identity) for one in found.redactions] == [
        (0, Label.NAME, ("anna", "hansen")),
        (1, Label.UNSURE, ()),
    ]
    assert found.redactions[1].confidence == 0.9
    (read,) = apply_redactions(transcript, found).utterances
    assert read.text == "my name is [NAME-1] and I lived in [UNSURE] then"
    left = find_entities(transcript, (), unsure_below=0)
    assert [one.label for one in left.redactions] == [Label.NAME]
    assert left.provenance.parameters["unsure_below"] == "0"
