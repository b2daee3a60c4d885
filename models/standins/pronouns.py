"""Pronouns for print, as suggestions to a person: a study prints clients with one pronoun and therapists with another.

Nothing is changed by itself. Each suggestion says which word would become what, whom it believes to be meant and why,
and how sure it is; what a person chooses is applied, and taken back, by :func:`apply` and :func:`undo`. Third persons
keep their pronouns: whose antecedent is a relative, a friend or another name gets no suggestion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.anonymisation.common_words import word_set
from models.anonymisation.identity import bare
from models.standins.name_lists import Gender, gender_of, origins_of_first
from models.standins.pronoun_cases import FORMS, Case, Pronoun, Told, read_pronoun
from models.standins.sentences import Token

LANGUAGE = "en"
"""The language whose pronouns are known (ISO 639-1)."""

_FARTHEST = 60
"""Tokens between a pronoun and whom it can mean; pronouns in between carry on."""
_SEE_BETWEEN = 25


class Certainty(StrEnum):
    """How sure a suggestion is; only a likely one is offered as chosen."""

    LIKELY = "likely"
    UNSURE = "unsure"


class Why(StrEnum):
    """Why somebody is believed to be meant, or what is doubtful about it."""

    NAMED = "named"
    CARRIED_ON = "carried_on"
    SOMEBODY_ELSE = "somebody_else"
    NOBODY_NAMED = "nobody_named"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Printed:
    """Somebody with a pronoun in print. ``called`` are bare words for them (names, roles), ``speaker`` their voice."""

    code: str
    pronoun: Pronoun
    called: frozenset[str]
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class SpokenText:
    """What one speaker says, with the ids of its words and its tokens (:mod:`models.standins.grammar`)."""

    speaker: str
    word_ids: tuple[int, ...]
    words: tuple[str, ...]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One word before and after."""

    word_id: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pronoun that could be printed otherwise. ``person`` is the code of who is believed to be meant.

    ``changes`` begins with the pronoun's word; a verb that has to agree ("she is", "they are") follows. ``meant_id`` is
    the word that names who is meant, None when nothing does.
    """

    changes: tuple[Change, ...]
    person: str
    certainty: Certainty
    why: Why
    meant_id: int | None = None

    @property
    def word_id(self) -> int:
        return self.changes[0].word_id


class NotAsBefore(ValueError):  # noqa: N818 - reads as what happened
    """A word is not what the suggestion was made of, or two chosen ones change the same word otherwise."""


def apply(words: Mapping[int, str], chosen: Iterable[Suggestion]) -> dict[int, str]:
    """The words by id with the chosen changes. Raises :class:`NotAsBefore`, and then changes nothing."""
    return _replaced(words, [change for one in chosen for change in one.changes])


def undo(words: Mapping[int, str], chosen: Iterable[Suggestion]) -> dict[int, str]:
    """The words as they were before :func:`apply` with the same suggestions. Raises :class:`NotAsBefore`."""
    return _replaced(
        words,
        [Change(change.word_id, change.after, change.before) for one in chosen for change in one.changes],
    )


def _replaced(words: Mapping[int, str], changes: Sequence[Change]) -> dict[int, str]:
    result = dict(words)
    done: dict[int, Change] = {}
    for change in changes:
        if change.word_id in done:
            if done[change.word_id] != change:
                raise NotAsBefore
            continue
        if result.get(change.word_id) != change.before:
            raise NotAsBefore
        result[change.word_id] = change.after
        done[change.word_id] = change
    return result


_FEMININE = word_set(
    """
    mother mum mom mam mummy mommy sister daughter wife girlfriend fiancee fiancée aunt auntie niece
    grandmother grandma nan gran granny granddaughter stepmother stepdaughter stepsister midwife landlady
    woman girl lady mrs ms miss madam queen actress waitress nurse ex-wife ex-girlfriend
    """
)
_MASCULINE = word_set(
    """
    father dad daddy brother son husband boyfriend fiance fiancé uncle nephew grandfather grandad grandpa
    grandson stepfather stepson stepbrother landlord man boy guy bloke lad gentleman mr sir king actor waiter
    priest ex-husband ex-boyfriend
    """
)
_ANYBODY = word_set(
    """
    partner cousin friend mate colleague neighbour neighbor boss manager supervisor teacher tutor coach carer
    doctor gp psychiatrist dentist physio consultant surgeon lawyer solicitor flatmate housemate roommate
    child baby kid ex person someone somebody researcher interviewer
    """
)
_SEVERAL = word_set(
    """
    people parents children kids friends colleagues sisters brothers sons daughters cousins neighbours doctors
    nurses teachers family couple everyone everybody others students men women boys girls clients therapists
    patients
    """
)
ROLE_WORDS: Mapping[str, frozenset[str]] = {
    "therapist": word_set("therapist psychotherapist psychologist counsellor counselor analyst"),
    "client": word_set("client patient"),
    "patient": word_set("client patient"),
}
"""What somebody with a role is called otherwise, by the role's name."""


