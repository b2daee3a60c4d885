from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from models.anonymisation.redact import apply_redactions
from models.values import Anonymisation, Marker, MarkerKind, Provenance, Redaction

from .conftest import transcript_of

MADE_BY = Provenance("entities", "test", "1")


def redaction(transcript, number: int, first: int, last: int, label: str = "NAME") -> Redaction:
    words = [word for utterance in transcript.utterances for word in utterance.words][first : last + 1]
    return Redaction(
        number,
        label,
        f"[{label}-{number + 1}]",
        words[0].start_ms,
        words[-1].end_ms,
        tuple(word.id for word in words),
        0.9,
        "test",
    )


def text_of(transcript) -> list[str]:
    return [utterance.text for utterance in transcript.utterances]


def test_a_mention_of_several_words_becomes_one_word_with_its_id_and_time(say):
    transcript = say("I met Anna Hansen, there.")

    (utterance,) = apply_redactions(
        transcript, Anonymisation((redaction(transcript, 0, 2, 3),), MADE_BY)
    ).utterances

    original = transcript.utterances[0].words
    stand_in = utterance.words[2]
    assert utterance.text == "I met [NAME-1], there."
    assert (stand_in.id, stand_in.start_ms, stand_in.end_ms) == (
        102,
        original[2].start_ms,
        original[3].end_ms,
    )
    assert stand_in.redaction == 0
    assert utterance.words[3] == original[4]


def test_punctuation_and_the_possessive_around_a_mention_stay(say):
    transcript = say('It was "Anna\'s," not (Kim).')

    done = apply_redactions(
        transcript, Anonymisation((redaction(transcript, 0, 2, 2), redaction(transcript, 1, 4, 4)), MADE_BY)
    )

    assert text_of(done) == ['It was "[NAME-1]\'s," not ([NAME-2]).']


def test_neighbouring_mentions_stay_two(say):
    transcript = say("Anna Kim came")

    done = apply_redactions(
        transcript, Anonymisation((redaction(transcript, 0, 0, 0), redaction(transcript, 1, 1, 1)), MADE_BY)
    )

    assert text_of(done) == ["[NAME-1] [NAME-2] came"]


def test_everything_else_stays_and_what_made_it_is_added(say):
    transcript = say(("S1", "Hello Anna"), ("S2", "Hello"))

    done = apply_redactions(transcript, Anonymisation((redaction(transcript, 0, 1, 1),), MADE_BY))

    assert done.provenance == (MADE_BY,)
    for field in ("format", "duration_ms", "language", "speakers", "turns", "markers", "speech", "notices"):
        assert getattr(done, field) == getattr(transcript, field)
    assert done.utterances[1] == transcript.utterances[1]


def test_markers_that_would_tell_of_a_redacted_word_go_and_all_others_stay(say):
    transcript = say(("S1", "Hello Anna"), ("S2", "Hello there"))
    first, second = transcript.utterances
    markers = tuple(
        Marker(kind, one.start_ms, one.end_ms, one.speaker, 3.0, 0.8, "4", evidence={"value": 20.0})
        for one in (first, second)
        for kind in (
            MarkerKind.VOLUME,
            MarkerKind.TEMPO,
            MarkerKind.DISFLUENCY,
            MarkerKind.EMPHASIS,
            MarkerKind.VOICE_BREAK,
            MarkerKind.ACTIVATION,
        )
    )
    whole = replace(transcript, markers=markers)
    found = Anonymisation((redaction(transcript, 0, 1, 1),), MADE_BY)

    done = apply_redactions(whole, found)
    assert done.markers == tuple(
        one for one in markers if one.kind is MarkerKind.VOLUME or one.start_ms == second.start_ms
    )
    assert apply_redactions(done, found) == done


SENTENCES = st.lists(
    st.lists(st.text(alphabet="abcDEF'’.,?!\"(-å9", min_size=1, max_size=6), min_size=1, max_size=8),
    min_size=1,
    max_size=4,
)


@given(sentences=SENTENCES, data=st.data())
def test_no_redacted_word_survives_and_no_other_word_changes(sentences, data):
    transcript = transcript_of(*(("S1", " ".join(words)) for words in sentences))
    redactions, position = [], 0
    for utterance in transcript.utterances:
        cuts = data.draw(
            st.lists(st.booleans(), min_size=len(utterance.words), max_size=len(utterance.words))
        )
        for offset, covered in enumerate(cuts):
            if covered:
                redactions.append(
                    redaction(transcript, len(redactions), position + offset, position + offset)
                )
        position += len(utterance.words)
    anonymisation = Anonymisation(tuple(redactions), MADE_BY)
    hidden = {word_id for item in redactions for word_id in item.word_ids}

    done = apply_redactions(transcript, anonymisation)

    before = {word.id: word for utterance in transcript.utterances for word in utterance.words}
    after = {word.id: word for utterance in done.utterances for word in utterance.words}
    assert set(after) == set(before)
    for word_id, word in after.items():
        if word_id in hidden:
            placeholder = next(item.placeholder for item in redactions if word_id in item.word_ids)
            assert not any(
                char.isalnum()
                for char in word.text.replace(placeholder, "").replace("'s", "").replace("’s", "")
            )
        else:
            assert word == before[word_id]
    assert apply_redactions(done, anonymisation) == done
