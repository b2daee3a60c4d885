"""Rules for addresses: of the net, of the post, and of institutions by what they call themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.anonymisation.mentions import Found, Label

_TOP = r"(?:com|org|net|edu|gov|info|no|se|dk|fi|uk|co\.uk|ac\.uk|de|fr|nl|eu|io|us|ca|au|ie|nz)"

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_SPOKEN_EMAIL = re.compile(
    r"\b[\w.-]+(?:\s+(?:dot|underscore|dash|hyphen)\s+[\w-]+)*\s+at\s+[\w-]+(?:(?:\s+dot\s+|\.)[a-z]{2,})+\b"
    r"(?!\s+(?:at|dot)\b)",
    re.IGNORECASE,
)
_URL = re.compile(
    rf"\b(?:https?://\S*[^\s.,;:?!)]|www\.[\w.-]+\w(?:/\S*)?|[\w-]+(?:\.[\w-]+)*\.{_TOP}(?:/\S*)?)\b"
)
_SPOKEN_URL = re.compile(rf"\b(?:www\s+dot\s+)?[\w-]+(?:\s+dot\s+[\w-]+)*\s+dot\s+{_TOP}\b", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w{2,}")
_STREET_KIND = (
    r"(?:Street|Road|Avenue|Lane|Drive|Close|Crescent|Court|Terrace|Gardens|Boulevard|Grove|Square|Way)"
)
_STREET = re.compile(rf"\b(?:\d+[A-Za-z]?\s+)?(?:[A-Z][\w'’-]+\s+){{1,3}}{_STREET_KIND}\b")
_HOUSE = re.compile(rf"\b\d+[a-z]?,?\s+(?:[^\W\d][\w'’-]+\s+){{1,3}}{_STREET_KIND}\b", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")
_INSTITUTION = (
    r"(?:University|College|School|Academy|Hospital|Clinic|Surgery|Infirmary|Hospice|Church|Mosque|Council|Institute|"
    r"Kindergarten|Nursery|Trust)"
)
_INSTITUTIONS = re.compile(
    rf"\b(?:(?:[A-Z][\w'’&.-]*\s+){{1,4}}{_INSTITUTION}(?:\s+of\s+[A-Z][\w'’-]+)?|{_INSTITUTION}\s+of\s+[A-Z][\w'’-]+)\b"
)
_WORKPLACE = re.compile(
    r"\b(?:work(?:s|ed|ing)?|employed|volunteer(?:s|ed|ing)?|job|jobs)\s+(?:here\s+|there\s+|now\s+)?(?:at|for|with)\s+"
    r"(?:(?:the|a|um|uh)\s+)*(?P<found>[A-Z][\w'’&-]*[^\W_](?:\s+[A-Z][\w'’&-]*[^\W_]){0,3})"
)
_HOME = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|born|grew\s+up|raised|mov(?:e|ed|ing)|com(?:e|es|ing)|came|from|based)\s+"
    r"(?:(?:in|to|at|from|near|outside|back|over|um|uh|here|there)\s+)+"
    r"(?P<found>[A-Z][\w'’-]*[^\W_](?:\s+[A-Z][\w'’-]*[^\W_]){0,2})"
)
_STARTS_A_SENTENCE = re.compile(
    r"^(?:The|A|An|My|His|Her|Our|Their|This|That|And|But|So|In|At|Then|When|I|Or|If|No|Yes)\s+"
)

_RULES = (
    (_EMAIL, Label.EMAIL, 0.95, "e-mail"),
    (_SPOKEN_EMAIL, Label.EMAIL, 0.8, "e-mail"),
    (_URL, Label.URL, 0.85, "web address"),
    (_SPOKEN_URL, Label.URL, 0.8, "web address"),
    (_HANDLE, Label.ID, 0.7, "handle"),
    (_STREET, Label.PLACE, 0.85, "street"),
    (_HOUSE, Label.PLACE, 0.8, "street"),
    (_POSTCODE, Label.PLACE, 0.85, "postcode"),
    (_INSTITUTIONS, Label.ORGANISATION, 0.8, "institution"),
    (_WORKPLACE, Label.ORGANISATION, 0.7, "workplace"),
    (_HOME, Label.PLACE, 0.7, "home"),
)


def find_addresses(text: str) -> Iterator[Found]:
    """E-mail and web addresses, written and spoken; streets, postcodes; institutions with a name of their own."""
    for pattern, label, confidence, rule in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span("found" if "found" in pattern.groupindex else 0)
            whole = start
            while label in (Label.PLACE, Label.ORGANISATION) and (
                opening := _STARTS_A_SENTENCE.match(text[start:end])
            ):
                start += opening.end()
            if start > whole and " " not in text[start:end].strip():
                continue  # "The School": nothing of its own is left.
            yield Found(start, end, label, confidence, f"rules: {rule}")
