"""Reading a query. The grammar is in docs/finding.md; each rule of it is a method here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from service.coding.finding.fields import KINDS, NAMES, STATES
from service.coding.finding.problem import QueryProblem, nearest
from service.coding.finding.query import (
    NOWHERE,
    RESERVED,
    And,
    Beside,
    Between,
    Coded,
    Comparison,
    Heard,
    Interviews,
    Like,
    Limit,
    Not,
    Noted,
    Of,
    Or,
    Place,
    Query,
    Said,
    SpokenBy,
    Uncoded,
    Waves,
)
from service.transcript.folding import fold_tokens
from service.transcript.times import parse_ms

LONGEST = 2000
"""Characters of a query."""
LONGEST_NEAR_MS = 60 * 60_000
_DEEPEST = 40
"""Parentheses and `not` within each other."""

_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_FIELD = re.compile(r"([^\W\d_]+):")
_COMPARISON = re.compile(r">=|<=|>|<|=")
_WORD = re.compile(r'[^\s()"]+')
_VALUE = re.compile(r'[^\s()"<>=]+')
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NEAR = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|min)")
_QUOTES = str.maketrans("“”„", '"""')


class _Sort(Enum):
    OPEN = auto()
    CLOSE = auto()
    QUOTED = auto()
    FIELD = auto()
    COMPARISON = auto()
    WORD = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class _Token:
    sort: _Sort
    text: str
    place: Place
    value: str | None = None
    """Of a field, what stands after the colon; None for nothing."""
    value_place: Place = NOWHERE


def parse(text: str) -> Query:
    """The query that ``text`` says. Raises :class:`QueryProblem`."""
    if len(text) > LONGEST:
        raise QueryProblem(
            f"A query has {LONGEST} characters at most. Ask for less at once.", Place(LONGEST, len(text))
        )
    if not text.strip():
        raise QueryProblem("Type what to find.", Place(0, len(text)), ("a term",))
    return _Parser(_tokens(text.translate(_QUOTES))).whole()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token = _next(text, at)
        found.append(token)
        at = token.place.end
    return [*found, _Token(_Sort.END, "", Place(len(text), len(text)))]


def _next(text: str, at: int) -> _Token:
    character = text[at]
    if character in "()":
        return _Token(_Sort.OPEN if character == "(" else _Sort.CLOSE, character, Place(at, at + 1))
    if character == '"':
        quoted, end = _in_quotes(text, at)
        return _Token(_Sort.QUOTED, quoted, Place(at, end))
    if sign := _COMPARISON.match(text, at):
        return _Token(_Sort.COMPARISON, sign[0], Place(at, sign.end()))
    if field := _FIELD.match(text, at):
        return _field(text, field)
    word = _WORD.match(text, at)
    assert word is not None  # whatever is neither space, quote nor parenthesis
    return _Token(_Sort.WORD, word[0], Place(at, word.end()))


def _field(text: str, field: re.Match[str]) -> _Token:
    at, name = field.end(), field[1].casefold()
    if text[at : at + 1] == '"':
        quoted, end = _in_quotes(text, at)
        return _Token(_Sort.FIELD, name, Place(field.start(), end), quoted, Place(at, end))
    if value := _VALUE.match(text, at):
        end = value.end()
        return _Token(_Sort.FIELD, name, Place(field.start(), end), value[0], Place(at, end))
    return _Token(_Sort.FIELD, name, Place(field.start(), at), None, Place(at, at))


def _in_quotes(text: str, at: int) -> tuple[str, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise QueryProblem('These quotes are not closed: put a " at their end.', Place(at, len(text)), ('"',))
    return re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL), found.end()


