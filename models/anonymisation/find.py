"""Finding the entities of a transcript: the stages, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from models.anonymisation.boundaries import NAMED, joined, trimmed, whole
from models.anonymisation.common_words import is_common, is_medical
from models.anonymisation.coverage import NAMES_SEARCHED
from models.anonymisation.detectors import Detectors, detectors_for
from models.anonymisation.doubt import without_doubtful
from models.anonymisation.frequency import rarity
from models.anonymisation.gazetteers import is_first_name
from models.anonymisation.identity import Form, bare, form_of, placeholders, same_person, settled_labels
from models.anonymisation.known import KnownEntity
from models.anonymisation.mentions import UNSURE_PLACEHOLDER, Found, Label, Mention, merged
from models.anonymisation.numbers import find_answers
from models.anonymisation.passages import Passage, passages, passages_of_text
from models.anonymisation.propagation import propagated
from models.anonymisation.second_look import second_looks
from models.anonymisation.spoken import Spoken
from models.anonymisation.unsure import UNSURE_BELOW, find_unsure
from models.values import Anonymisation, Provenance, Redaction, Transcript, Word

RULES_VERSION = "3"
"""Of all rules in this package. 1: dates, ages, numbers, addresses, announced names, propagation. 2: lists, restored
case, spoken addresses and numbers, employers, professions, boundaries; inflections, pet names and misspellings. 3:
words that may not be what was said."""

_UNSURE_DETECTOR = "rules: unsure"


@dataclass(frozen=True, slots=True)
class TextSpan:
    """An entity in a text, from character ``start`` to ``end``, exclusive, with what found it and how surely."""

    start: int
    end: int
    label: Label
    confidence: float
    detector: str


@dataclass(frozen=True, slots=True)
class _Searched:
    """Words in order, what was found in them, where passages begin, and which were written without capitals."""

    texts: list[str]
    mentions: tuple[Mention, ...]
    begins: frozenset[int]
    uncased: list[bool]


def find_entities(
    transcript: Transcript,
    model_dirs: Sequence[Path],
    language: str | None = None,
    known: Sequence[KnownEntity] = (),
    unsure_below: float = UNSURE_BELOW,
) -> Anonymisation:
    """What identifies someone in the transcript, and what may, as redactions in order, numbered from 0.

    ``model_dirs`` are folders of models (a spaCy model, a token classifier); ``language`` (ISO 639-1) is the
    transcript's own unless given; ``known`` is the study's own list. Without a model for that language names,
    places and organisations are found only where rules announce them or the list has them, and the provenance says so
    (:func:`searches_names`): such a transcript needs a person to read it all before release. Words that may not be what
    was said are redacted as ``UNSURE``, by their confidence (:mod:`.unsure`); 0 for ``unsure_below`` leaves them.

    A redaction covers whole words of one utterance. The same input gives the same redactions.

    Raises :class:`~models.problems.RecordingProblem` (``MODEL_DAMAGED``) when a folder holds no model.
    """
    language = language or transcript.language
    detectors = detectors_for(language, model_dirs)
    words = [word for utterance in transcript.utterances for word in utterance.words]
    searched = _search(list(passages(transcript.utterances)), [word.text for word in words], detectors)
    everywhere, labels = _everywhere(searched, {one.form: one.label for one in known})
    identities = _identities(everywhere, searched.texts, labels)
    found = _redactions(everywhere, identities, transcript, words, language)
    return Anonymisation(
        _with_unsure(found, transcript, language, unsure_below),
        _provenance(detectors, language, known, unsure_below),
        second_looks(transcript.utterances, language),
    )


class EntitySearch:
    """A search of plain texts in one language, for which everything is loaded once.

    ``language`` is ISO 639-1, ``known`` the study's own list. Raises as :func:`find_entities` does.
    """

    def __init__(
        self, model_dirs: Sequence[Path], language: str = "en", known: Sequence[KnownEntity] = ()
    ) -> None:
        self._detectors = detectors_for(language, model_dirs)
        self._known = {one.form: one.label for one in known}

    @property
    def searches_names(self) -> bool:
        """Whether a model looks for names in this language; else only rules and the list do."""
        return self._detectors.searches_names

    def find(self, texts: Sequence[str], propagate: bool = True) -> list[tuple[TextSpan, ...]]:
        """What identifies someone in each text, in order, without overlaps; a possessive ending is part of it and
        punctuation around it is not.

        What is found in one text is looked for in all of them, unless ``propagate`` is False; what is on the list
        always is.
        """
        spoken: list[Passage] = []
        where: list[_Place] = []
        for number, text in enumerate(texts):
            for passage in passages_of_text(text, len(where)):
                where += [
                    _Place(number, passage.offset + start, passage.offset + end)
                    for start, end in zip(passage.starts, passage.ends, strict=True)
                ]
                spoken.append(passage)
        words = [texts[place.text][place.start : place.end] for place in where]
        searched = _search(spoken, words, self._detectors)
        if propagate:
            mentions, _ = _everywhere(searched, self._known)
        else:
            listed = propagated(words, self._known, searched.begins, searched.uncased)
            mentions = merged([*searched.mentions, *listed])
        spans: list[list[TextSpan]] = [[] for _ in texts]
        for mention in mentions:
            for number, group in groupby(
                where[mention.first : mention.last + 1], key=lambda place: place.text
            ):
                places = list(group)
                span = _without_punctuation(texts[number], places[0].start, places[-1].end, mention)
                if span is not None:
                    spans[number].append(span)
        return [tuple(one) for one in spans]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word lies: in which text, from which character to which."""

    text: int
    start: int
    end: int


