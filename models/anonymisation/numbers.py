"""Rules for what is told in numbers: telephone and other identifying numbers, and ages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from models.anonymisation.mentions import Found, Label
from models.anonymisation.spoken_numbers import (
    DECADES,
    DIGITS,
    MONTH,
    ORDINAL_DAY,
    TEN_TO_99,
    TENS_APART,
    TENS_TO_99,
    UNDER_HUNDRED,
    YEAR,
)

SHORTEST_NUMBER = 6
"""Digits in a row from which a number is taken to identify; shorter ones are doses, prices, years."""
_LONGEST_PHONE = 15
"""Digits of the longest telephone number (ITU-T E.164)."""
_SHORTEST_PHONE = 7

_ABOUT_IDS = re.compile(
    r"\b(?:nhs|passport|social\s+security|insurance|case|patient|member|account|licen[cs]e|reference|id|file)\b[^.?!]{0,40}$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\S+")
_FILLERS = {"uh", "um", "er", "erm", "and"}
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_YEARS = re.compile(r"(?:19|20)\d\d$")
_DIGIT_WORD = re.compile(r"[+(]?[\d()./-]+$")

_AGE = re.compile(
    rf"\b(?:(?:{UNDER_HUNDRED}|\d{{1,3}})[\s-]+(?:and\s+a\s+half[\s-]+)?(?:years?|yrs?)[\s-]+(?:old|of\s+age)"
    rf"|(?:aged|age\s+of|age\s+is|age['’]s)\s+(?:about\s+)?(?:{UNDER_HUNDRED}|\d{{1,3}})"
    rf"|in\s+(?:my|his|her|their)\s+(?:(?:early|mid|late)[\s-]+)?(?:teens|{'|'.join(DECADES)}))\b",
    re.IGNORECASE,
)
_I_AM = re.compile(
    rf"\b(?:I['’ ]?m|I\s+am|you['’ ]?re|you\s+are|he['’ ]?s|she['’ ]?s|he\s+is|she\s+is|I\s+was|"
    rf"he\s+was|she\s+was|(?:I|he|she)(?:['’]ve|['’]s)?"
    rf"(?:\s+just)?\s+turned|I['’ ]?d\s+be|I\s+suppose\s+I['’ ]?d\s+be)(?:[\s,]+(?:uh|um|er|now|about|"
    rf"only|just))*[\s,]+"
    rf"(?P<age>{TEN_TO_99}|[1-9]\d|1[01]\d)"
    r"(?=\s*(?:[.,;:?!)]|$|(?:and|but|so|now|this|in|um|uh|er|when|years?\s+old|next|last|ok|okay|well|i)\b))",
    re.IGNORECASE,
)
_REPEATED = re.compile(
    rf"(?:(?:^|[.?!]\s+)(?:(?:so|um|uh|er|erm|and|sorry)[\s,]+)*(?P<age>{TEN_TO_99}|[1-9]\d)"
    rf"|(?<!-)\b(?P<later>{TENS_TO_99}))[\s.,]+(?:ok|okay|alright|all\s+right|right|great|lovely|perfect|thank\s+you|thanks)\b",
    re.IGNORECASE,
)
_UNITS = r"(?!\s+(?:years?|months?|weeks?|days?|hours?|minutes?|times?|percent|milligrams?|mgs?)\b(?!\s+old))"
_I_AM_ANY = re.compile(
    rf"\b(?:I['’ ]?m|I\s+am|you['’ ]?re|she['’ ]?s|he['’ ]?s)(?:[\s,]+(?:uh|um|er|now|about|only|just))*[\s,]+"
    rf"(?P<age>{TEN_TO_99}|[1-9]\d)\b(?!\s*(?:percent|per|point|odd|or|to|of|times|out|degrees|[-%/])|\s+\w+s\b|\s+(?:{TENS_TO_99})\b)",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    rf"[\s,]+(?:(?:um|uh|er|sorry|no)[\s,]+)*(?P<age>{TEN_TO_99}|[1-9]\d)\b{_UNITS}", re.IGNORECASE
)
_BEGUN_WRONG = re.compile(
    rf"\b(?:I['’ ]?m|I\s+am|he['’ ]?s|she['’ ]?s)[\s,]+(?:{UNDER_HUNDRED}|\d{{1,2}})[\s,]+(?:(?:um|uh|"
    rf"er|sorry|no)[\s,]+)*"
    rf"(?P<age>{TENS_TO_99})\b{_UNITS}",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?:^[\W_]*|[.?!]\s+)(?:(?:so|um|uh|er|erm|and|yes|yeah|sorry|oh|i['’ ]?m|well|"
    rf"about)[\s,.]+)*(?P<age>{TENS_TO_99}|{TENS_APART}|[2-9]\d)[\s.,]*"
    r"(?:$|i['’ ]?m\b|(?:something|ish|now|um|uh|er|yes|yeah)[\s.,]*$)",
    re.IGNORECASE,
)
_CASE_NUMBER = re.compile(r"\b\d{3,6}/\d{2,4}\b")
_NUMBER_IS = re.compile(
    r"\b(?:number|reference|ref|code|pin|id)(?:\s+(?:is|was|it['’ ]?s|um|"
    r"uh))*[\s,:]+(?P<run>(?:[\w-]+[\s,]+){0,9}[\w-]+)",
    re.IGNORECASE,
)
_SHORTEST_ANNOUNCED = 4
"""Digits in a row that identify when "number", "reference" or the like comes before."""


_QUESTION_CHARS = 120
"""How far back from its end a stretch of speech is searched for the question that the next one answers."""
_ASKS_AGE = re.compile(r"\bhow\s+old\b|\byour\s+age\b", re.IGNORECASE)
_ASKS_BIRTH = re.compile(r"\bdate\s+of\s+birth\b|\bwere\s+you\s+born\b|\bbirthday\b", re.IGNORECASE)
_RUN_UP = r"(?:(?:uh|um|er|yes|yeah|well|so|oh|okay|sure|i['’ ]?m|i|am|it['’ ]?s|was|born|sorry|on|the|in|of)[\s,.]+)*"
_AGE_ANSWER = re.compile(rf"{_RUN_UP}(?P<told>{UNDER_HUNDRED}|\d{{1,3}})\b", re.IGNORECASE)
_NUMBER_WORD = rf"(?:{ORDINAL_DAY}|{YEAR}|{UNDER_HUNDRED}|\d{{1,4}}|hundred|thousand|{MONTH})"
_BIRTH_ANSWER = re.compile(
    rf"{_RUN_UP}(?P<told>{_NUMBER_WORD}\b(?:[\s,./-]+(?:(?:of|the|and|um|uh)[\s,.]+)*{_NUMBER_WORD}\b)*)",
    re.IGNORECASE,
)


def find_ages(text: str) -> Iterator[Found]:
    """Ages told as such: "forty years old", "I'm fifty"."""
    for match in _AGE.finditer(text):
        yield Found(match.start(), match.end(), Label.AGE, 0.9, "rules: age")
    for match in _I_AM.finditer(text):
        yield Found(match.start("age"), match.end("age"), Label.AGE, 0.75, "rules: age")
        corrected = _CORRECTED.match(text, match.end("age"))
        if corrected:
            yield Found(corrected.start("age"), corrected.end("age"), Label.AGE, 0.6, "rules: age")
    for pattern in (_I_AM_ANY, _REPEATED, _ALONE, _BEGUN_WRONG):
        for match in pattern.finditer(text):
            group = match.lastgroup or "age"
            yield Found(match.start(group), match.end(group), Label.AGE, 0.6, "rules: age")


def find_answers(question: str, answer: str) -> Iterator[Found]:
    """The age or birth date at the start of what is said right after somebody asked for it."""
    asked = question[-_QUESTION_CHARS:]
    if _ASKS_AGE.search(asked):
        pattern, label = _AGE_ANSWER, Label.AGE
    elif _ASKS_BIRTH.search(asked):
        pattern, label = _BIRTH_ANSWER, Label.DATE
    else:
        return
    match = pattern.match(answer)
    if match:
        yield Found(match.start("told"), match.end("told"), label, 0.75, "rules: answer")


def find_numbers(text: str) -> Iterator[Found]:
    """Runs of digits, written or spoken one by one, long enough to identify somebody.

    Counting ("one, two, three, four, five, six"), years in a row and grouped amounts ("100,000") are not such.
    """
    run: list[tuple[int, int, str]] = []
    for match in (*_TOKEN.finditer(text), None):
        digits = _digits(match.group()) if match else None
        if match and digits is not None:
            run.append((match.start(), match.end(), digits))
            if not match.group().endswith((".", "?", "!")):
                continue
        elif match and run and match.group().strip(",.").lower() in _FILLERS:
            continue
        yield from _number(text, run)
        run = []


def find_announced_numbers(text: str) -> Iterator[Found]:
    """Case numbers ("123/97"), and shorter numbers after "number is", "reference" and the like."""
    for match in _CASE_NUMBER.finditer(text):
        yield Found(match.start(), match.end(), Label.ID, 0.8, "rules: case number")
    for match in _NUMBER_IS.finditer(text):
        start, end, digits = match.start("run"), match.start("run"), ""
        for token in _TOKEN.finditer(text, match.start("run"), match.end("run")):
            more = _digits(token.group())
            if more is None:
                break
            digits, end = digits + more, token.end()
        if len(digits) >= _SHORTEST_ANNOUNCED and not _is_counting(digits):
            yield Found(start, end, Label.ID, 0.7, "rules: number")


def digits_in(text: str) -> int:
    """How many digits the words of the text stand for, in figures or one by one in letters."""
    return sum(len(_digits(token.group()) or "") for token in _TOKEN.finditer(text))


def _digits(token: str) -> str | None:
    """The digits a token stands for: "7" -> 7, "seven," -> 7, "double" -> nothing yet; None when it is no number."""
    bare = token.rstrip(".,;:?!").lower()
    if bare in ("double", "triple"):
        return ""
    if bare in DIGITS:
        return str(DIGITS[bare])
    if _GROUPED.match(bare) or not _DIGIT_WORD.match(bare):
        return None
    return re.sub(r"\D", "", bare) or None


def _number(text: str, run: list[tuple[int, int, str]]) -> Iterator[Found]:
    digits = "".join(piece for _, _, piece in run)
    if (
        len(digits) < SHORTEST_NUMBER
        or _is_counting(digits)
        or all(_YEARS.match(piece) for _, _, piece in run)
    ):
        return
    start, end = run[0][0], run[-1][1]
    is_phone = _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE and not _ABOUT_IDS.search(text[:start])
    yield Found(start, end, Label.PHONE if is_phone else Label.ID, 0.8, "rules: number")


def _is_counting(digits: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    return steps in ({1}, {9}, {0})
