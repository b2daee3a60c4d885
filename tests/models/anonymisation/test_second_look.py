"""Words that nobody redacted and that a person should look at."""

from __future__ import annotations

from models.anonymisation.second_look import Reason, second_looks
from models.values import SecondLook
from tests.service.conftest import make_transcript


def looked(*lines: str, language: str = "en") -> dict[str, SecondLook]:
    transcript = make_transcript(*(("S1", line) for line in lines))
    return {one.form: one for one in second_looks(transcript.utterances, language)}


def test_a_capital_counts_inside_a_sentence_only() -> None:
    found = looked("We went to Spar then. Afterwards it rained.")
    assert set(found) == {"spar"}
    assert Reason.CAPITAL in found["spar"].reasons


def test_listed_names_count_at_the_start_of_a_sentence_too() -> None:
    found = looked("Margaret was there. The margaret was sour.")
    assert found["margaret"].reasons == (Reason.LISTED,)
    assert found["margaret"].text == "Margaret"
    assert len(found["margaret"].word_ids) == 2


def test_rare_words_count_however_they_are_written() -> None:
    found = looked("then torbjorn brandvoll came")
    assert Reason.RARE in found["torbjorn"].reasons
    assert Reason.RARE in found["brandvoll"].reasons
    assert found["brandvoll"].rarity == 1.0


def test_everyday_words_medicines_and_weekdays_do_not() -> None:
    assert looked("I said Okay on Monday, and took Paracetamol because I've been ill") == {}


def test_numbers_of_two_digits_and_more_count() -> None:
    found = looked("I was 37 and had 2 of them in 1987")
    assert {form: one.reasons for form, one in found.items()} == {
        "37": (Reason.NUMBER,),
        "1987": (Reason.NUMBER,),
    }


def test_a_language_without_word_counts_is_looked_at_by_capitals() -> None:
    found = looked("da kom Torbjorn brandvoll", language="xx")
    assert set(found) == {"torbjorn"}
    assert found["torbjorn"].rarity == 1.0


def test_the_most_frequent_come_first() -> None:
    transcript = make_transcript(("S1", "then Vestlia and Drammen and Vestlia again"))
    assert [one.form for one in second_looks(transcript.utterances, "en")] == ["vestlia", "drammen"]
