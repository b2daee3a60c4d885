"""The cases of pronouns: which one is said, and how it is said of somebody with another pronoun in print.

"her" is "him" or "his", and neither tags nor dependencies tell reliably which: in "saw her fall" and "asked her
questions" the parser takes it for a possessive. So rules look at the verb before it: verbs of seeing and letting take
a bare infinitive, verbs of giving and asking take two objects (Huddleston and Pullum, "The Cambridge Grammar of the
English Language", 2002, chapters 4 and 14). Where both can be meant the case is not sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.anonymisation.common_words import word_set
from models.standins.sentences import Token


class Pronoun(StrEnum):
    """The pronoun that stands for somebody."""

    SHE = "she"
    HE = "he"
    THEY = "they"


class Case(StrEnum):
    """What a pronoun does in its sentence."""

    SUBJECT = "subject"
    OBJECT = "object"
    DETERMINER = "determiner"
    POSSESSIVE = "possessive"
    REFLEXIVE = "reflexive"


FORMS: Mapping[Pronoun, Mapping[Case, str]] = {
    Pronoun.SHE: dict(zip(Case, ("she", "her", "her", "hers", "herself"), strict=True)),
    Pronoun.HE: dict(zip(Case, ("he", "him", "his", "his", "himself"), strict=True)),
    Pronoun.THEY: dict(zip(Case, ("they", "them", "their", "theirs", "themself"), strict=True)),
}
"""The forms of each pronoun by case."""

_WHOSE = {form: pronoun for pronoun, forms in FORMS.items() for form in forms.values()} | {
    "themselves": Pronoun.THEY,
    "'em": Pronoun.THEY,
}
_ONE_CASE = {
    form: case
    for forms in FORMS.values()
    for case, form in forms.items()
    if list(forms.values()).count(form) == 1
} | {"themselves": Case.REFLEXIVE, "'em": Case.OBJECT}

_LETTING = word_set("let lets letting make makes made making help helps helped helping have had having has")
_SEEING = word_set(
    """
    see sees saw seen seeing watch watches watched watching hear hears heard hearing feel feels felt feeling
    notice noticed notices noticing
    """
)
_GIVING = word_set(
    """
    give gives gave given giving ask asks asked asking tell tells told telling show shows showed shown showing
    send sends sent sending bring brings brought bringing offer offers offered offering buy buys bought buying
    teach teaches taught teaching pay pays paid paying lend lends lent lending owe owes owed cost costs wish
    wished wishes hand handed hands promise promised promises grant granted deny denied feed fed feeding pour
    poured cook cooked wrote writing prescribe prescribed cause caused causes make made makes making get got
    gets getting find found do did does
    """
)
_MOVING = word_set(
    """
    take takes took taken taking bring brings brought bringing drive drives drove driven driving send sends
    sent sending walk walked walking get got getting see saw call called calling lead led leading fly flew
    invite invited drag dragged rush rushed follow followed let lets want wanted carry carried
    """
)
_NAMING = word_set("call calls called calling name named naming")
_ACTS = word_set(
    """
    fall cry walk run talk leave move smile laugh sleep work drink dance play look call break change struggle
    suffer sing cough shake drive go eat come grow try stop start change speak sit stand die live breathe
    scream shout lie rest fight stay swim read write hurt stumble trip faint return decide choose feel think
    know see understand realise realize cope heal open close turn jump drop wait pay cook wake visit answer
    practise practice paint draw sigh wonder worry pack act be do get have relax enter arrive finish win lose
    pass disappear collapse
    """
)
"""Base forms of verbs, most of them nouns too."""
_PEOPLE = word_set(
    """
    mother father mum mom dad parents sister sisters brother brothers son sons daughter daughters child
    children kids baby husband wife partner boyfriend girlfriend friend friends family cousin uncle aunt
    grandmother grandfather boss manager colleague colleagues neighbour neighbours therapist doctor gp teacher
    lawyer nurse dog cat ex supervisor
    """
)
_STUFF = word_set(
    """
    money advice time space food water credit hope permission medication medicine help support attention love
    comfort information feedback homework strength confidence courage joy sleep tea coffee trouble pain
    pleasure respect grief sympathy company work news access directions lunch dinner breakfast cake luck
    happiness proof evidence power energy encouragement reassurance treatment care relief cash
    """
)
"""Nouns that need no article."""
_ENDS_AN_OBJECT = word_set(
    """
    not n't too again anyway yesterday today tomorrow everything something nothing anything so
    """
)
_HESITATION = word_set("uh um er erm like")
_OUT = word_set(
    "home there upstairs downstairs abroad back away outside inside out off up down over in along somewhere"
)
_AFTER_AN_OBJECT = frozenset(
    [
        "DT",
        "PDT",
        "PRP",
        "PRP$",
        "IN",
        "CC",
        "MD",
        "TO",
        "WDT",
        "WP",
        "WRB",
        "EX",
        "RP",
        "UH",
        ".",
        ",",
        ":",
        "-LRB-",
        "-RRB-",
        "``",
        "''",
        "VBZ",
        "VBP",
        "VBD",
        "SYM",
        "HYPH",
        "NFP",
    ]
)
"""Tags of words that can't follow a possessive."""
_ADVERBS = frozenset({"RB", "RBR", "RBS"})
_ADJECTIVES = frozenset({"JJ", "JJR", "JJS", "CD", "VBN", "VBG"})
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})