def words_for_role(role_name: str) -> frozenset[str]:
    """Bare words for somebody with that role."""
    words = frozenset(filter(None, map(bare, role_name.split())))
    return words.union(*(ROLE_WORDS.get(word, frozenset()) for word in words))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Somebody who was spoken of, at a token. ``person`` is a code, or None for a third person.

    ``word_id`` is the word that names them. ``doubt`` is set on a pronoun that is not sure to mean them.
    """

    place: int
    person: str | None
    pronouns: frozenset[Pronoun]
    word_id: int | None
    is_pronoun: bool = False
    doubt: Why | None = None


_EITHER = frozenset({Pronoun.SHE, Pronoun.HE, Pronoun.THEY})
_SHE, _HE, _THEM = frozenset({Pronoun.SHE}), frozenset({Pronoun.HE}), frozenset({Pronoun.THEY})


def suggest(
    texts: Sequence[SpokenText], people: Sequence[Printed], wanted: frozenset[int]
) -> tuple[Suggestion, ...]:
    """Suggestions for the words with the ids ``wanted``, in order; the other texts tell who is spoken of.

    ``texts`` are in the order they are spoken. Somebody is not meant by the pronouns they say themselves.
    """
    suggestions: list[Suggestion] = []
    spoken_of: list[_Candidate] = []
    before = 0
    for text in texts:
        for at in range(len(text.tokens)):
            place = before + at
            told = read_pronoun(text.tokens, at)
            if told is None:
                spoken_of += _named_at(text, at, place, people)
                continue
            found = _meant(text, at, place, told, spoken_of, people)
            if found is None:
                continue
            spoken_of.append(found.candidate)
            if found.person is None or text.word_ids[text.tokens[at].word] not in wanted:
                continue
            if found.person.pronoun is not told.pronoun:
                suggestions.append(_suggestion(text, at, told, found))
        before += len(text.tokens)
    return tuple(suggestions)


@dataclass(frozen=True, slots=True)
class _Found:
    person: Printed | None
    certainty: Certainty
    why: Why
    meant_id: int | None
    candidate: _Candidate


def _named_at(text: SpokenText, at: int, place: int, people: Sequence[Printed]) -> Iterator[_Candidate]:
    """Whom the token names: somebody of the study, or a third person."""
    token = text.tokens[at]
    word, word_id = bare(token.text), text.word_ids[token.word]
    if not word or token.dep == "compound" or _is_spoken_to(text.tokens, at):
        return
    for person in people:
        if word in person.called and person.speaker != text.speaker:
            yield _Candidate(place, person.code, _EITHER, word_id)
            return
    if word in _FEMININE:
        yield _Candidate(place, None, _SHE, word_id)
    elif word in _MASCULINE:
        yield _Candidate(place, None, _HE, word_id)
    elif word in _ANYBODY:
        yield _Candidate(place, None, _EITHER, word_id)
    elif word in _SEVERAL:
        yield _Candidate(place, None, _THEM, word_id)
    elif token.tag == "NNP" and token.text[:1].isupper() and origins_of_first(word):
        gender = gender_of(word)
        pronouns = {Gender.FEMININE: _SHE, Gender.MASCULINE: _HE}.get(gender, _EITHER)
        yield _Candidate(place, None, pronouns, word_id)


def _is_spoken_to(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name is that of who is spoken to, between a comma and the end: ", Kari?", "Kari, did you"."""
    if tokens[at].tag != "NNP":
        return False
    begins = at == 0 or tokens[at - 1].sentence != tokens[at].sentence
    ends = at + 1 == len(tokens) or tokens[at + 1].text in (".", "?", "!")
    before = not begins and tokens[at - 1].text == ","
    after = not ends and tokens[at + 1].text == ","
    return (before and ends) or (begins and after)