def _without_punctuation(text: str, start: int, end: int, mention: Mention) -> TextSpan | None:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start >= end:
        return None
    return TextSpan(start, end, mention.label, mention.confidence, mention.detector)


def _everywhere(
    searched: _Searched, known: Mapping[Form, Label]
) -> tuple[tuple[Mention, ...], dict[Form, Label]]:
    """What was found and where else it is, and the label of each form."""
    texts = searched.texts
    labels = settled_labels([(_form(mention, texts), mention.label) for mention in searched.mentions])
    labels.update(known)
    again = propagated(texts, labels, searched.begins, searched.uncased)
    return tuple(joined(merged([*searched.mentions, *again]), texts, searched.begins)), labels


def _provenance(
    detectors: Detectors, language: str, known: Sequence[KnownEntity], unsure_below: float
) -> Provenance:
    parameters = {
        "rules": RULES_VERSION,
        "language": language,
        NAMES_SEARCHED: "yes" if detectors.searches_names else "no",
        "presidio": version("presidio-analyzer"),
        "spacy": version("spacy"),
        # What is on the list identifies people; how much it was is enough to tell two runs apart.
        "known": str(len(known)),
        "unsure_below": str(unsure_below),
    }
    models = "+".join(finder.name for finder in detectors.finders)
    versions = "+".join(finder.version for finder in detectors.finders)
    return Provenance("entities", models, versions, parameters)


def _search(spoken: list[Passage], texts: list[str], detectors: Detectors) -> _Searched:
    """Every detector over every passage, as whole words."""
    views = [detectors.as_spoken(passage.text) for passage in spoken]
    begins = frozenset(passage.first for passage in spoken)
    mentions: list[Mention] = []
    uncased: list[bool] = []
    found_in = detectors.find_all(views)
    for number, (passage, view, (found, last_resort)) in enumerate(zip(spoken, views, found_in, strict=True)):
        answers = find_answers(spoken[number - 1].text, passage.text) if number else ()
        sure = [
            mention
            for entity in (*found, *answers)
            for mention in _on_words(entity, passage, view, texts, begins)
        ]
        sure = list(without_doubtful(sure, texts, begins, view.uncased, detectors.dictionary))
        taken = {position for mention in sure for position in range(mention.first, mention.last + 1)}
        mentions += sure
        for entity in last_resort:
            for mention in _on_words(entity, passage, view, texts, begins):
                if taken.isdisjoint(range(mention.first, mention.last + 1)):
                    mentions.append(mention)
        uncased += [view.uncased] * len(passage.starts)
    return _Searched(texts, tuple(joined(merged(mentions), texts, begins)), begins, uncased)