_TERM = ("words", "a field such as code:", "not", "(")
_AFTER = ("and", "or", "with", "near")


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Query:
        query = self._either()
        left = self._now
        if left.sort is _Sort.CLOSE:
            raise QueryProblem("This parenthesis was never opened. Take it away.", left.place, instead="")
        if left.sort is not _Sort.END:
            raise QueryProblem(
                "Say how this belongs to what stands before it: `and`, `or`, `with` or `near 30s`. "
                "What was said goes in quotes.",
                left.place,
                _AFTER,
            )
        return query

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, *words: str) -> bool:
        return self._now.sort is _Sort.WORD and self._now.text.casefold() in words

    def _taken(self, word: str) -> bool:
        if self._is(word):
            self._at += 1
            return True
        return False

    def _either(self) -> Query:
        parts = [self._both()]
        while self._taken("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Query:
        parts = [self._beside()]
        while self._taken("and"):
            parts.append(self._beside())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _beside(self) -> Query:
        found = self._single()
        while True:
            without = self._is("not")
            following = self._tokens[self._at + 1] if without else self._now
            if following.sort is not _Sort.WORD or following.text.casefold() not in ("with", "near"):
                return found
            if without:
                self._take()
            within_ms = self._length() if self._take().text.casefold() == "near" else None
            found = Beside(found, self._single(), within_ms, without)

    def _length(self) -> int:
        token = self._now
        given = _NEAR.fullmatch(token.text.casefold()) if token.sort is _Sort.WORD else None
        if given is None:
            raise QueryProblem(
                "Say how near: a number with `s`, `m` or `ms`, such as `near 30s`.",
                token.place,
                ("30s", "2m"),
            )
        self._take()
        ms = round(float(given[1]) * {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000}[given[2]])
        if ms > LONGEST_NEAR_MS:
            raise QueryProblem("Near is an hour at most.", token.place, ("60m",), "60m")
        return ms

    def _single(self) -> Query:
        token = self._now
        if token.sort is _Sort.OPEN or self._is("not"):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise QueryProblem("There is too much within each other. Ask for less at once.", token.place)
            try:
                return self._within()
            finally:
                self._depth -= 1
        match token.sort:
            case _Sort.QUOTED:
                return self._said(self._take())
            case _Sort.FIELD:
                return self._term(self._take())
            case _Sort.WORD if token.text.casefold() not in RESERVED:
                return self._bare()
            case _Sort.END:
                raise QueryProblem("Something is missing at the end.", token.place, _TERM)
            case _Sort.WORD:
                raise QueryProblem(
                    f"Before `{token.text}` something to find is missing. If it was said, put it in quotes.",
                    token.place,
                    _TERM,
                    f'"{token.text}"',
                )
            case _:
                raise QueryProblem("Here something to find is missing.", token.place, _TERM)

    def _within(self) -> Query:
        if self._taken("not"):
            return Not(self._single())
        opened = self._take()
        query = self._either()
        if self._now.sort is not _Sort.CLOSE:
            if self._now.sort is _Sort.END:
                raise QueryProblem(
                    "This parenthesis is not closed: put a ) at the end.", opened.place, (")",)
                )
            raise QueryProblem(
                "Say how this belongs to what stands before it, or close the parenthesis.",
                self._now.place,
                (*_AFTER, ")"),
            )
        self._take()
        return query

    def _said(self, token: _Token) -> Said:
        return Said(_words(token.text, token.place), token.place)

    def _bare(self) -> Said:
        first = last = self._take()
        words = [first.text]
        while self._now.sort is _Sort.WORD and self._now.text.casefold() not in RESERVED:
            last = self._take()
            words.append(last.text)
        place = Place(first.place.start, last.place.end)
        return Said(_words(" ".join(words), place), place)

    def _term(self, token: _Token) -> Query:
        read = _READ.get(token.text)
        if read is None:
            meant = nearest(token.text, NAMES)
            name = Place(token.place.start, token.place.start + len(token.text))
            raise QueryProblem(
                "There is no such field."
                + (f" Did you mean `{meant}`?" if meant else f" The fields are: {', '.join(NAMES)}.")
                + " What was said goes in quotes.",
                name,
                NAMES,
                meant,
            )
        if not token.value:
            raise QueryProblem(
                f"Say which: something must stand right after `{token.text}:`.",
                token.value_place,
                ("a value",),
            )
        leaf = read(token.value, token)
        query: Query = self._modified(leaf)
        return query

    def _modified(self, leaf: Query) -> Query:
        begin = leaf
        while True:
            token = self._now
            match leaf:
                case Coded() if self._is("by", "weight", "changed", "only"):
                    leaf = self._of_codings(leaf)
                case Heard() if token.sort is _Sort.COMPARISON:
                    leaf = replace(leaf, strength=self._limit())
                case Like() if token.sort is _Sort.COMPARISON:
                    leaf = replace(leaf, limit=self._limit())
                case Heard() if self._taken("by"):
                    leaf = replace(leaf, speaker=self._name())
                case Noted() if self._taken("by"):
                    leaf = replace(leaf, writer=self._name())
                case _:
                    if token.sort is _Sort.COMPARISON or self._is("by", "weight", "changed", "only"):
                        raise QueryProblem(
                            f"`{token.text}` says nothing here: {_CAN_FOLLOW}",
                            token.place,
                            _AFTER,
                        )
                    return leaf
            if leaf == begin:
                raise QueryProblem("This is said twice.", token.place, _AFTER)
            begin = leaf

    def _of_codings(self, leaf: Coded) -> Coded:
        token = self._take()
        match token.text.casefold():
            case "by":
                if leaf.coder is not None:
                    raise QueryProblem("Whose it is was said already.", token.place, _AFTER)
                return replace(leaf, coder=self._name())
            case "weight":
                return replace(leaf, weight=self._limit())
            case "only":
                if leaf.code is None:
                    raise QueryProblem("`only` leaves out the codes below a code.", token.place, _AFTER)
                return replace(leaf, below=False)
            case _:
                return replace(leaf, changed=True)

    def _name(self) -> str:
        token = self._now
        named = token.sort is _Sort.QUOTED or (
            token.sort is _Sort.WORD and token.text.casefold() not in RESERVED
        )
        if named and token.text.strip():
            return self._take().text
        raise QueryProblem("After `by` a name is missing.", token.place, ("a name",))

    def _limit(self) -> Limit:
        sign = self._now
        if sign.sort is not _Sort.COMPARISON:
            raise QueryProblem(
                "Say what it must be, such as `weight >= 50`.", sign.place, tuple(map(str, Comparison))
            )
        self._take()
        number = self._now
        if number.sort is not _Sort.WORD or not _NUMBER.fullmatch(number.text):
            raise QueryProblem(f"After `{sign.text}` a number is missing.", number.place, ("a number",))
        self._take()
        return Limit(Comparison(sign.text), float(number.text))


_CAN_FOLLOW = (
    "`by`, `weight`, `changed` and `only` can follow codings, `by` and a number markers and memos. "
    "What was said goes in quotes."
)


def _words(text: str, place: Place) -> str:
    if not fold_tokens(text):
        raise QueryProblem("There is no word in it: type a letter or a digit.", place, ("words",))
    return text


def _code(given: str, token: _Token) -> Query:
    return Coded(code=given, place=token.place)


def _theme(given: str, token: _Token) -> Query:
    return Coded(theme=given, place=token.place)


def _coder(given: str, token: _Token) -> Query:
    return Coded(coder=given, place=token.place)


def _is(given: str, token: _Token) -> Query:
    match given.casefold():
        case "coded":
            return Coded(place=token.place)
        case "uncoded":
            return Uncoded(token.place)
        case "unnamed":
            return Coded(named=False, place=token.place)
        case "changed":
            return Coded(changed=True, place=token.place)
    raise QueryProblem(
        f"`is:` is followed by {', '.join(STATES)}.", token.value_place, STATES, nearest(given, STATES)
    )


def _memo(given: str, token: _Token) -> Query:
    return Noted(None if given == "*" else _words(given, token.value_place), place=token.place)


def _marker(given: str, token: _Token) -> Query:
    kind, slash, subtype = given.casefold().partition("/")
    if kind == "*" and not slash:
        return Heard(None, place=token.place)
    if kind not in KINDS:
        meant = nearest(kind, KINDS)
        raise QueryProblem(
            "There is no such marker."
            + (f" Did you mean `{meant}`?" if meant else f" The kinds are: {', '.join(KINDS)}."),
            token.value_place,
            KINDS,
            meant,
        )
    if slash and not subtype:
        raise QueryProblem("After `/` the sort is missing.", token.value_place, ("a sort",), kind)
    return Heard(kind, subtype or None, place=token.place)


def _like(given: str, token: _Token) -> Query:
    return Like(_words(given, token.value_place), place=token.place)


def _speaker(given: str, token: _Token) -> Query:
    return SpokenBy(given, token.place)


def _interviews(of: Of) -> Callable[[str, _Token], Query]:
    return lambda given, token: Interviews(of, given, token.place)


def _wave(given: str, token: _Token) -> Query:
    found = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", given)
    if found is None:
        raise QueryProblem("A wave is a number, or two: `wave:1-2`.", token.value_place, ("1", "1-2"))
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise QueryProblem(
            "The first wave is later than the last.", token.value_place, instead=f"{last}-{first}"
        )
    return Waves(first, last, token.place)


def _minutes(given: str, token: _Token) -> Query:
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)?-(\d{1,4}(?:\.\d{1,3})?)?", given)
    if found is None or (found[1] is None and found[2] is None):
        raise QueryProblem(
            "Minutes are two numbers with a dash: `minutes:20-30`. Without the second up to the end.",
            token.value_place,
            ("20-30", "20-"),
        )
    start = round(float(found[1] or 0) * 60_000)
    return _between(start, None if found[2] is None else round(float(found[2]) * 60_000), token)


def _time(given: str, token: _Token) -> Query:
    first, dash, last = given.partition("-")
    try:
        if not dash:
            raise ValueError
        return _between(parse_ms(first or "0"), parse_ms(last) if last else None, token)
    except ValueError:
        raise QueryProblem(
            "Times are two with a dash: `time:12:30-14:00`. Without the second up to the end.",
            token.value_place,
            ("12:30-14:00",),
        ) from None


def _between(start_ms: int, end_ms: int | None, token: _Token) -> Query:
    if end_ms is not None and end_ms <= start_ms:
        raise QueryProblem("It ends before it starts.", token.value_place)
    return Between(start_ms, end_ms, token.place)


_READ: dict[str, Callable[[str, _Token], Query]] = {
    "code": _code,
    "theme": _theme,
    "coder": _coder,
    "is": _is,
    "memo": _memo,
    "marker": _marker,
    "like": _like,
    "speaker": _speaker,
    "role": _interviews(Of.ROLE),
    "group": _interviews(Of.GROUP),
    "participant": _interviews(Of.PARTICIPANT),
    "interview": _interviews(Of.INTERVIEW),
    "kind": _interviews(Of.KIND),
    "wave": _wave,
    "minutes": _minutes,
    "time": _time,
}