def _meant(
    text: SpokenText,
    at: int,
    place: int,
    told: Told,
    spoken_of: Sequence[_Candidate],
    people: Sequence[Printed],
) -> _Found | None:
    """Who a pronoun means: the last one spoken of whom it fits."""
    by_code = {person.code: person for person in people if person.speaker != text.speaker}
    fitting = [
        one
        for one in reversed(spoken_of)
        if place - one.place <= _FARTHEST
        and told.pronoun in one.pronouns
        and (one.person is None or one.person in by_code)
    ]
    pronouns = frozenset({told.pronoun})
    if not fitting:
        others = list(by_code.values())
        if told.pronoun is Pronoun.THEY or len(others) != 1:
            return None
        candidate = _Candidate(place, others[0].code, pronouns, None, is_pronoun=True, doubt=Why.NOBODY_NAMED)
        return _Found(others[0], Certainty.UNSURE, Why.NOBODY_NAMED, None, candidate)
    nearest = fitting[0]
    meant = nearest
    unsure = nearest.doubt is not None or told.pronoun is Pronoun.THEY
    why = Why.CARRIED_ON if nearest.is_pronoun else Why.NAMED
    if not nearest.is_pronoun:
        rivals = [
            one for one in fitting[1:] if one.person != nearest.person and place - one.place <= _SEE_BETWEEN
        ]
        if rivals:
            unsure, why = True, Why.SOMEBODY_ELSE
            if nearest.person is None:
                of_study = next((one for one in rivals if one.person is not None), None)
                if of_study is None:
                    unsure = False
                meant = of_study or nearest
    elif nearest.doubt is not None:
        why = nearest.doubt
    person = by_code.get(meant.person) if meant.person is not None else None
    certainty = Certainty.UNSURE if unsure else Certainty.LIKELY
    doubt = why if unsure else None
    candidate = _Candidate(place, meant.person, pronouns, meant.word_id, is_pronoun=True, doubt=doubt)
    return _Found(person, certainty, why, meant.word_id, candidate)


def _suggestion(text: SpokenText, at: int, told: Told, found: _Found) -> Suggestion:
    assert found.person is not None
    to = found.person.pronoun
    token = text.tokens[at]
    changes = changes_to(text, at, told, to)
    certainty, why = found.certainty, found.why
    if (
        not told.sure
        and len({FORMS[to][Case.OBJECT], FORMS[to][Case.DETERMINER]}) > 1
        and token.lower == "her"
    ):
        certainty, why = Certainty.UNSURE, Why.CASE if certainty is Certainty.LIKELY else why
    return Suggestion(changes, found.person.code, certainty, why, found.meant_id)


def changes_to(text: SpokenText, at: int, told: Told, to: Pronoun) -> tuple[Change, ...]:
    """The pronoun at ``at`` said as ``to``: its word, and that of the verb when it has to agree."""
    token = text.tokens[at]
    replaced = {at: _like(token.text, FORMS[to][told.case])}
    if told.case is Case.SUBJECT and Pronoun.THEY in (told.pronoun, to):
        verb = _finite_verb(text.tokens, at)
        if verb is not None:
            agreed = _agreed(text.tokens, verb, plural=to is Pronoun.THEY)
            if agreed is not None:
                replaced[verb] = _like(text.tokens[verb].text, agreed)
    by_word: dict[int, list[int]] = {}
    for place in replaced:
        by_word.setdefault(text.tokens[place].word, []).append(place)
    changes = []
    for word, places in by_word.items():
        written = text.words[word]
        for place in sorted(places, reverse=True):
            one = text.tokens[place]
            written = written[: one.start] + replaced[place] + written[one.start + len(one.text) :]
        if written != text.words[word]:
            changes.append(Change(text.word_ids[word], text.words[word], written))
    return tuple(changes)


_SINGULAR = {
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "isn't": "aren't",
    "wasn't": "weren't",
    "goes": "go",
}
_PLURAL = {plural: singular for singular, plural in _SINGULAR.items()}


def _finite_verb(tokens: Sequence[Token], at: int) -> int | None:
    """The verb that agrees with the subject at ``at``: the first auxiliary of its verb, or the verb."""
    head = tokens[at].head
    if head == at:
        return None
    auxiliaries = [
        place
        for place, token in enumerate(tokens)
        if token.head == head and token.dep in ("aux", "auxpass") and token.sentence == tokens[at].sentence
    ]
    return min(auxiliaries, default=head)


def _agreed(tokens: Sequence[Token], place: int, plural: bool) -> str | None:
    """The verb in the other number; None where both are the same, or nobody can say."""
    token = tokens[place]
    word = token.lower
    if word == "'s" and plural:
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        return "'ve" if after is not None and after.tag == "VBN" and after.lower in _AFTER_HAS else "'re"
    if word in ("'re", "'ve") and not plural:
        return "'s"
    if plural:
        if word in _SINGULAR:
            return _SINGULAR[word]
        return _without_s(word) if token.tag == "VBZ" else None
    if word in _PLURAL:
        return _PLURAL[word]
    return _with_s(word) if token.tag == "VBP" else None


_AFTER_HAS = word_set("been got had done gone become said taken come seen made")


def _without_s(verb: str) -> str:
    if verb.endswith("ies") and len(verb) > 4:
        return f"{verb[:-3]}y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return verb[:-2]
    return verb.removesuffix("s")


def _with_s(verb: str) -> str:
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeiou"):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("ss", "sh", "ch", "x", "zz", "o")) else f"{verb}s"


def _like(text: str, written: str) -> str:
    """With a capital where the text has one."""
    if len(text) > 1 and text.isupper():
        return written.upper()
    return written[:1].upper() + written[1:] if text[:1].isupper() else written
