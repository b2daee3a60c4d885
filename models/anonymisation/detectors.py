"""The detectors, and which of them search in which language: one table. Adding a language means adding a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

from models.anonymisation.addresses import find_addresses
from models.anonymisation.dates import find_dates
from models.anonymisation.gazetteers import find_listed_names, find_listed_places
from models.anonymisation.mentions import Found
from models.anonymisation.names import find_announced_names, find_capitalised_names, find_unknown_words
from models.anonymisation.ner import language_of, load_entity_model
from models.anonymisation.numbers import find_ages, find_announced_numbers, find_numbers
from models.anonymisation.quasi import find_employers, find_professions
from models.anonymisation.spoken import Spoken, as_written
from models.anonymisation.token_classifier import is_token_classifier, load_token_classifier
from models.anonymisation.truecase import as_spoken

Rule = Callable[[Spoken], Iterable[Found]]


class Finder(Protocol):
    """A model that finds entities in many texts at once."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def dictionary(self) -> frozenset[str]: ...

    def find_all(self, spoken: Sequence[Spoken]) -> Iterator[list[Found]]:
        """What it finds in each text, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Pack:
    """What searches in a language. ``restores_case`` gives capitals to text without; ``last_resort`` rules count only
    where nothing else found anything; ``classifies`` says that token classifiers are for this language."""

    rules: tuple[Rule, ...]
    last_resort: tuple[Rule, ...] = ()
    restores_case: bool = False
    classifies: bool = False


def _on_text(find: Callable[[str], Iterable[Found]]) -> Rule:
    return lambda spoken: find(spoken.text)


_NUMBERS = (_on_text(find_ages), _on_text(find_numbers), _on_text(find_announced_numbers))
_ANY_LANGUAGE = Pack(
    rules=(find_announced_names, _on_text(find_dates), *_NUMBERS, find_addresses),
    last_resort=(find_capitalised_names,),
)
"""Numbers and addresses of the net look alike in many languages; the other rules of English do no harm."""

PACKS: Mapping[str, Pack] = {
    "en": Pack(
        rules=(
            find_announced_names,
            _on_text(find_dates),
            *_NUMBERS,
            find_addresses,
            find_employers,
            find_professions,
            find_listed_names,
            find_unknown_words,
            find_listed_places,
        ),
        last_resort=(find_capitalised_names,),
        restores_case=True,
        classifies=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Detectors:
    """The pack of a language with its models loaded. ``searches_names`` is False when only rules search for names;
    ``dictionary`` are words that are rather words than names (:func:`models.anonymisation.doubt.without_doubtful`)."""

    pack: Pack
    finders: tuple[Finder, ...]
    searches_names: bool
    dictionary: frozenset[str]

    def as_spoken(self, text: str) -> Spoken:
        """The text as the detectors of the language want it."""
        return as_spoken(text) if self.pack.restores_case else as_written(text)

    def find_all(self, spoken: Sequence[Spoken]) -> Iterator[tuple[list[Found], list[Found]]]:
        """For each text what all detectors found, and what the rules of last resort did."""
        by_model = [finder.find_all(spoken) for finder in self.finders]
        for one, *found in zip(spoken, *by_model, strict=True):
            by_rule = chain.from_iterable(rule(one) for rule in self.pack.rules)
            last = chain.from_iterable(rule(one) for rule in self.pack.last_resort)
            yield [*chain.from_iterable(found), *by_rule], list(last)


def detectors_for(language: str, model_dirs: Sequence[Path]) -> Detectors:
    """The detectors of a language (ISO 639-1) with those of the models that are for it.

    Raises :class:`~models.problems.RecordingProblem` (``MODEL_DAMAGED``) when a folder holds no model.
    """
    pack = PACKS.get(language, _ANY_LANGUAGE)
    classifiers = [folder for folder in model_dirs if is_token_classifier(folder)]
    spacy_models = [folder for folder in model_dirs if folder not in classifiers]
    matching = [folder for folder in spacy_models if language_of(folder) == language]
    folders: list[Path | None] = [*matching] or [None]
    finders: list[Finder] = [load_entity_model(folder) for folder in folders]
    if pack.classifies:
        finders += [load_token_classifier(folder) for folder in classifiers]
    dictionary = frozenset(chain.from_iterable(finder.dictionary for finder in finders))
    return Detectors(
        pack, tuple(finders), bool(matching) or (pack.classifies and bool(classifiers)), dictionary
    )
