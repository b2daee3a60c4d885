"""Edits as plain values: what they change, what they leave alone, and that each can be taken back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.loudness import Levels
from models.values import (
    TRANSCRIPT_FORMAT,
    Provenance,
    Role,
    Span,
    Speaker,
    Timing,
    Transcript,
    Turn,
    Utterance,
    Word,
)
from service.correcting import edits
from service.correcting.applying import applied
from service.correcting.edits import NEW_SPEAKER, Edit, EditRefused, Scope, Voice

SILENCE = Levels(())


def said(*utterances: tuple[str, int, str]) -> Transcript:
    """Each utterance as (speaker, start in ms, words); every word lasts 200 ms and follows 300 ms after the last."""
    made, number = [], 0
    for place, (speaker, start, text) in enumerate(utterances):
        words = []
        for index, token in enumerate(text.split()):
            at = start + index * 300
            words.append(Word(number, at, at + 200, token, speaker, 0.8, 0.9))
            number += 1
        made.append(Utterance(place, speaker, words[0].start_ms, words[-1].end_ms, tuple(words)))
    labels = sorted({one.speaker for one in made})
    turns = tuple(Turn(one.start_ms, one.end_ms, one.speaker) for one in made)
    whole = Transcript(
        format=TRANSCRIPT_FORMAT,
        duration_ms=made[-1].end_ms + 1_000,
        language="en",
        speakers=tuple(Speaker(label, Role.UNKNOWN, True, 0, 0) for label in labels),
        utterances=tuple(made),
        turns=turns,
        markers=(),
        speech=tuple(Span(turn.start_ms, turn.end_ms) for turn in turns),
        notices=(),
        provenance=(Provenance("assemble", "rules", "2", {"pause_ms": "1000"}),),
    )
    # As the pipeline leaves it: counted, with its markers.
    return applied(whole, edits.Part(), edits.Part(), SILENCE)


@pytest.fixture
def talk() -> Transcript:
    return said(
        ("S1", 0, "how did you feel when teh therapist left"),
        ("S2", 5_000, "I was mhm angry I think"),
        ("S1", 7_100, "go on"),
        ("S2", 12_000, "it hurt a lot"),
    )


def after(transcript: Transcript, edit: Edit) -> Transcript:
    return applied(transcript, edit.before, edit.after, SILENCE)


def text(transcript: Transcript) -> list[str]:
    return [f"{one.speaker}: {one.text}" for one in transcript.utterances]


def test_a_word_is_written_otherwise_and_keeps_its_id_and_time(talk: Transcript) -> None:
    edit = edits.change_words(talk, 0, [5], "the", 100)
    new = after(talk, edit).utterances[0].words[5]
    assert (new.id, new.text, new.start_ms, new.end_ms, new.confidence) == (5, "the", 1_500, 1_700, 1.0)
    assert edit.changes_words
    assert edit.retimed == {5}


def test_one_word_becomes_two_in_its_time(talk: Transcript) -> None:
    edit = edits.change_words(talk, 0, [5], "the old", 100)
    words = after(talk, edit).utterances[0].words
    assert [(word.id, word.text) for word in words[4:8]] == [
        (4, "when"),
        (5, "the"),
        (100, "old"),
        (6, "therapist"),
    ]
    assert words[5].start_ms == 1_500
    assert words[6].end_ms == 1_700
    assert {word.timing for word in words[5:7]} == {Timing.SPREAD}


def test_words_that_stay_keep_their_ids_among_those_that_change(talk: Transcript) -> None:
    edit = edits.change_words(talk, 0, [4, 5, 6, 7], "when she, the therapist, left", 100)
    words = after(talk, edit).utterances[0].words
    assert [(word.id, word.text) for word in words[4:]] == [
        (4, "when"),
        (5, "she,"),
        (100, "the"),
        (6, "therapist,"),
        (7, "left"),
    ]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))


def test_without_text_the_words_go_and_an_empty_utterance_with_them(talk: Transcript) -> None:
    assert text(after(talk, edits.change_words(talk, 1, [10], "", 100)))[1] == "S2: I was angry I think"
    gone = after(talk, edits.change_words(talk, 2, [14, 15], "", 100))
    assert [one.id for one in gone.utterances] == [0, 1, 3]


def test_looking_at_a_doubtful_word_makes_it_certain(talk: Transcript) -> None:
    edit = edits.change_words(talk, 0, [0], "how", 100)
    assert after(talk, edit).utterances[0].words[0].confidence == 1.0
    assert not edit.changes_words
    with pytest.raises(EditRefused, match="Nothing was changed"):
        edits.change_words(after(talk, edit), 0, [0], "how", 100)


def test_words_are_put_in_where_there_is_room(talk: Transcript) -> None:
    edit = edits.insert_words(talk, 3, 17, "really really", 100)
    words = after(talk, edit).utterances[3].words
    assert [word.text for word in words] == ["it", "hurt", "really", "really", "a", "lot"]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    assert (words[0].start_ms, words[0].end_ms) == (12_000, 12_200)
    first = after(talk, edits.insert_words(talk, 3, None, "yes", 100)).utterances[3].words[0]
    assert (first.id, first.text, first.start_ms) == (100, "yes", 12_000)


def test_an_utterance_is_split_and_merged_again(talk: Transcript) -> None:
    pieces = after(talk, edits.split(talk, 1, 12))
    assert text(pieces)[1:3] == ["S2: I was mhm angry", "S2: I think"]
    assert [one.id for one in pieces.utterances] == [0, 1, 4, 2, 3]
    whole = after(pieces, edits.merge(pieces, 1, 4))
    assert text(whole) == text(talk)
    with pytest.raises(EditRefused, match="follow one another"):
        edits.merge(talk, 0, 3)
    with pytest.raises(EditRefused, match="begins with this word"):
        edits.split(talk, 1, 8)


def test_the_last_words_of_one_go_to_the_one_who_comes_next(talk: Transcript) -> None:
    """The commonest error at a turn: they join the next speaker's utterance, which keeps its id."""
    new = after(talk, edits.give_to(talk, "S1", Scope.WORDS, 1, [12, 13]))
    assert text(new)[1:3] == ["S2: I was mhm angry", "S1: I think go on"]
    assert [one.id for one in new.utterances] == [0, 1, 2, 3]
    moved = new.utterances[2].words[0]
    assert (moved.id, moved.speaker, moved.speaker_margin) == (12, "S1", 1.0)
    assert [turn for turn in new.turns if turn.speaker == "S1"][1] == Turn(6_200, 6_700, "S1")


