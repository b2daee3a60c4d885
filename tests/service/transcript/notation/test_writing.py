"""Markers in the text, in each notation: where a sign stands, what it is, and what it must not tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.disfluency import label_disfluencies
from models.values import Marker, MarkerKind, Timing, Utterance, Word
from service.transcript.notation import Between, Line, Notation, Side, legend, write
from service.transcript.notation.signs import LEFT_OUT, SIGNS, Alone, sign_of


def said(number: int, speaker: str, *words: tuple[str, int, int]) -> Utterance:
    """An utterance of words with their exact times."""
    spoken = tuple(
        Word(number * 10 + place, start, end, text, speaker, 0.9, 1.0, timing=Timing.POCKETSPHINX)
        for place, (text, start, end) in enumerate(words)
    )
    return Utterance(number, speaker, spoken[0].start_ms, max(word.end_ms for word in spoken), spoken)


def heard(
    kind: MarkerKind, start: int, end: int, speaker: str | None = "S1", subtype: str | None = None
) -> Marker:
    return Marker(kind, start, end, speaker, (end - start) / 1000, 0.9, "4", subtype)


def texts(utterances, markers, notation, verbatim=True):
    return [line.text for line in write(utterances, markers, notation, verbatim).lines]


STORY = said(0, "S1", ("Then,", 0, 300), ("he", 300, 500), ("Came", 500, 900), ("home.", 900, 1_300))


@pytest.mark.parametrize("notation", Notation)
def test_every_kind_is_written_or_left_out_on_purpose(notation):
    written, left_out = set(SIGNS[notation]), set(LEFT_OUT[notation])
    assert written | left_out == set(MarkerKind), (
        "give the new kind a row in signs.py, or a reason to leave it out"
    )
    assert not written & left_out


def test_a_subtype_without_a_sign_stands_in_plain_words():
    shouted = heard(MarkerKind.VOLUME, 300, 900, subtype="other")
    sign = sign_of(shouted, Notation.JEFFERSON)
    assert isinstance(sign, Alone)
    assert sign.write(shouted) == "((other than this speaker's usual))"


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        (heard(MarkerKind.VOLUME, 300, 900, subtype="raised"), "Then, HE CAME home."),
        (heard(MarkerKind.VOLUME, 300, 900, subtype="lowered"), "Then, °he Came° home."),
        (heard(MarkerKind.TEMPO, 0, 1_300, subtype="faster"), ">Then, he Came home.<"),
        (heard(MarkerKind.TEMPO, 500, 1_300, subtype="slower"), "Then, he <Came home.>"),
        (heard(MarkerKind.VOICE, 900, 1_300, subtype="creak"), "Then, he Came #home.#"),
        (heard(MarkerKind.PITCH, 300, 900, subtype="higher"), "Then, ↑he Came home."),
        (heard(MarkerKind.OVERLAP, 850, 1_350, None), "Then, he Came [home.]"),
        (heard(MarkerKind.LAUGHTER, 400, 560, subtype="in_pause"), "Then, he ((laughs)) Came home."),
        (heard(MarkerKind.CRYING, 400, 560), "Then, he Came home."),
    ],
)
def test_jefferson_writes_around_the_words_that_a_marker_covers(marker, expected):
    assert texts([STORY], [marker], Notation.JEFFERSON) == [expected]


def test_signs_around_words_lie_within_one_another():
    both = [
        heard(MarkerKind.VOLUME, 300, 900, subtype="lowered"),
        heard(MarkerKind.TEMPO, 300, 1_300, subtype="faster"),
    ]
    assert texts([STORY], both, Notation.JEFFERSON) == ["Then, >°he Came° home.<"]


def test_gat_writes_small_without_points_and_says_what_goes_over_words():
    laughing = heard(MarkerKind.LAUGHTER, 300, 900, subtype="over_words")
    loud = heard(MarkerKind.VOLUME, 0, 1_300, subtype="raised")
    assert texts([STORY], [laughing, loud], Notation.GAT2) == ["then <<laughing> he came> home"]


def test_overlapping_words_of_two_are_bracketed_in_both_lines():
    other = said(1, "S2", ("No", 850, 1_100), ("never", 1_400, 1_700))
    overlap = heard(MarkerKind.OVERLAP, 860, 1_300, None)
    assert texts([STORY, other], [overlap], Notation.JEFFERSON) == [
        "Then, he Came [home.]",
        "[No] never",
    ]


def gaps(*lengths_ms: int, **changes) -> Utterance:
    """Words of 200 ms with these gaps between."""
    at, words = 0, []
    for place, length in enumerate([0, *lengths_ms]):
        at += length
        words.append(Word(place, at, at + 200, f"w{place}", "S1", 0.9, 1.0, timing=Timing.CTC))
        at += 200
    return Utterance(0, "S1", 0, at, tuple(replace(word, **changes) for word in words))


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        (Notation.PLAIN, "w0 w1 w2 w3 w4 w5"),
        (Notation.JEFFERSON, "w0 w1 (.) w2 (0.2) w3 (0.6) w4 (0.9) w5"),
        (Notation.GAT2, "w0 w1 (.) w2 (-) w3 (--) w4 (---) w5"),
    ],
)
def test_short_silences_come_from_exact_word_times(notation, expected):
    assert texts([gaps(80, 120, 240, 600, 900)], [], notation) == [expected]


def test_words_without_exact_times_tell_no_silence():
    assert texts([gaps(600, timing=Timing.RECOGNISER)], [], Notation.JEFFERSON) == ["w0 w1"]


def test_a_gap_in_which_something_is_heard_is_no_silence():
    breath = heard(MarkerKind.BREATH, 250, 700)
    assert texts([gaps(600)], [breath], Notation.JEFFERSON) == ["w0 ((breathes)) w1"]
    other = said(1, "S2", ("mhm", 300, 600))
    assert texts([gaps(600), other], [], Notation.JEFFERSON) == ["w0 w1", "mhm"]


def test_a_silence_between_two_lines_stands_on_its_own():
    answer = said(1, "S2", ("Yes", 1_800, 2_100))
    written = write([STORY, answer], [], Notation.JEFFERSON)
    assert [line.text for line in written.lines] == ["Then, he Came home.", "(0.5)", "Yes"]
    (between,) = (line for line in written.lines if isinstance(line, Between))
    assert (between.marker.start_ms, between.marker.end_ms, between.marker.speaker) == (1_300, 1_800, None)


def test_nothing_tells_how_long_a_redacted_word_is():
    """Whatever the length of what is redacted, the line is the same."""

    def line(end_ms: int) -> str:
        spoken = [("We", 0, 200), ("met", 200, 400), ("[NAME-1]", 700, end_ms), ("there", 2_000, 2_300)]
        told = said(0, "S1", *spoken)
        words = tuple(replace(word, redaction=1) if word.text == "[NAME-1]" else word for word in told.words)
        loud = heard(MarkerKind.VOLUME, 700, end_ms, subtype="raised")
        soft = heard(MarkerKind.VOLUME, 200, 2_300, subtype="lowered")
        creak = heard(MarkerKind.VOICE, 700, 2_300, subtype="creak")
        (written,) = texts([replace(told, words=words)], [loud, soft, creak], Notation.JEFFERSON)
        return written

    assert {line(end) for end in (800, 1_100, 1_500, 1_850)} == {"We °met [NAME-1] #there#°"}


def test_segments_know_the_place_of_each_word_in_the_text():
    markers = [
        heard(MarkerKind.VOLUME, 300, 900, subtype="lowered"),
        heard(MarkerKind.COUGH, 880, 920),
        heard(MarkerKind.OVERLAP, 0, 300, None),
    ]
    for notation in Notation:
        (line,) = write([STORY], markers, notation).lines
        assert isinstance(line, Line)
        assert all(line.text[one.at :].startswith(one.text) for one in line.segments)
        assert [one.word for one in line.segments if one.side is None] == [word.id for word in STORY.words]
    (line,) = write([STORY], markers, Notation.JEFFERSON).lines
    assert [(one.side, one.word) for one in line.segments if one.side] == [
        (Side.OPENS, 0),
        (Side.CLOSES, 0),
        (Side.OPENS, 1),
        (Side.CLOSES, 2),
        (Side.BEFORE, 3),
    ]


def test_clean_reading_makes_no_silence_of_what_it_leaves_out():
    spoken = said(0, "S1", ("I", 0, 200), ("um", 210, 500), ("went", 510, 800), ("home", 1_200, 1_500))
    labelled = label_disfluencies([spoken], "en")
    assert texts(labelled, [], Notation.JEFFERSON, verbatim=False) == ["I went (0.4) home"]


def test_a_legend_tells_the_signs_that_are_used_and_no_others():
    markers = [heard(MarkerKind.VOLUME, 300, 900, subtype="raised"), heard(MarkerKind.CRYING, 300, 900)]
    written = write([STORY], markers, Notation.JEFFERSON)
    assert [one.sign for one in legend(Notation.JEFFERSON, written.markers)] == ["WORD"]
    assert {one.sign for one in legend(Notation.JEFFERSON)} >= {"°word°", ">word<", "[word]", "(0.7) (.)"}