@dataclass(frozen=True, slots=True)
class Told:
    """A pronoun as it was said: whose it is, its case, and whether the case is sure."""

    pronoun: Pronoun
    case: Case
    sure: bool = True


def read_pronoun(tokens: Sequence[Token], at: int) -> Told | None:
    """The pronoun of the third person that the token is, or None for another word."""
    word = tokens[at].lower
    pronoun = _WHOSE.get(word)
    if pronoun is None:
        return None
    if word in _ONE_CASE:
        return Told(pronoun, _ONE_CASE[word])
    again = _said_again(tokens, at)
    if word == "his":
        return Told(pronoun, *_case_of_his(tokens, again))
    return Told(pronoun, *_case_of_her(tokens, again))


def _said_again(tokens: Sequence[Token], at: int) -> int:
    """Where the same word is said once more after nothing but hesitation ("her, uh, her way"): the one that counts."""
    place = at + 1
    while place < len(tokens) and (
        tokens[place].lower in _HESITATION or not tokens[place].text[:1].isalnum()
    ):
        place += 1
    if place < len(tokens) and tokens[place].lower == tokens[at].lower and tokens[place].text[:1].islower():
        return _said_again(tokens, place)
    return at


def _case_of_his(tokens: Sequence[Token], at: int) -> tuple[Case, bool]:
    after = _after(tokens, at)
    if after is None or after.tag in _AFTER_AN_OBJECT:
        return Case.POSSESSIVE, True
    if at and tokens[at - 1].lower == "of" and _noun_after(tokens, at)[0] is None:
        return Case.POSSESSIVE, True
    return Case.DETERMINER, tokens[at].dep == "poss"


def _case_of_her(tokens: Sequence[Token], at: int) -> tuple[Case, bool]:
    after = _after(tokens, at)
    if after is None or after.lower in _ENDS_AN_OBJECT:
        return Case.OBJECT, True
    if after.lower == "own":
        return Case.DETERMINER, True
    verb = tokens[at - 1] if at and tokens[at - 1].sentence == tokens[at].sentence else None
    if verb is not None and verb.tag == "RP" and at > 1:
        verb = tokens[at - 2]
    said = verb.lower if verb is not None and verb.tag.startswith("V") else ""
    head, bare_noun = _noun_after(tokens, at)
    if said:
        found = _after_verb(said, tokens, at, after, head, bare_noun)
        if found is not None:
            return found
    if after.lower in _OUT and after.tag not in _NOUNS:
        return Case.OBJECT, True
    if head is not None:
        # A noun follows: a possessive, unless the parser itself says otherwise.
        return Case.DETERMINER, tokens[at].dep == "poss"
    if after.tag in _AFTER_AN_OBJECT or after.tag in _ADVERBS:
        return Case.OBJECT, True
    return (Case.DETERMINER, False) if tokens[at].dep == "poss" else (Case.OBJECT, tokens[at].tag == "PRP")


