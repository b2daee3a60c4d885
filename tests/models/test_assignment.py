"""Every word has exactly one speaker."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.assignment import SOLE_SPEAKER, assign_words
from models.intervals import exclusive_turns
from models.values import Diarization, RecognisedChunk, RecognisedWord, Span, Turn


def chunk(*words: tuple[int, int, str], channel: int | None = None) -> RecognisedChunk:
    found = tuple(RecognisedWord(start, end, text, 0.9) for start, end, text in words)
    return RecognisedChunk(Span(0, 60_000), "en", 1.0, found, channel)


def diarization(*turns: tuple[int, int, str]) -> Diarization:
    given_turns = tuple(Turn(*turn) for turn in turns)
    return Diarization(given_turns, exclusive_turns(given_turns))


def said(chunks, who) -> list[tuple[str, str]]:
    return [(one.word.text, one.speaker) for one in assign_words(chunks, who)]


def test_a_word_is_the_speakers_who_holds_most_of_it():
    who = diarization((0, 1_000, "A"), (1_000, 2_000, "B"))
    words = chunk((0, 400, "how"), (700, 1_100, "are"), (1_400, 1_800, "well"))
    assert said([words], who) == [("how", "A"), ("are", "A"), ("well", "B")]
    assert [one.speaker_confidence for one in assign_words([words], who)] == [1.0, 0.75, 1.0]


def test_a_short_answer_within_the_others_turn_is_kept_apart():
    who = Diarization((), (Turn(0, 5_000, "A"), Turn(5_000, 5_400, "B"), Turn(5_400, 9_000, "A")))
    words = chunk((4_600, 4_900, "so"), (5_050, 5_350, "mhm"), (5_600, 5_900, "then"))
    assert said([words], who) == [("so", "A"), ("mhm", "B"), ("then", "A")]


def test_a_word_outside_all_turns_goes_to_the_nearest():
    who = diarization((0, 1_000, "A"), (5_000, 6_000, "B"))
    assert said([chunk((1_200, 1_500, "near"), (4_700, 4_900, "by"))], who) == [("near", "A"), ("by", "B")]


def test_a_doubtful_word_goes_with_the_breath_it_was_said_in():
    """The turn's edge falls into a word that follows its sentence at once; the answer comes after a silence."""
    who = diarization((0, 1_700, "A"), (1_700, 4_000, "B"))
    words = chunk(
        (1_000, 1_300, "you"), (1_320, 1_600, "come"), (1_620, 1_950, "from?"), (2_500, 2_800, "Bergen")
    )
    assert said([words], who) == [("you", "A"), ("come", "A"), ("from?", "A"), ("Bergen", "B")]


def test_without_turns_all_words_are_one_speakers():
    assert said([chunk((0, 100, "yes"))], Diarization((), ())) == [("yes", SOLE_SPEAKER)]


def test_a_channel_of_its_own_says_who_speaks():
    who = diarization((0, 5_000, "channel-0"), (900, 1_500, "channel-1"))
    first = chunk((0, 400, "and"), (1_000, 1_400, "then"), channel=0)
    second = chunk((1_050, 1_350, "mhm"), channel=1)
    assert said([first, second], who) == [("and", "channel-0"), ("then", "channel-0"), ("mhm", "channel-1")]


times = st.tuples(st.integers(0, 50_000), st.integers(1, 900))


@given(
    st.lists(st.tuples(times, st.sampled_from([None, 0, 1])), max_size=25),
    st.lists(st.tuples(times, st.sampled_from("ABC")), max_size=10),
)
def test_every_word_is_assigned_exactly_once(words, turns):
    chunks = [
        RecognisedChunk(
            Span(0, 60_000),
            "en",
            1.0,
            tuple(
                RecognisedWord(start, start + length, f"w{place}", 0.5)
                for place, ((start, length), on) in enumerate(words)
                if on == channel
            ),
            channel,
        )
        for channel in (None, 0, 1)
    ]
    who = diarization(*((start, start + length, name) for (start, length), name in turns))
    spoken = assign_words(chunks, who)
    assert sorted(one.word.text for one in spoken) == sorted(f"w{place}" for place in range(len(words)))
    assert all(0 <= one.speaker_confidence <= 1 for one in spoken)
    known = {name for _, name in turns} or {SOLE_SPEAKER}
    assert {one.speaker for one in spoken} <= known | {"channel-0", "channel-1"}
    assert [one.word.start_ms for one in spoken] == sorted(one.word.start_ms for one in spoken)