def _on_words(
    found: Found, passage: Passage, view: Spoken, texts: list[str], begins: frozenset[int]
) -> Iterator[Mention]:
    """The entity as a mention of whole words, made whole; nothing when only everyday words or medicines are left."""
    place = passage.words_at(found.start, found.end)
    if place is None:
        return
    mention = trimmed(Mention(*place, found.label, found.confidence, found.detector), texts)
    if mention is None:
        return
    if found.label in NAMED:
        covered = texts[mention.first : mention.last + 1]
        if all(len(bare(text)) == 1 or is_medical(bare(text)) or is_common(bare(text)) for text in covered):
            return
        if not view.uncased and _is_lower(covered) and not any(is_first_name(bare(text)) for text in covered):
            return  # Where capitals are written, a name has one.
    yield whole(mention, texts, begins, view.uncased)


def _is_lower(texts: list[str]) -> bool:
    return all(text == text.lower() for text in texts)


def _form(mention: Mention, texts: list[str]) -> Form:
    return form_of(texts[mention.first : mention.last + 1], mention.label)


def _identities(
    mentions: Iterable[Mention], texts: list[str], labels: dict[Form, Label]
) -> list[tuple[Label, Form]]:
    """Who or what each mention speaks of, in the mentions' order."""
    named: list[tuple[Label, Form]] = []
    for mention in mentions:
        form = mention.meant or _form(mention, texts)
        named.append((labels.get(form, mention.label) if mention.label in NAMED else mention.label, form))
    people = same_person(form for label, form in named if label is Label.NAME)
    return [(label, people[form] if label is Label.NAME else form) for label, form in named]


def _redactions(
    mentions: Sequence[Mention],
    identities: Sequence[tuple[Label, Form]],
    transcript: Transcript,
    words: list[Word],
    language: str,
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
                    identity=identity[1],
                    detectors=mention.detectors or (mention.detector,),
                    rarity=rarity(filter(None, (bare(word.text) for word in covered)), language),
                )
            )
            first += len(covered)
    return tuple(redactions)


def _with_unsure(
    found: tuple[Redaction, ...], transcript: Transcript, language: str, below: float
) -> tuple[Redaction, ...]:
    """The redactions and those of unsure words, in order of time. Whom the latter speak of is not known."""
    taken = {word_id for one in found for word_id in one.word_ids}
    unsure = [
        Redaction(
            id=0,
            label=Label.UNSURE.value,
            placeholder=UNSURE_PLACEHOLDER,
            start_ms=covered[0].start_ms,
            end_ms=max(word.end_ms for word in covered),
            word_ids=tuple(word.id for word in covered),
            confidence=round(1 - min(word.confidence for word in covered), 4),
            detector=_UNSURE_DETECTOR,
            detectors=(_UNSURE_DETECTOR,),
            rarity=rarity(filter(None, (bare(word.text) for word in covered)), language),
        )
        for covered in find_unsure(transcript.utterances, taken, language, below)
    ]
    places = {
        word.id: place
        for place, word in enumerate(word for one in transcript.utterances for word in one.words)
    }
    every = sorted((*found, *unsure), key=lambda one: places[one.word_ids[0]])
    return tuple(replace(one, id=number) for number, one in enumerate(every))


def _utterance_ends(transcript: Transcript) -> list[int]:
    """For each word's position, the position of the last word of its utterance."""
    ends: list[int] = []
    for utterance in transcript.utterances:
        ends.extend([len(ends) + len(utterance.words) - 1] * len(utterance.words))
    return ends
