"""Two perspectives: what is on each side, quotes, and what is warned of before one is taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.values import Transcript
from service.coding import codebook
from service.coding.erasing import erase_codings
from service.coding.gathered import gathered_codes
from service.coding.moments import Stretch
from service.coding.perspectives import quotes
from service.coding.perspectives.identifying import QuotedWord, Stood, WarningKind, stand_ins, warnings
from service.coding.perspectives.quotes import Pick, Quote
from service.coding.perspectives.sides import Side, moments_of_group, perspectives
from service.coding.store import CodingStore, Origin, receive, withdraw
from service.coding.values import About, NotThere, Refused
from service.coding.writing import writing
from service.naming import InterviewName
from tests.service.coding.test_codings import (
    ANN,
    BEN,
    LEA,
    code,
    everything,
    mark,
    new_id,
    release,
    store_at,
    with_word,
)
from tests.service.conftest import CONVERSATION, INTERVIEW, make_transcript


@pytest.fixture
def store(tmp_path: Path) -> CodingStore:
    return store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")


def receive_as(store: CodingStore, interview_id: str, *names: InterviewName) -> None:
    told = Origin(names, roles={"C": "client", "T": "therapist"})
    with writing(store.engine) as connection:
        receive(connection, interview_id, told, make_transcript(*CONVERSATION), 1)


def test_every_side_is_there_with_what_may_be_seen_on_it(store: CodingStore) -> None:
    receive_as(store, "other", InterviewName("D03", "C", 1))
    care = code(store, "care")
    below = code(store, "small care", care)
    one, two = mark(store, "ann", care, 1, 3), mark(store, "ben", below, 2, 6)
    with writing(store.engine) as connection:
        codes = gathered_codes(connection, About.CODE, care)
        assert codes == {care, below}
        found = perspectives(connection, LEA, codes)
        assert [(role.code, role.name) for role in found.roles] == [("C", "client"), ("T", "therapist")]
        together = two.anchor.end_ms - one.anchor.start_ms
        assert found.sides == (
            Side("D03", "C", 1, "D03-C1", 0, 0, 0),
            Side("D03", "C", 2, None, 0, 0, 0),
            Side("D03", "T", 1, None, 0, 0, 0),
            Side("D03", "T", 2, "D03-T2", 1, 2, together),
        )
        blind = perspectives(connection, ANN, codes).sides[-1]
        assert (blind.moments, blind.codings) == (1, 1)
        assert blind.coded_ms == one.anchor.end_ms - one.anchor.start_ms
        (seen,) = moments_of_group(connection, BEN, codes, "D03")
        assert (seen.role, seen.wave, [coding.id for coding in seen.moment.codings]) == ("T", 2, [two.id])
        assert moments_of_group(connection, LEA, codes, "D04") == ()


def test_a_theme_gathers_codes_and_what_lies_below_them(store: CodingStore) -> None:
    care = code(store, "care")
    below, theme = code(store, "small care", care), new_id()
    with writing(store.engine) as connection:
        codebook.put_theme(connection, "lea", theme, None, "closeness", "", [care])
        assert gathered_codes(connection, About.THEME, theme) == {care, below}
        for about in (About.CODE, About.THEME):
            with pytest.raises(NotThere):
                gathered_codes(connection, about, new_id())


def words(text: str, begins: bool = True) -> tuple[QuotedWord, ...]:
    """Words of an utterance; one in brackets is a stand-in."""
    return tuple(
        QuotedWord(place, one, "S2", 1, place if one.startswith("[") else None, begins and place == 1)
        for place, one in enumerate(text.split(), 1)
    )


def everywhere(_: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So I'm sad. He held my hand", []),
        ("I lived with Kari Nordmann then", [(WarningKind.CAPITAL, "Kari Nordmann")]),
        ("it was 14 years and twenty days", [(WarningKind.NUMBER, "14"), (WarningKind.NUMBER, "twenty")]),
        ("no one said so", []),
        ("it began on the third of March then", [(WarningKind.DATE, "the third of March")]),
        ("I told [NAME-1] and [PLACE-2] so", []),
        ("I told [UNSURE] so", [(WarningKind.UNSURE, "[UNSURE]")]),
        ("write to me@example.org or so", [(WarningKind.ADDRESS, "me@example.org")]),
    ],
)
def test_what_may_identify_somebody_is_warned_of(text: str, expected: list[tuple[WarningKind, str]]) -> None:
    found = warnings(words(text), "en", 5, everywhere)
    assert [(one.kind, one.words) for one in found] == expected


def test_a_word_that_only_one_group_says_is_rare_once_there_are_enough(store: CodingStore) -> None:
    common: Callable[[str], bool] = lambda word: word != "zither"  # noqa: E731
    (rare,) = warnings(words("I play the zither, so"), "en", 3, common)
    assert (rare.kind, rare.words, rare.key) == (WarningKind.RARE, "zither,", "rare:4-4")
    (few,) = warnings(words("I play the zither, so"), "en", 2, common)
    assert (few.kind, few.key) == (WarningKind.FEW_GROUPS, "few_groups")


def test_the_first_word_of_a_quote_that_begins_within_an_utterance_is_looked_at() -> None:
    assert warnings(words("Kari came", begins=True), "en", 5, everywhere) == ()
    assert [one.words for one in warnings(words("Kari came", begins=False), "en", 5, everywhere)] == ["Kari"]
    assert warnings(words("mein Hund", begins=False), "de", 5, everywhere) == ()


def test_stand_ins_are_counted_by_kind() -> None:
    assert stand_ins(words("[NAME-1] and [NAME-2], in [PLACE-1]")) == (Stood("NAME", 2), Stood("PLACE", 1))
    assert stand_ins((QuotedWord(1, "Anna", "S1", 1, 4),)) == (Stood("other", 1),)


def picked(store: CodingStore, subject: str, start_ms: int = 4500, end_ms: int = 5700) -> Quote:
    with writing(store.engine) as connection:
        pick = Pick(About.CODE, subject, "T", Stretch(INTERVIEW, start_ms, end_ms))
        return quotes.pick_quote(connection, LEA, new_id(), pick)


def test_a_quote_carries_its_source_and_is_cited_once_everything_is_confirmed(store: CodingStore) -> None:
    care = code(store, "care")
    quote = picked(store, care)
    assert (quote.interview, quote.wave, quote.said[0].text, quote.clear) == (
        "D03-T2",
        2,
        "He held my",
        False,
    )
    assert [one.warned.key for one in quote.checks] == ["few_groups"]
    with pytest.raises(Refused):
        quotes.citation(quote, "therapist")
    with writing(store.engine) as connection:
        with pytest.raises(NotThere):
            quotes.confirm(connection, LEA, quote.id, "rare:1-1", quote.words_digest)
        with pytest.raises(Refused):
            quotes.confirm(connection, LEA, quote.id, "few_groups", "0" * 64)
        clear = quotes.confirm(connection, LEA, quote.id, "few_groups", quote.words_digest)
    assert clear.checks[0].confirmed_by == "lea"
    assert quotes.citation(clear, "therapist") == "“He held my” (therapist, D03-T2, wave 2, 0:00:04)"
    with writing(store.engine) as connection:
        assert not quotes.take_back(connection, quote.id, "few_groups").clear


def test_a_confirmation_holds_for_the_words_that_were_read(store: CodingStore) -> None:
    quote = picked(store, code(store, "care"))
    with writing(store.engine) as connection:
        quotes.confirm(connection, LEA, quote.id, "few_groups", quote.words_digest)
    changed: Transcript = with_word(make_transcript(*CONVERSATION), 7, "grabbed")
    release(store, changed, 2)
    with store.engine.connect() as connection:
        again = quotes.find_quote(connection, quote.id)
    assert again.said == (replace(quote.said[0], text="He grabbed my"),)
    assert not again.clear


def test_rare_words_are_told_by_what_other_groups_say(store: CodingStore) -> None:
    receive_as(store, "other", InterviewName("D04", "C", 1))
    with writing(store.engine) as connection:
        third = make_transcript(("S1", "Something else"))
        receive(connection, "third", Origin((InterviewName("D05", "C", 1),)), third, 1)
    care = code(store, "care")
    assert picked(store, care).clear, "D04 says the same"
    with writing(store.engine) as connection:
        alone = make_transcript(("S1", "Nothing"))
        receive(connection, "other", Origin((InterviewName("D04", "C", 1),)), alone, 1)
    assert [(one.warned.kind, one.warned.words) for one in picked(store, care).checks] == [
        (WarningKind.RARE, "held")
    ]


def test_what_cannot_be_quoted_is_refused(store: CodingStore) -> None:
    care = code(store, "care")
    for start_ms, end_ms in ((0, 60_001), (800_000, 801_000)):
        with pytest.raises(Refused):
            picked(store, care, start_ms, end_ms)


def test_quotes_go_with_a_withdrawal_and_hide_with_a_release(store: CodingStore) -> None:
    care = code(store, "care")
    quote = picked(store, care)
    with writing(store.engine) as connection:
        quotes.confirm(connection, LEA, quote.id, "few_groups", quote.words_digest)
        quotes.set_quote_removed(connection, quote.id, removed=True)
        assert quotes.quotes_of(connection, About.CODE, care) == ()
        quotes.set_quote_removed(connection, quote.id, removed=False)
        withdraw(connection, INTERVIEW)
        assert quotes.quotes_of(connection, About.CODE, care) == ()
    release(store, make_transcript(*CONVERSATION), 2)
    with writing(store.engine) as connection:
        assert [one.clear for one in quotes.quotes_of(connection, About.CODE, care)] == [True]
        erase_codings(connection, INTERVIEW, keep=True)
        withdraw(connection, INTERVIEW)
    assert quote.id not in everything(store)
    assert everything(store).count(INTERVIEW) == 1, "whoever follows the feed is told what to erase"
