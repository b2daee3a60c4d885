"""The transcript as a file: what was not made out stands where it was heard; the clean one is of the same words."""

from __future__ import annotations

import json
from dataclasses import replace

from models.codec import to_json
from models.disfluency import label_disfluencies
from models.values import Marker, MarkerKind, Role, Speaker, Transcript, Utterance, Word
from service.transcript.export import export


def said(number: int, speaker: str, start_ms: int, text: str) -> Utterance:
    """An utterance of words of 300 ms with 200 ms between."""
    words = tuple(
        Word(
            number * 10 + place, start_ms + place * 500, start_ms + place * 500 + 300, one, speaker, 0.9, 1.0
        )
        for place, one in enumerate(text.split())
    )
    return Utterance(number, speaker, start_ms, words[-1].end_ms, words)


def heard(kind: MarkerKind, start_ms: int, end_ms: int, speaker: str | None) -> Marker:
    return Marker(kind, start_ms, end_ms, speaker, (end_ms - start_ms) / 1000, 0.9, "3")


def conversation() -> Transcript:
    utterances = (
        said(0, "S1", 0, "How did it um begin?"),
        said(1, "S2", 5_000, "I I wen- went <home> & slept"),
    )
    return Transcript(
        format=1,
        duration_ms=12_000,
        language="en",
        speakers=(
            Speaker("S1", Role.INTERVIEWER, False, 2_300, 5),
            Speaker("S2", Role.PARTICIPANT, False, 3_300, 7),
        ),
        utterances=label_disfluencies(utterances, "en"),
        turns=(),
        markers=(
            heard(MarkerKind.PAUSE, 2_300, 5_000, None),
            heard(MarkerKind.FILLER, 5_320, 5_480, "S2"),
            heard(MarkerKind.INAUDIBLE, 9_500, 10_500, "S2"),
            heard(MarkerKind.OVERLAP, 5_000, 5_300, None),
        ),
        speech=(),
        notices=(),
        provenance=(),
    )


def test_pauses_stand_between_the_lines_and_sounds_where_they_were_heard():
    assert export(conversation(), "text").decode().splitlines() == [
        "[00:00:00] Interviewer: How did it um begin?",
        "[00:00:02] (2.7 s)",
        "[00:00:05] Participant: I [filler] I wen- went <home> & slept",
        "[00:00:09] [inaudible]",
    ]


def test_the_clean_one_leaves_out_what_is_disfluent_and_nothing_else():
    assert export(conversation(), "text", verbatim=False).decode().splitlines() == [
        "[00:00:00] Interviewer: How did it begin?",
        "[00:00:02] (2.7 s)",
        "[00:00:05] Participant: I went <home> & slept",
        "[00:00:09] [inaudible]",
    ]
    whole = {word.id: word for one in conversation().utterances for word in one.words}
    clean = json.loads(export(conversation(), "json", verbatim=False))
    kept = [word for one in clean["utterances"] for word in one["words"]]
    assert [word["text"] for word in kept] == [
        "How",
        "did",
        "it",
        "begin?",
        "I",
        "went",
        "<home>",
        "&",
        "slept",
    ]
    assert all(whole[word["id"]].start_ms == word["start_ms"] for word in kept)


def test_json_is_the_whole_transcript():
    assert export(conversation(), "json") == to_json(conversation())


def test_vtt_escapes_what_players_would_read_as_marks():
    cue = export(conversation(), "vtt", names={"S2": "A & B"}).decode().split("\n\n")[2]
    assert cue.splitlines() == [
        "1",
        "00:00:05.000 --> 00:00:08.300",
        "<v A &amp; B>I [filler] I wen- went &lt;home&gt; &amp; slept",
    ]


def test_a_sound_of_another_voice_stands_on_a_line_of_its_own():
    talk = conversation()
    other = replace(heard(MarkerKind.INAUDIBLE, 6_000, 6_800, "S1"))
    lines = export(replace(talk, markers=(other,)), "text").decode().splitlines()
    assert lines[-1] == "[00:00:06] [inaudible]"
    assert "[inaudible]" not in lines[1]


def test_what_is_heard_stands_in_the_text_but_for_what_may_be_crying():
    spoken = replace(
        conversation(),
        markers=(
            heard(MarkerKind.LAUGHTER, 5_900, 5_980, "S2"),
            heard(MarkerKind.COUGH, 3_000, 3_400, None),
            heard(MarkerKind.CRYING, 4_000, 4_900, None),
            heard(MarkerKind.VOLUME, 5_000, 6_000, "S2"),
        ),
    )
    written = export(spoken, "text").decode()
    assert "(laughs)" in written.splitlines()[2]
    assert written.splitlines()[1].endswith("(coughs)")
    assert "cry" not in written
    assert "louder" not in written
