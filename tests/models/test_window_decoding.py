"""Whisper over several stretches at once: nothing is skipped, nothing said early is preferred for being short."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from models.audio.samples import open_samples
from models.config import ModelsConfig
from models.host import ModelHost
from models.recognition import Recogniser
from models.values import Span
from models.window_decoding import WORD_BONUS, WORKERS, Sentence, WindowDecoder

pytestmark = pytest.mark.models
RATE = 16_000


@dataclass(frozen=True)
class Found:
    """What a search over one window gives: texts as tokens, and the mean log probability of each."""

    sequences_ids: list[list[int]]
    scores: list[float]
    no_speech_prob: float = 0.0


@pytest.fixture(scope="module")
def recogniser(models_folder: Path) -> Recogniser:
    return Recogniser(models_folder / "whisper-base", "cpu", threads=WORKERS)


@pytest.fixture(scope="module")
def decoder(recogniser: Recogniser) -> WindowDecoder:
    return WindowDecoder(recogniser._model, "en")


@pytest.fixture(scope="module")
def talk(host: ModelHost, phone_call: Path, tmp_path_factory) -> np.ndarray:
    folder = tmp_path_factory.mktemp("talk")
    return open_samples(folder / host.decode(phone_call, folder).samples).read()


def texts(sentences: tuple[Sentence, ...]) -> list[str]:
    return [word.text.strip() for sentence in sentences for word in sentence.words]


def found(decoder: WindowDecoder, **texts: float) -> Found:
    """Hypotheses by the total log probability of each."""
    tokens = [decoder._tokenizer.encode(text.replace("_", " ")) for text in texts]
    return Found(tokens, [total / len(own) for total, own in zip(texts.values(), tokens, strict=True)])


def chosen(decoder: WindowDecoder, hypotheses: Found) -> str:
    return decoder._tokenizer.decode(decoder._best(hypotheses).tokens)


def test_a_hypothesis_that_stops_early_loses_to_one_with_its_words(decoder: WindowDecoder):
    short, long = "I went", "I_went_home_to_my_mother"
    missing = 4 * WORD_BONUS
    assert chosen(decoder, found(decoder, **{short: -2.0, long: -2.0 - missing + 0.1})) == long.replace(
        "_", " "
    )
    assert chosen(decoder, found(decoder, **{short: -2.0, long: -2.0 - missing - 0.1})) == short


def test_one_that_repeats_itself_comes_last_whatever_its_bonus(decoder: WindowDecoder):
    loop = "so_it_was_" * 30
    assert chosen(decoder, found(decoder, **{loop: -3.0, "so_it_was": -9.0})) == "so it was"


def test_lanes_side_by_side_say_what_each_says_alone(decoder: WindowDecoder, talk: np.ndarray):
    lanes = [talk[: 14 * RATE], talk[14 * RATE :], talk]
    together = [texts(one) for one in decoder.decode(lanes)]
    alone = [texts(*decoder.decode([one])) for one in lanes]
    assert all(len(one) > 15 for one in together)
    assert together == alone


def test_each_time_the_same_and_progress_reaches_each_lanes_end(decoder: WindowDecoder, talk: np.ndarray):
    reached: dict[int, list[float]] = {}
    lanes = [talk, talk[5 * RATE :], talk[: 20 * RATE], talk[10 * RATE :], talk[2 * RATE :]]
    first = decoder.decode(lanes, lambda lane, seconds: reached.setdefault(lane, []).append(seconds))
    assert decoder.decode(lanes) == first
    assert sorted(reached) == list(range(len(lanes)))
    for lane, seconds in reached.items():
        assert seconds[-1] == pytest.approx(len(lanes[lane]) / RATE, abs=0.1)


def test_a_long_lane_is_written_down_to_its_end(decoder: WindowDecoder, talk: np.ndarray):
    """Three windows and a rest: each window begins where the last whole sentence ended."""
    once = texts(*decoder.decode([talk]))
    thrice = texts(*decoder.decode([np.concatenate([talk] * 3)]))
    assert len(thrice) > 2.7 * len(once)


def test_the_language_is_told_by_the_first_words_and_in_doubt_is_an_expected_one(
    recogniser: Recogniser, host: ModelHost, phone_call: Path, tmp_path: Path
):
    decoded = host.decode(phone_call, tmp_path)
    samples = open_samples(tmp_path / decoded.samples)
    speech = host.detect_speech(tmp_path / decoded.samples)
    language, sure = recogniser.detect_language(samples, speech, ("de", "no"))
    assert language == "en"
    assert sure > 0.7
    from tests.models.speech_stages import write_wav

    murmur = np.random.default_rng(1).standard_normal(10 * RATE) * 0.05
    quiet = host.decode(write_wav(tmp_path / "murmur.wav", murmur), tmp_path)
    unclear = open_samples(tmp_path / quiet.samples)
    everywhere = (Span(0, quiet.duration_ms),)
    assert recogniser.detect_language(unclear, everywhere)[1] < 0.7
    for expected in ("no", "cy"):
        assert recogniser.detect_language(unclear, everywhere, (expected,))[0] == expected


def test_a_recording_in_another_language_than_expected_is_flagged(
    models_folder: Path, phone_call: Path, tmp_path: Path
):
    host = ModelHost(ModelsConfig(models_dir=models_folder, expected_languages=("no", "de")))
    decoded = host.decode(phone_call, tmp_path)
    speech = host.detect_speech(tmp_path / decoded.samples)
    found = host.detect_language(tmp_path / decoded.samples, speech)
    assert (found.language, found.unexpected) == ("en", True)
