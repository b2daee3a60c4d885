"""How an English word that no dictionary lists is said: letters → phonemes.

The network is the one of the ``g2p-en`` weights (Park & Kim, trained on CMUdict): a gated recurrent network reads
the letters, another writes the phonemes (Cho et al. 2014, arXiv:1406.1078), each of 256 units.
"""

from __future__ import annotations

import string
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.problems import ProblemCode, RecordingProblem

WEIGHTS_FILE = "checkpoint20.npz"

Array = NDArray[np.float32]

# The symbols in the order of the weights' rows: CMUdict's phonemes with their stresses, sorted, behind four marks.
_LETTERS = {letter: row for row, letter in enumerate(string.ascii_lowercase, start=3)}
_UNKNOWN_LETTER, _END_OF_WORD = 1, 2
_VOWELS = ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
_CONSONANTS = [*"BDFGKLMNPRSTVWYZ", "CH", "DH", "HH", "JH", "NG", "SH", "TH", "ZH"]
_PHONEMES = sorted([f"{vowel}{stress}" for vowel in _VOWELS for stress in "012"] + _CONSONANTS + ["UW"])
_FIRST_PHONEME = 4
_BEGIN, _END = 2, 3
_LONGEST = 30


class Pronouncer:
    """The loaded weights. One word takes about a millisecond."""

    def __init__(self, folder: Path) -> None:
        """Load them. Raises RecordingProblem ``MODEL_DAMAGED`` when the file is not what it should be."""
        try:
            with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as stored:
                self._weights: dict[str, Array] = {name: stored[name] for name in stored.files}
            if len(self._weights["dec_emb"]) != _FIRST_PHONEME + len(_PHONEMES):
                raise ValueError
        except (OSError, ValueError, KeyError, BadZipFile):
            raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None

    def pronounce(self, word: str) -> tuple[str, ...]:
        """The phonemes of a lower-case word in CMUdict's notation without stress; () when it has no letter."""
        if not any(letter in _LETTERS for letter in word):
            return ()
        rows = [_LETTERS.get(letter, _UNKNOWN_LETTER) for letter in word if letter != "'"]
        state: Array = np.zeros(self._weights["enc_w_hh"].shape[1], dtype=np.float32)
        for row in [*rows, _END_OF_WORD]:
            state = self._unit("enc", self._weights["enc_emb"][row], state)
        said: list[str] = []
        symbol = _BEGIN
        while len(said) < _LONGEST:
            state = self._unit("dec", self._weights["dec_emb"][symbol], state)
            symbol = int((self._weights["fc_w"] @ state + self._weights["fc_b"]).argmax())
            if symbol == _END:
                break
            if symbol >= _FIRST_PHONEME:
                said.append(_PHONEMES[symbol - _FIRST_PHONEME].rstrip("012"))
        return tuple(said)

    def _unit(self, side: str, given: Array, state: Array) -> Array:
        """One step of a gated recurrent unit; the rows of its weights are reset, update and candidate."""
        w = self._weights
        from_input = np.split(w[f"{side}_w_ih"] @ given + w[f"{side}_b_ih"], 3)
        from_state = np.split(w[f"{side}_w_hh"] @ state + w[f"{side}_b_hh"], 3)
        reset = _sigmoid(from_input[0] + from_state[0])
        update = _sigmoid(from_input[1] + from_state[1])
        candidate: Array = np.tanh(from_input[2] + reset * from_state[2])
        return np.asarray((1 - update) * candidate + update * state, dtype=np.float32)


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float32)