def test_words_in_the_middle_become_an_utterance_of_their_own(talk: Transcript) -> None:
    new = after(talk, edits.give_to(talk, "S1", Scope.WORDS, 1, [10]))
    assert text(new)[1:4] == ["S2: I was", "S1: mhm", "S2: angry I think"]
    assert sorted(word.id for one in new.utterances for word in one.words) == list(range(20))


def test_an_utterance_or_all_from_here_on_goes_to_another(talk: Transcript) -> None:
    one = after(talk, edits.give_to(talk, "S1", Scope.UTTERANCE, 1))
    assert [u.speaker for u in one.utterances] == ["S1", "S1", "S1", "S2"]
    rest = after(talk, edits.give_to(talk, NEW_SPEAKER, Scope.FROM_HERE, 1))
    assert [u.speaker for u in rest.utterances] == ["S1", "S3", "S1", "S3"]
    assert [(s.label, s.words) for s in rest.speakers] == [("S1", 10), ("S2", 0), ("S3", 9 + 1)]
    with pytest.raises(EditRefused, match="no such speaker"):
        edits.give_to(talk, "S9", Scope.UTTERANCE, 1)
    with pytest.raises(EditRefused, match="already"):
        edits.give_to(talk, "S2", Scope.UTTERANCE, 1)


def test_a_voice_gets_a_role_and_a_name() -> None:
    voice = Voice("S1", Role.UNKNOWN, True)
    edit = edits.describe_voice(voice, Role.INTERVIEWER, None)
    assert edit.after.voices == (Voice("S1", Role.INTERVIEWER, False),)
    named = edits.describe_voice(voice, None, "  Dr.  Moen ")
    assert named.after.voices[0].name == "Dr. Moen"
    with pytest.raises(EditRefused):
        edits.describe_voice(voice, None, " ")


def test_words_that_are_no_neighbours_or_gone_are_refused(talk: Transcript) -> None:
    for word_ids, why in (([0, 2], "side by side"), ([99], "no longer")):
        with pytest.raises(EditRefused, match=why):
            edits.change_words(talk, 0, word_ids, "x", 100)
    with pytest.raises(EditRefused, match="no longer there"):
        edits.change_words(talk, 77, [0], "x", 100)
    with pytest.raises(EditRefused, match="can't be shown"):
        edits.change_words(talk, 0, [0], "a\x07", 100)


