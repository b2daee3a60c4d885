"""The language model's part, through Presidio: names, places, organisations, dates; and its checksummed numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    SpacyRecognizer,
)
from spacy.language import Language
from spacy.lookups import Lookups

from models.anonymisation.dates import names_a_calendar_date
from models.anonymisation.mentions import Found, Label
from models.anonymisation.numbers import SHORTEST_NUMBER
from models.anonymisation.spoken import Spoken
from models.problems import ProblemCode, RecordingProblem

_KEY = "en"
"""The language Presidio files everything under; which language is spoken is decided before it is asked."""

_LABELS = {
    "PERSON": Label.NAME,
    "LOCATION": Label.PLACE,
    "ORGANIZATION": Label.ORGANISATION,
    "DATE_TIME": Label.DATE,
    "PHONE_NUMBER": Label.PHONE,
    "CREDIT_CARD": Label.ID,
    "IBAN_CODE": Label.ID,
    "IP_ADDRESS": Label.ID,
}
_NAMED = ["PERSON", "LOCATION", "ORGANIZATION", "DATE_TIME"]
"""All that is looked for in a text with few digits: Presidio's recognisers of numbers cost more than the model."""
_BATCH = 64
_SPACY_TYPES = {
    "PERSON": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "DATE": "DATE_TIME",
}
"""Nationalities, events, products and amounts are left: they seldom name anyone, and researchers need them."""

_NOT_NEEDED = ["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
"""Parts of a spaCy model that finding entities does not use; half the time without them."""

PHONE_REGIONS = ("GB", "US", "NO", "SE", "DK", "DE", "FR", "NL", "IE", "AU", "IN", "CA")


@dataclass(frozen=True, slots=True)
class EntityModel:
    """Presidio over one spaCy model, or over none: then only its recognisers of numbers work.

    ``dictionary`` are the words that the model's lemmatizer knows (WordNet's), without case: what is among them and on
    no list of names is more likely a word than a name.
    """

    engine: AnalyzerEngine
    language: str | None
    name: str
    version: str
    dictionary: frozenset[str]

    def find_all(self, spoken: Sequence[Spoken]) -> Iterator[list[Found]]:
        """Entities in each text, in order; dates only when they name a point in the calendar."""
        texts = [one.cased for one in spoken]
        nlp = self.engine.nlp_engine
        for text, artifacts in nlp.process_batch(texts, _KEY, batch_size=_BATCH, as_tuples=False):
            yield list(self._entities(text, artifacts))

    def _entities(self, text: str, artifacts: NlpArtifacts) -> Iterator[Found]:
        wanted = _NAMED if sum(map(str.isdigit, text)) < SHORTEST_NUMBER else [*_LABELS]
        for result in self.engine.analyze(
            text, _KEY, entities=wanted, score_threshold=0.35, nlp_artifacts=artifacts
        ):
            label = _LABELS[result.entity_type]
            said = text[result.start : result.end]
            if label is Label.DATE and not names_a_calendar_date(said):
                continue
            if label is Label.PHONE and sum(map(str.isdigit, said)) < SHORTEST_NUMBER:
                continue
            detector = str(result.recognition_metadata["recognizer_name"])
            yield Found(
                result.start, result.end, label, round(float(result.score), 3), f"presidio: {detector}"
            )


def language_of(model_dir: Path) -> str:
    """The language (ISO 639-1) a spaCy model folder is for. Raises ``MODEL_DAMAGED`` when it holds no model."""
    try:
        return str(json.loads((model_dir / "meta.json").read_text(encoding="utf-8"))["lang"])
    except (OSError, ValueError, KeyError, TypeError):
        raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None


def _load_spacy(model_dir: Path) -> Language:
    try:
        return spacy.load(model_dir, exclude=_NOT_NEEDED)
    except (OSError, ValueError, KeyError):
        raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None


def _dictionary(model_dir: Path) -> frozenset[str]:
    folder = model_dir / "lemmatizer" / "lookups"
    if not folder.is_dir():
        return frozenset()
    index = Lookups().from_disk(folder).get_table("lemma_index", {})
    return frozenset(word for words in index.values() for word in words)


@lru_cache(maxsize=2)
def load_entity_model(model_dir: Path | None) -> EntityModel:
    """Presidio over the spaCy model in a local folder, or over an empty model for None. Kept once loaded.

    Nothing is downloaded: the folder is loaded by path, and of Presidio's recognisers those that may ask the
    network (its e-mail one reads a list of domains) are left out; :mod:`models.anonymisation.addresses` stands in.
    """
    if model_dir is None:
        nlp, language, name, version = spacy.blank(_KEY), None, "none", ""
        dictionary: frozenset[str] = frozenset()
    else:
        nlp = _load_spacy(model_dir)
        language, name, version = str(nlp.meta["lang"]), str(nlp.meta["name"]), str(nlp.meta["version"])
        dictionary = _dictionary(model_dir)
    ignored = [label for label in nlp.pipe_labels.get("ner", []) if label not in _SPACY_TYPES]
    spacy_engine = SpacyNlpEngine(
        models=[{"lang_code": _KEY, "model_name": name}],
        ner_model_configuration=NerModelConfiguration(
            model_to_presidio_entity_mapping=_SPACY_TYPES, labels_to_ignore=ignored
        ),
    )
    spacy_engine.nlp = {_KEY: nlp}  # type: ignore[assignment]  # What load() would set, but for the download.
    registry = RecognizerRegistry(
        recognizers=[
            SpacyRecognizer(),
            PhoneRecognizer(supported_regions=PHONE_REGIONS),
            CreditCardRecognizer(),
            IbanRecognizer(),
            IpRecognizer(),
        ],
        supported_languages=[_KEY],
    )
    engine = AnalyzerEngine(registry=registry, nlp_engine=spacy_engine, supported_languages=[_KEY])
    return EntityModel(engine, language, name, version, dictionary)
