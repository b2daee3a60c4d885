"""The grammar of what was said, by a spaCy model: tags and dependencies of words, as plain values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models.problems import ProblemCode, RecordingProblem
from models.standins.sentences import Token

if TYPE_CHECKING:
    from spacy.language import Language

_NOT_NEEDED = ["ner", "senter", "lemmatizer"]


@lru_cache(maxsize=1)
def load_grammar(model_dir: Path) -> Language:
    """The model in a local folder.

    Raises RecordingProblem (``MODEL_DAMAGED``) when it can't be loaded or has no parser.
    """
    import spacy

    try:
        model = spacy.load(model_dir, exclude=_NOT_NEEDED)
    except (OSError, ValueError, KeyError):
        raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None
    if "parser" not in model.pipe_names:
        raise RecordingProblem(ProblemCode.MODEL_DAMAGED)
    return model


def read_grammar(model: Language, texts: Sequence[Sequence[str]]) -> list[tuple[Token, ...]]:
    """For each text, given as its words, the tokens of its words in order. One word can be several ("she's")."""
    read = []
    for words, document in zip(texts, model.pipe(" ".join(words) for words in texts), strict=True):
        starts, at = [], 0
        for word in words:
            starts.append(at)
            at += len(word) + 1
        sentences = {token.i: number for number, sentence in enumerate(document.sents) for token in sentence}
        tokens: list[Token] = []
        places: dict[int, int] = {}
        spoken = [token for token in document if not token.is_space]
        for token in spoken:
            places[token.i] = len(places)
        for token in spoken:
            place = bisect_right(starts, token.idx) - 1
            tokens.append(
                Token(
                    word=place,
                    start=token.idx - starts[place],
                    text=token.text,
                    tag=token.tag_,
                    dep=token.dep_,
                    head=places.get(token.head.i, places[token.i]),
                    sentence=sentences[token.i],
                )
            )
        read.append(tuple(tokens))
    return read
