"""Finding the entities of a transcript: the stages, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import chain, pairwise
from pathlib import Path

from models.anonymisation.addresses import find_addresses
from models.anonymisation.common_words import is_common
from models.anonymisation.coverage import NAMES_SEARCHED
from models.anonymisation.dates import find_dates
from models.anonymisation.identity import Form, bare, form_of, placeholders, same_person, settled_labels
from models.anonymisation.mentions import Found, Label, Mention, merged
from models.anonymisation.names import TITLES, find_announced_names, find_capitalised_names
from models.anonymisation.ner import EntityModel, language_of, load_entity_model
from models.anonymisation.numbers import find_ages, find_answers, find_numbers
from models.anonymisation.passages import Passage, passages
from models.anonymisation.propagation import propagated
from models.values import Anonymisation, Provenance, Redaction, Transcript, Word

RULES_VERSION = "1"
"""Of all rules in this package. 1: dates, ages, numbers, addresses, announced names, propagation."""

_NAMED = (Label.NAME, Label.PLACE, Label.ORGANISATION)


def find_entities(
    transcript: Transcript, model_dir: Path | None, language: str | None = None
) -> Anonymisation:
    """What identifies someone in the transcript, as redactions in order, numbered from 0.

    ``model_dir`` is the folder of a spaCy model; ``language`` (ISO 639-1) is the transcript's own unless given.
    Without a model for that language names, places and organisations are found only where rules announce them, and
    the provenance says so (:func:`searches_names`): such a transcript needs a person to read it all before release.

    A redaction covers whole words of one utterance. The same input gives the same redactions.

    Raises :class:`~models.problems.RecordingProblem` (``MODEL_DAMAGED``) when the folder holds no spaCy model.
    """
    spoken = language or transcript.language
    model = _model_for(spoken, model_dir)
    words = [word for utterance in transcript.utterances for word in utterance.words]
    texts = [word.text for word in words]
    found = merged(_mentions(list(passages(transcript.utterances)), model, texts))
    labels = settled_labels([(_form(mention, texts), mention.label) for mention in found])
    everywhere = merged([*found, *propagated(texts, labels)])
    identities = _identities(everywhere, texts, labels)
    return Anonymisation(_redactions(everywhere, identities, transcript, words), _provenance(model, spoken))


def _model_for(language: str, model_dir: Path | None) -> EntityModel:
    if model_dir is not None and language_of(model_dir) == language:
        return load_entity_model(model_dir)
    return load_entity_model(None)


def _provenance(model: EntityModel, language: str) -> Provenance:
    parameters = {
        "rules": RULES_VERSION,
        "language": language,
        NAMES_SEARCHED: "yes" if model.language else "no",
        "presidio": version("presidio-analyzer"),
        "spacy": version("spacy"),
    }
    return Provenance("entities", model.name, model.version, parameters)


def _mentions(spoken: list[Passage], model: EntityModel, texts: list[str]) -> Iterator[Mention]:
    """Every detector over every passage, as whole words."""
    detectors = (model.find, find_announced_names, find_dates, find_ages, find_numbers, find_addresses)
    for before, passage in pairwise((None, *spoken)):
        assert passage is not None
        found = chain.from_iterable(detector(passage.text) for detector in detectors)
        answers = find_answers(before.text, passage.text) if before else ()
        sure = [mention for entity in chain(found, answers) for mention in _on_words(entity, passage, texts)]
        taken = {position for mention in sure for position in range(mention.first, mention.last + 1)}
        yield from sure
        for entity in find_capitalised_names(passage.text):
            for mention in _on_words(entity, passage, texts):
                if taken.isdisjoint(range(mention.first, mention.last + 1)):
                    yield mention


def _on_words(found: Found, passage: Passage, texts: list[str]) -> Iterator[Mention]:
    """The entity on whole words: without everyday words at its ends, a name with the surname beside it."""
    place = passage.words_at(found.start, found.end)
    if place is None:
        return
    first, last = place
    if found.label in _NAMED:
        while first <= last and _is_outside_name(texts[first]):
            first += 1
        while last >= first and _is_outside_name(texts[last]):
            last -= 1
        if found.label is Label.NAME and first <= last:
            first, last = _whole_name(first, last, texts)
        if (
            found.label is Label.ORGANISATION
            and passage.text != passage.text.lower()
            and _is_lower(texts[first : last + 1])
        ):
            return  # Where capitals are written, an organisation has one.
    if first <= last:
        yield Mention(first, last, found.label, found.confidence, found.detector)


def _whole_name(first: int, last: int, texts: list[str]) -> tuple[int, int]:
    """The name with the capitalised words that stand right beside it inside the sentence ("Anna" of Anna Hansen)."""
    while last + 1 < len(texts) and texts[last][-1:].isalnum() and _can_be_name(texts[last + 1]):
        last += 1
    while (
        first > 1
        and texts[first - 2][-1:].isalnum()
        and texts[first - 1][-1:].isalnum()
        and _can_be_name(texts[first - 1])
    ):
        first -= 1
    return first, last


def _can_be_name(text: str) -> bool:
    return text[:1].isupper() and len(bare(text)) > 1 and not _is_outside_name(text)


def _is_lower(texts: list[str]) -> bool:
    return all(text == text.lower() for text in texts)


def _is_outside_name(text: str) -> bool:
    word = bare(text)
    return not word or is_common(word) or word in TITLES


def _form(mention: Mention, texts: list[str]) -> Form:
    return form_of(texts[mention.first : mention.last + 1], mention.label)


def _identities(
    mentions: Iterable[Mention], texts: list[str], labels: dict[Form, Label]
) -> list[tuple[Label, Form]]:
    """Who or what each mention speaks of, in the mentions' order."""
    named: list[tuple[Label, Form]] = []
    for mention in mentions:
        form = _form(mention, texts)
        named.append((labels.get(form, mention.label) if mention.label in _NAMED else mention.label, form))
    people = same_person(form for label, form in named if label is Label.NAME)
    return [(label, people[form] if label is Label.NAME else form) for label, form in named]


def _redactions(
    mentions: Sequence[Mention],
    identities: Sequence[tuple[Label, Form]],
    transcript: Transcript,
    words: list[Word],
) -> tuple[Redaction, ...]:
    """A redaction for each mention; two for one that runs over the end of an utterance, each in its own."""
    standing_for = placeholders(identities)
    ends = _utterance_ends(transcript)
    redactions: list[Redaction] = []
    for mention, identity in zip(mentions, identities, strict=True):
        first = mention.first
        while first <= mention.last:
            covered = words[first : min(mention.last, ends[first]) + 1]
            redactions.append(
                Redaction(
                    id=len(redactions),
                    label=identity[0].value,
                    placeholder=standing_for[identity],
                    start_ms=covered[0].start_ms,
                    end_ms=max(word.end_ms for word in covered),
                    word_ids=tuple(word.id for word in covered),
                    confidence=mention.confidence,
                    detector=mention.detector,
                )
            )
            first += len(covered)
    return tuple(redactions)


def _utterance_ends(transcript: Transcript) -> list[int]:
    """For each word's position, the position of the last word of its utterance."""
    ends: list[int] = []
    for utterance in transcript.utterances:
        ends.extend([len(ends) + len(utterance.words) - 1] * len(utterance.words))
    return ends
