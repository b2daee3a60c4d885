"""What the speech stages claim, on a stretch of a real conversation with references. Skipped where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from models.host import ModelHost
from models.values import MarkerKind, RecognisedChunk, RecognisedWord, Span, Timing, Utterance, Word
from tests.models.speech_stages import Processed, plain, process, write_wav

pytestmark = pytest.mark.models

INTERVIEWS = Path(__file__).resolve().parents[3] / "shared" / "audio" / "interviews" / "dev"
NAME = "interview_dev02"
START_S, END_S = 61.0, 161.0
"""Two people, several changes without a silence, one long overlap, and a name that is in no dictionary."""


@dataclass(frozen=True)
class Said:
    """An utterance of the reference, in ms of the excerpt."""

    start_ms: int
    end_ms: int
    speaker: str
    words: tuple[str, ...]


@pytest.fixture(scope="module")
def reference() -> list[Said]:
    if not INTERVIEWS.is_dir():
        pytest.skip("there are no recordings with references beside the checkout")
    said = []
    for line in (INTERVIEWS / f"{NAME}.stm").read_text().splitlines():
        _, _, speaker, start, end, _, text = line.split(None, 6)
        if float(start) >= START_S and float(end) <= END_S:
            begin, finish = (round((float(at) - START_S) * 1000) for at in (start, end))
            said.append(Said(begin, finish, speaker, tuple(plain(text))))
    return sorted(said, key=lambda one: one.start_ms)


@pytest.fixture(scope="module")
def talk(host: ModelHost, reference: list[Said], tmp_path_factory) -> Processed:
    assert len(reference) > 10
    folder = tmp_path_factory.mktemp("talk")
    sound, rate = soundfile.read(INTERVIEWS / f"{NAME}.flac", dtype="float64")
    part = sound[round(START_S * rate) : round(END_S * rate)]
    return process(host, write_wav(folder / "talk.wav", part), folder)


def words_of(talk: Processed) -> list[tuple[Word, Utterance]]:
    """In order of time."""
    pairs = [(word, one) for one in talk.transcript.utterances for word in one.words]
    return sorted(pairs, key=lambda pair: pair[0].start_ms)


def matched(reference: list[Said], talk: Processed) -> list[tuple[Said, int, Word]]:
    """Reference words that were found: their utterance, their place in it, and the word."""
    wanted = [(one, place, word) for one in reference for place, word in enumerate(one.words)]
    got = [(text, word) for word, _ in words_of(talk) for text in plain(word.text)]
    pairs = SequenceMatcher(None, [one[2] for one in wanted], [text for text, _ in got], autojunk=False)
    return [
        (*wanted[block.a + step][:2], got[block.b + step][1])
        for block in pairs.get_matching_blocks()
        for step in range(block.size)
    ]


def labels(reference: list[Said], talk: Processed) -> dict[str, str]:
    """Who of the reference is who of the transcript, by the words they share."""
    votes: dict[str, list[str]] = {}
    for said, _, word in matched(reference, talk):
        votes.setdefault(said.speaker, []).append(word.speaker)
    return {speaker: max(set(found), key=found.count) for speaker, found in votes.items()}


def test_no_utterance_is_lost(reference: list[Said], talk: Processed):
    found = [(said, word) for said, _, word in matched(reference, talk)]
    for said in reference:
        if len(said.words) >= 4:
            near = [
                word for one, word in found if one is said and abs(word.start_ms - said.start_ms) < 30_000
            ]
            assert near, f"nothing of what is said from {said.start_ms} ms on"
    assert len(found) / sum(len(said.words) for said in reference) > 0.85


def test_speech_whose_words_are_missing_is_heard_again(host: ModelHost, talk: Processed):
    """What is left out of the first decoding is found by the second, and nothing else is touched."""
    from models.audio.samples import open_samples
    from models.plausibility import Judged
    from models.window_decoding import WindowDecoder

    samples = open_samples(talk.folder / talk.decoded.samples)
    chunk = Span(0, talk.decoded.duration_ms)
    recogniser = host._recogniser
    whole = recogniser.transcribe(samples, chunk, talk.speech, "en", lambda _: None).words
    hole = Span(20_000, 26_000)
    left = tuple(word for word in whole if not hole.start_ms <= word.start_ms < hole.end_ms)
    missing = [word.text for word in whole if word not in left]
    assert len(missing) > 5
    again = recogniser._again(
        WindowDecoder(recogniser._model, "en"), samples, chunk, talk.speech, None, Judged(left, ())
    )
    back = [word for word in again.kept if word not in left]
    assert all(hole.start_ms - 500 <= word.start_ms < hole.end_ms + 500 for word in back)
    ratio = SequenceMatcher(None, plain(" ".join(missing)), plain(" ".join(one.text for one in back))).ratio()
    assert ratio > 0.7


def test_words_at_a_change_of_speaker_go_to_the_right_one(reference: list[Said], talk: Processed):
    who = labels(reference, talk)
    assert len(set(who.values())) == 2
    changes = [
        (before, after)
        for before, after in pairwise(reference)
        if before.speaker != after.speaker and after.start_ms >= before.end_ms
    ]
    assert len(changes) >= 3
    near = [
        (said, word)
        for said, place, word in matched(reference, talk)
        for before, after in changes
        if (said is before and place >= len(said.words) - 3) or (said is after and place < 3)
    ]
    assert len(near) >= 3 * len(changes)  # of six words each
    assert [word.text for said, word in near if word.speaker != who[said.speaker]] == []


def test_two_at_once_are_marked_and_both_kept(reference: list[Said], talk: Processed):
    at_once = Span(90_714 - round(START_S * 1000), 91_702 - round(START_S * 1000))
    found = [one for one in talk.transcript.markers if one.kind is MarkerKind.OVERLAP]
    near = [one for one in found if one.start_ms < at_once.end_ms and at_once.start_ms < one.end_ms]
    assert near
    middle = (near[0].start_ms + near[0].end_ms) // 2
    speaking = {turn.speaker for turn in talk.transcript.turns if turn.start_ms <= middle < turn.end_ms}
    assert speaking == {"S1", "S2"}


def test_a_name_in_no_dictionary_is_aligned(host: ModelHost, talk: Processed):
    """What is heard for "valjean" written right and everything moved: how it is spoken is guessed, and it is found."""
    lines = (INTERVIEWS / f"{NAME}.anchors.ctm").read_text().splitlines()
    anchor = [line.split() for line in lines if "valjean" in line][-1]
    at = round((float(anchor[2]) - START_S) * 1000)
    middle = at + round(float(anchor[3]) * 500)
    words = [word for word, _ in words_of(talk)]
    place = min(range(len(words)), key=lambda n: abs(words[n].start_ms + words[n].end_ms - 2 * middle))
    moved = tuple(
        RecognisedWord(
            word.start_ms + 150,
            word.end_ms + 150,
            "Valjean" if number == place else word.text,
            word.confidence,
        )
        for number, word in enumerate(words)
    )
    chunk = RecognisedChunk(Span(0, talk.decoded.duration_ms), "en", 1.0, moved)
    aligned = host.align(talk.folder / talk.decoded.samples, chunk, talk.speech)
    assert aligned.words[place].timing is Timing.POCKETSPHINX
    assert abs(aligned.words[place].start_ms - at) <= 60


@pytest.mark.parametrize("kind", ["hum", "room", "hiss", "clicks"])
def test_no_words_where_nobody_speaks(kind: str, host: ModelHost, tmp_path):
    """Neither through the speech detector nor, were it wrong, from the recogniser without a record."""
    random = np.random.default_rng(3)
    moments = np.arange(40 * 16_000) / 16_000
    room = np.cumsum(random.standard_normal(len(moments)))
    room -= np.convolve(room, np.ones(1_600) / 1_600, mode="same")
    sound = {
        "hum": 0.05 * sum(np.sin(2 * np.pi * 50 * number * moments) / number for number in (1, 2, 3, 5)),
        "room": 0.02 * room / room.std(),
        "hiss": 0.05 * random.standard_normal(len(moments)),
        "clicks": np.where(random.random(len(moments)) < 0.0002, 0.5, 0.0),
    }[kind]
    made = process(host, write_wav(tmp_path / "quiet.wav", sound), tmp_path)
    assert made.transcript.utterances == ()
    everywhere = (Span(0, made.decoded.duration_ms),)
    heard = host.transcribe(tmp_path / made.decoded.samples, everywhere[0], everywhere, "en")
    assert heard.words == ()
