"""A second finder of names, that needs neither case nor punctuation: a small token classifier in ONNX.

The default is Rampart by National Design Studio (CC BY 4.0): given and last names, towns, streets, and numbers. It
knows no organisations, dates or ages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from models.anonymisation.mentions import Found, Label
from models.anonymisation.numbers import SHORTEST_NUMBER, digits_in
from models.anonymisation.spoken import Spoken
from models.problems import ProblemCode, RecordingProblem
from models.registry.record import sha256_of

_WEIGHTS = "model_q4.onnx"
_LABELS = {
    "GIVEN_NAME": Label.NAME,
    "SURNAME": Label.NAME,
    "CITY": Label.PLACE,
    "STATE": Label.PLACE,
    "STREET_NAME": Label.PLACE,
    "SECONDARY_ADDRESS": Label.PLACE,
    "ZIP_CODE": Label.PLACE,
    "BUILDING_NUMBER": Label.PLACE,
    "EMAIL": Label.EMAIL,
    "URL": Label.URL,
    "PHONE": Label.PHONE,
    "TAX_ID": Label.ID,
    "BANK_ACCOUNT": Label.ID,
    "ROUTING_NUMBER": Label.ID,
    "GOVERNMENT_ID": Label.ID,
    "PASSPORT": Label.ID,
    "DRIVERS_LICENSE": Label.ID,
}
_NUMBERS = (Label.PHONE, Label.ID, Label.EMAIL, Label.URL)
_LIKELY = 0.5
"""Probability of all labels together from which a word is one; the mean over the word's pieces."""
_MOST_PIECES = 500
"""Pieces of words that fit into the model at once, beside its two marks."""
_BATCH_PIECES = 2048


@dataclass(frozen=True, slots=True)
class TokenClassifier:
    """A loaded classifier. ``labels`` are its outputs in order, None for outside."""

    session: onnxruntime.InferenceSession
    tokenizer: Tokenizer
    labels: tuple[Label | None, ...]
    name: str
    version: str
    dictionary: frozenset[str] = frozenset()

    def find_all(self, spoken: Sequence[Spoken]) -> Iterator[list[Found]]:
        """What it finds in each text, in order."""
        encodings = self.tokenizer.encode_batch([one.text for one in spoken])
        found: list[list[Found]] = [[] for _ in spoken]
        for batch in self._batches(encodings):
            ids = np.zeros((len(batch), max(len(encodings[place].ids) for place in batch)), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, place in enumerate(batch):
                pieces = encodings[place].ids
                ids[row, : len(pieces)] = pieces
                mask[row, : len(pieces)] = 1
            scores = self._probabilities(ids, mask)
            for row, place in enumerate(batch):
                found[place] = list(self._entities(spoken[place], encodings[place], scores[row]))
        yield from found

    def _batches(self, encodings: Sequence[Encoding]) -> Iterator[list[int]]:
        """Texts of like length together, so that little is computed for nothing."""
        order = sorted(range(len(encodings)), key=lambda place: len(encodings[place].ids))
        batch: list[int] = []
        for place in order:
            if batch and (len(batch) + 1) * len(encodings[place].ids) > _BATCH_PIECES:
                yield batch
                batch = []
            batch.append(place)
        if batch:
            yield batch

    def _probabilities(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        fed: dict[str, Any] = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        logits = self.session.run(None, fed)[0]
        raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
        return shares

    def _entities(self, spoken: Spoken, encoding: Encoding, scores: NDArray[np.float32]) -> Iterator[Found]:
        """Neighbouring words of one label as one entity; numbers only when they are long enough to identify."""
        pieces = [
            (start, end, row)
            for (start, end), row in zip(encoding.offsets, scores, strict=False)
            if end > start
        ]
        words: list[tuple[int, int, Label | None, float]] = []
        at = 0
        for token in spoken.tokens:
            rows = []
            while at < len(pieces) and pieces[at][0] < token.end:
                if pieces[at][1] > token.start and any(
                    char.isalnum() for char in spoken.text[pieces[at][0] : pieces[at][1]]
                ):
                    rows.append(pieces[at][2])
                at += 1
            words.append((token.start, token.end, *self._label(rows)))
        for label, group in groupby(words, key=lambda word: word[2]):
            together = list(group)
            start, end = together[0][0], together[-1][1]
            if label is None or (
                label in (Label.PHONE, Label.ID) and digits_in(spoken.text[start:end]) < SHORTEST_NUMBER
            ):
                continue
            if label in (Label.EMAIL, Label.URL) and len(together) < 2 and "." not in spoken.text[start:end]:
                continue
            confidence = round(sum(word[3] for word in together) / len(together), 3)
            yield Found(start, end, label, confidence, self.name)

    def _label(self, rows: Sequence[NDArray[np.float32]]) -> tuple[Label | None, float]:
        if not rows:
            return None, 0.0
        mean = np.mean(rows, axis=0)
        sums: dict[Label, float] = {}
        for label, share in zip(self.labels, mean, strict=True):
            if label is not None:
                sums[label] = sums.get(label, 0.0) + float(share)
        if sum(sums.values()) < _LIKELY:
            return None, 0.0
        label = max(sums, key=lambda one: sums[one])
        return label, sum(sums.values())


def is_token_classifier(model_dir: Path) -> bool:
    """Whether the folder holds one."""
    return (model_dir / _WEIGHTS).is_file()


@lru_cache(maxsize=1)
def load_token_classifier(model_dir: Path) -> TokenClassifier:
    """The classifier in a local folder, on one core. Raises ``MODEL_DAMAGED`` when it can't be loaded."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        config = json.loads((model_dir / "config.json").read_text(encoding="utf-8"))
        names = [config["id2label"][str(number)] for number in range(len(config["id2label"]))]
        tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_MOST_PIECES)
        session = onnxruntime.InferenceSession(
            str(model_dir / _WEIGHTS), options, providers=["CPUExecutionProvider"]
        )
    except Exception:  # The libraries raise errors of their own, of no common class.
        raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None
    labels = tuple(_LABELS.get(name.partition("-")[2]) for name in names)
    return TokenClassifier(session, tokenizer, labels, model_dir.name, sha256_of(model_dir / _WEIGHTS)[:12])