def _after_verb(
    said: str, tokens: Sequence[Token], at: int, after: Token, head: Token | None, plain: bool
) -> tuple[Case, bool] | None:
    """The case of "her" right after a verb, where the verb tells it; None where it doesn't."""
    word = after.lower
    if said in _LETTING | _SEEING and (word in _ACTS or after.tag == "VB"):
        if _goes_on_as_possessive(tokens, at):
            return Case.DETERMINER, False
        # "let her go" can only be one; "heard her cry" can be both.
        return Case.OBJECT, said in ("let", "lets", "letting") or after.tag == "VB"
    if said in _SEEING and word.endswith("ing") and (head is None or head is after):
        return Case.OBJECT, after.tag == "VBG"
    if said in _NAMING and after.tag in ("NNP", "NNPS"):
        return Case.OBJECT, True
    if word in _OUT and (said in _MOVING or word != "home"):
        return Case.OBJECT, word != "home" or _ends(tokens, at + 2)
    if after.tag in _ADJECTIVES and head is None:
        return Case.OBJECT, True
    if said in _GIVING and head is not None:
        if head.lower in _PEOPLE:
            return Case.DETERMINER, True
        if head.tag in ("NNS", "NNPS") or head.lower in _STUFF:
            return (Case.DETERMINER if _to_somebody(tokens, at) else Case.OBJECT), False
        return Case.DETERMINER, plain and said not in ("give", "gave", "send", "sent", "show", "showed")
    return None


def _noun_after(tokens: Sequence[Token], at: int) -> tuple[Token | None, bool]:
    """The noun that "her" would be of, through adjectives, and whether it follows at once."""
    place = at + 1
    while place < len(tokens) and tokens[place].sentence == tokens[at].sentence:
        token = tokens[place]
        if token.tag in _NOUNS:
            while place + 1 < len(tokens) and tokens[place + 1].tag in _NOUNS:
                place += 1
            return tokens[place], token is tokens[at + 1]
        if token.tag not in _ADJECTIVES | _ADVERBS:
            return None, False
        if token.tag in _ADVERBS and not (place + 1 < len(tokens) and tokens[place + 1].tag in _ADJECTIVES):
            return None, False
        place += 1
    return None, False


def _goes_on_as_possessive(tokens: Sequence[Token], at: int) -> bool:
    """Whether what follows the next word shows that it is a noun: "her fall was", "her call about"."""
    following = at + 2
    if following >= len(tokens) or tokens[following].sentence != tokens[at].sentence:
        return False
    return tokens[following].tag in ("VBZ", "VBD", "MD") or tokens[following].tag in _NOUNS


def _to_somebody(tokens: Sequence[Token], at: int) -> bool:
    """Whether "to" somebody or "back" follows the noun: "gave her books to me", not "gave her books to read"."""
    for place in range(at + 2, min(at + 5, len(tokens))):
        if tokens[place].sentence != tokens[at].sentence:
            return False
        if tokens[place].lower in ("away", "back"):
            return True
        if tokens[place].lower == "to":
            return place + 1 >= len(tokens) or tokens[place + 1].tag != "VB"
    return False


def _ends(tokens: Sequence[Token], place: int) -> bool:
    return place >= len(tokens) or tokens[place].tag in _AFTER_AN_OBJECT or tokens[place].tag in _ADVERBS


def _after(tokens: Sequence[Token], at: int) -> Token | None:
    """The next token of the sentence; None at its end or before punctuation."""
    if at + 1 >= len(tokens) or tokens[at + 1].sentence != tokens[at].sentence:
        return None
    after = tokens[at + 1]
    return after if after.text[:1].isalnum() or after.text.startswith("'") else None
