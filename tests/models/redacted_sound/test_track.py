"""The track of a redacted sound does not depend on what was said in its masked stretches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.audio.samples import open_samples
from models.nuance.blanking import MARGIN_MS, blanked
from models.nuance.measure import measure_track
from models.nuance.track import FRAME_MS, decode, encode
from models.redacted_sound.editing import FADE_MS, MaskSound
from models.redacted_sound.rendition import redact_sound
from models.redacted_sound.voice_change import VoicePart, VoiceShift
from models.values import Span

RATE = 44_100
MASKS = [Span(1_200, 1_750), Span(3_000, 3_120)]


def voice(seconds: float, hz: float, seed: int) -> np.ndarray:
    """Buzz with some noise: pitch, level and harmonicity of its own."""
    at = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * hz * part * at + part) / part for part in range(1, 9))
    noise = np.random.default_rng(seed).standard_normal(len(at))
    return (0.12 * buzz + 0.02 * noise).clip(-0.9, 0.9).astype(np.float32)


def another_under_the_masks(sound: np.ndarray) -> np.ndarray:
    """Other words where it is masked: louder, higher, another noise; the fade beside a mask is as it was."""
    changed = sound.copy()
    for mask in MASKS:
        start, stop = mask.start_ms * RATE // 1000, mask.end_ms * RATE // 1000
        changed[start:stop] = 2.5 * voice((stop - start) / RATE + 0.01, 310, 9)[: stop - start]
    return changed


VOICES = {"as spoken": (), "changed": (VoicePart(0, VoiceShift(3.0, 2.0)),)}


@pytest.mark.parametrize("voices", VOICES.values(), ids=VOICES)
@pytest.mark.parametrize("kind", list(MaskSound))
def test_other_words_under_the_masks_give_the_same_bytes(write, tmp_path: Path, voices, kind) -> None:
    spoken = voice(5, 120, 1)
    files, plain = [], []
    for number, sound in enumerate((spoken, another_under_the_masks(spoken))):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = write([sound], RATE)
        made = redact_sound(source, folder, MASKS, kind, voices)
        track = measure_track(open_samples(folder / made.samples), None)
        files.append(encode(blanked(track, MASKS)))
        whole = tmp_path / f"whole {number}"
        whole.mkdir()
        plain.append(
            encode(measure_track(open_samples(whole / redact_sound(source, whole, []).samples), None))
        )
    assert plain[0] != plain[1]
    assert files[0] == files[1]


def test_nothing_is_said_in_a_mask_and_around_it_and_all_else_is_as_measured(write, tmp_path: Path) -> None:
    made = redact_sound(write([voice(5, 120, 1)], RATE), tmp_path, MASKS)
    track = measure_track(open_samples(tmp_path / made.samples), None)
    kept = decode(encode(blanked(track, MASKS)))
    for mask in MASKS:
        rows = kept.rows(mask.start_ms - MARGIN_MS, mask.end_ms + MARGIN_MS)
        assert not kept.pitch[rows].any()
        assert not kept.voicing[rows].any()
        assert (kept.level[rows] == -100).all()
    rows = kept.rows(2_000, 2_700)
    assert np.array_equal(kept.level[rows], track.level[rows])
    assert kept.pitch[rows] == pytest.approx(120, rel=0.03)


def test_beyond_the_margin_a_mask_is_not_seen(write, tmp_path: Path) -> None:
    """What is left of the track is that of the spoken sound: the edge of a mask moved no row of it."""
    sound = voice(5, 120, 1)
    tracks = []
    for name, masks in (("spoken", []), ("redacted", MASKS)):
        folder = tmp_path / name
        folder.mkdir()
        made = redact_sound(write([sound], RATE), folder, masks)
        tracks.append(measure_track(open_samples(folder / made.samples), None))
    spoken, redacted = tracks
    differ = np.flatnonzero(
        (spoken.pitch != redacted.pitch)
        | (np.abs(spoken.voicing - redacted.voicing) > 0.01)
        | (spoken.level != redacted.level)
        | (np.abs(spoken.harmonicity - redacted.harmonicity) > 0.5)
    )
    reach = MARGIN_MS - FRAME_MS
    assert len(differ)
    for at in differ * FRAME_MS:
        assert any(
            mask.start_ms - reach - FADE_MS <= at <= mask.end_ms + reach + FADE_MS for mask in MASKS
        ), at
