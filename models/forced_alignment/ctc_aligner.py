"""Laying words of any language onto sound with a network that writes letters (CTC), such as wav2vec 2.0.

The network is a folder with ``model.onnx`` (16 kHz samples of zero mean and unit variance in, letter scores out) and
``vocab.json`` (the letters' rows), as exported for the "transformers" library. The path through the scores is found
by torchaudio (Kürzinger et al. 2020, arXiv:2007.09127).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.audio.samples import Float32
from models.problems import ProblemCode, RecordingProblem
from models.values import SAMPLE_RATE, Span

_BLANKS = ("<pad>", "[PAD]", "<blank>", "-")
_BETWEEN_WORDS = "|"


class CtcAligner:
    """One loaded network."""

    def __init__(self, folder: Path) -> None:
        """Load it. Raises RecordingProblem ``MODEL_DAMAGED`` when the folder doesn't hold such a network."""
        import onnxruntime

        try:
            vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
            self._letters: dict[str, int] = {str(letter): int(row) for letter, row in vocabulary.items()}
            self._blank = next(self._letters[name] for name in _BLANKS if name in self._letters)
            found = next(
                path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.exists()
            )
            self._session: Any = onnxruntime.InferenceSession(str(found), providers=["CPUExecutionProvider"])
        except Exception:
            # The library has its own kinds of error; their text may name paths.
            raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None

    def align(self, audio: Float32, texts: Sequence[str]) -> tuple[Span | None, ...] | None:
        """Where each text is said, in ms from the start of the 16 kHz ``audio``; None where it has no letter.

        The whole is None when the texts don't fit the sound.
        """
        if not len(audio):
            return None
        heard = (audio - audio.mean()) / np.sqrt(audio.var() + 1e-7)
        given = {self._session.get_inputs()[0].name: heard[None].astype(np.float32)}
        scores = np.asarray(self._session.run(None, given)[0])[0]
        return align_letters(scores, texts, self._letters, self._blank, len(audio) * 1000 / SAMPLE_RATE)


def align_letters(
    scores: NDArray[np.float32],
    texts: Sequence[str],
    letters: Mapping[str, int],
    blank: int,
    length_ms: float,
) -> tuple[Span | None, ...] | None:
    """Where each text lies along ``scores`` (frames, letters), frames spread evenly over ``length_ms``.

    A text without a known letter has None. The whole is None when there are more letters than the frames can hold.
    """
    import torch
    from torchaudio.functional import forced_align, merge_tokens

    rows = [_rows(text, letters) for text in texts]
    separator = letters.get(_BETWEEN_WORDS)
    targets: list[int] = []
    owners: list[int | None] = []
    for number, own in enumerate(rows):
        if own and targets and separator is not None:
            targets.append(separator)
            owners.append(None)
        targets += own
        owners += [number] * len(own)
    if not targets:
        return (None,) * len(texts)
    emissions = torch.from_numpy(np.ascontiguousarray(scores, dtype=np.float32)).log_softmax(-1)[None]
    try:
        path, probabilities = forced_align(emissions, torch.tensor([targets], dtype=torch.int32), blank=blank)
    except RuntimeError:
        return None
    spans = merge_tokens(path[0], probabilities[0], blank=blank)
    if len(spans) != len(targets):
        return None
    frame_ms = length_ms / len(scores)
    found: list[Span | None] = [None] * len(texts)
    for owner, span in zip(owners, spans, strict=True):
        if owner is not None:
            own_span = found[owner]
            start = round(span.start * frame_ms) if own_span is None else own_span.start_ms
            found[owner] = Span(start, max(start + 1, round(span.end * frame_ms)))
    return tuple(found)


def _rows(text: str, letters: Mapping[str, int]) -> list[int]:
    """The rows of a text's letters, in whichever case the network knows; accents are dropped where it must be."""
    rows: list[int] = []
    for letter in text:
        plain = unicodedata.normalize("NFD", letter)[0]
        for form in (letter, letter.casefold(), letter.upper(), plain.casefold(), plain.upper()):
            if form in letters and form not in _BLANKS and form != _BETWEEN_WORDS:
                rows.append(letters[form])
                break
    return rows
