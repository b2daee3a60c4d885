"""Laying English words onto sound with PocketSphinx and its acoustic model (en-us, 40 phonemes, CMUdict)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.audio.samples import Float32
from models.forced_alignment.pronunciation import Pronouncer
from models.forced_alignment.spelling import spoken_forms
from models.values import Span

MODEL = "pocketsphinx-en-us"
_FRAME_MS = 10
_FILLERS = ("<", "[", "(")


class PocketSphinxAligner:
    """One decoder, which keeps the pronunciations it was told."""

    def __init__(self, pronouncer: Pronouncer | None) -> None:
        """Without a ``pronouncer``, words that the dictionary doesn't list are left out of the alignment."""
        from pocketsphinx import Decoder

        # The decoder's own beams (1e-48) stay: much wider ones overflow its scores, and half the stretches fail.
        # Normalised by each stretch alone: as it comes, a stretch would be heard by the light of those before it.
        self._decoder: Any = Decoder(lm=None, cmn="batch", loglevel="FATAL")
        self._pronouncer = pronouncer
        self._known: dict[str, bool] = {}

    def align(self, audio: Float32, texts: Sequence[str]) -> tuple[Span | None, ...] | None:
        """Where each text is said, in ms from the start of the 16 kHz ``audio``, in order.

        A text without a word that can be said has None. The whole is None when the texts don't fit the sound.
        """
        tokens = [
            (number, form)
            for number, text in enumerate(texts)
            for form in spoken_forms(text)
            if self._can_say(form)
        ]
        found: list[Span | None] = [None] * len(texts)
        if not tokens:
            return tuple(found)
        segments = self._segments(audio, [form for _, form in tokens])
        if segments is None or [name for name, _ in segments] != [form for _, form in tokens]:
            return None
        for (number, _), (_, span) in zip(tokens, segments, strict=True):
            earlier = found[number]
            found[number] = span if earlier is None else Span(earlier.start_ms, span.end_ms)
        return tuple(found)

    def _segments(self, audio: Float32, forms: Sequence[str]) -> list[tuple[str, Span]] | None:
        pcm = (np.clip(audio, -1.0, 1.0) * 32767).astype("<i2").tobytes()
        decoder = self._decoder
        try:
            decoder.set_align_text(" ".join(forms))
            decoder.start_stream()
            decoder.start_utt()
            decoder.process_raw(pcm, full_utt=True)
            decoder.end_utt()
            segments = decoder.seg()
        except RuntimeError:
            return None
        if segments is None:
            return None
        return [
            (
                one.word.partition("(")[0],
                Span(one.start_frame * _FRAME_MS, (one.end_frame + 1) * _FRAME_MS),
            )
            for one in segments
            if not one.word.startswith(_FILLERS)
        ]

    def _can_say(self, form: str) -> bool:
        if form not in self._known:
            self._known[form] = self._decoder.lookup_word(form) is not None or self._learn(form)
        return self._known[form]

    def _learn(self, form: str) -> bool:
        phonemes = self._pronouncer.pronounce(form) if self._pronouncer else ()
        if not phonemes:
            return False
        self._decoder.add_word(form, " ".join(phonemes), True)
        return True