def test_a_refusal_never_repeats_what_was_said(talk: Transcript) -> None:
    for act in (
        lambda: edits.change_words(talk, 0, [99], "secret", 100),
        lambda: edits.merge(talk, 0, 3),
        lambda: edits.split(talk, 0, 0),
    ):
        with pytest.raises(EditRefused) as caught:
            act()
        assert not {"secret", "therapist", "how"} & set(str(caught.value).split())


TOKENS = st.sampled_from(["um", "yes", "no", "we", "went", "home", "the", "the", "never", "wen-"])
TALKS = st.lists(
    st.tuples(st.sampled_from(["S1", "S2"]), st.lists(TOKENS, min_size=1, max_size=6)), min_size=1, max_size=5
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["words", "insert", "split", "merge", "speaker"]),
        st.integers(0, 999),
        st.lists(TOKENS, max_size=4),
    ),
    min_size=1,
    max_size=6,
)


def talked(turns: list[tuple[str, list[str]]]) -> Transcript:
    at, utterances = 0, []
    for speaker, tokens in turns:
        utterances.append((speaker, at, " ".join(tokens)))
        at += 300 * len(tokens) + 400
    return said(*utterances)


def acted(transcript: Transcript, act: tuple[str, int, list[str]], next_word: int) -> Edit | None:
    """The act on some place of the transcript that its number picks; None when it is refused."""
    what, number, tokens = act
    if not transcript.utterances:
        return None
    utterance = transcript.utterances[number % len(transcript.utterances)]
    first = number // 7 % len(utterance.words)
    ids = [word.id for word in utterance.words[first : first + 1 + number % 3]]
    other = transcript.utterances[(number + 1) % len(transcript.utterances)].id
    try:
        match what:
            case "words":
                return edits.change_words(transcript, utterance.id, ids, " ".join(tokens), next_word)
            case "insert":
                return edits.insert_words(transcript, utterance.id, ids[0], " ".join(tokens), next_word)
            case "split":
                return edits.split(transcript, utterance.id, ids[0])
            case "merge":
                return edits.merge(transcript, utterance.id, other)
            case _:
                scope = list(Scope)[number % 3]
                speaker = ["S1", "S2", NEW_SPEAKER][number // 3 % 3]
                return edits.give_to(transcript, speaker, scope, utterance.id, ids)
    except EditRefused:
        return None


@settings(max_examples=150, deadline=None)
@given(TALKS, ACTS)
def test_any_run_of_edits_keeps_the_transcript_whole_and_can_be_taken_back(turns, acts) -> None:
    history = [talked(turns)]
    made: list[Edit] = []
    next_word = 1_000
    for act in acts:
        edit = acted(history[-1], act, next_word)
        if edit is None:
            continue
        made.append(edit)
        history.append(after(history[-1], edit))
        next_word += 100
        new = history[-1]
        words = [word for one in new.utterances for word in one.words]
        assert len({word.id for word in words}) == len(words)
        assert len({one.id for one in new.utterances}) == len(new.utterances)
        assert [one.start_ms for one in new.utterances] == sorted(one.start_ms for one in new.utterances)
        for one in new.utterances:
            assert one.words
            assert {word.speaker for word in one.words} == {one.speaker}
            assert (one.start_ms, one.end_ms) == (one.words[0].start_ms, max(w.end_ms for w in one.words))
            assert all(word.start_ms < word.end_ms for word in one.words)
        assert {one.speaker for one in new.utterances} <= {speaker.label for speaker in new.speakers}
    for edit, wanted in zip(reversed(made), reversed(history[:-1]), strict=True):
        history.append(applied(history[-1], edit.after, edit.before, SILENCE))
        assert history[-1] == wanted


@settings(max_examples=60, deadline=None)
@given(TALKS, ACTS)
def test_words_nobody_touched_keep_their_ids_texts_and_times(turns, acts) -> None:
    start = talked(turns)
    edit = acted(start, acts[0], 1_000)
    if edit is None:
        return
    new = after(start, edit)
    touched = {word.id for one in edit.before.utterances for word in one.words}
    held = {word.id: word for one in start.utterances for word in one.words if word.id not in touched}
    now = {word.id: word for one in new.utterances for word in one.words}
    assert all(now[number] == word for number, word in held.items())
