"""Rules for what identifies together with something else: employers, schools and clubs by name, rare professions.

Life events by date are in :mod:`models.anonymisation.dates`, relatives by name in :mod:`models.anonymisation.names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from faker.providers.job.en_US import Provider as Jobs

from models.anonymisation.common_words import is_common, word_set
from models.anonymisation.frequency import zipf
from models.anonymisation.identity import bare
from models.anonymisation.mentions import Found, Label
from models.anonymisation.runs import run_after
from models.anonymisation.spoken import Spoken, Token
from models.anonymisation.spoken_numbers import is_number_word

_FILLERS = r"(?:(?:the|a|um|uh|er|called|like)[\s,]+)*"
_WORKPLACE = re.compile(
    r"\b(?:(?:work(?:s|ed|ing)?|employed|volunteer(?:s|ed|ing)?|jobs?|interview|shifts?|intern(?:ed|ship)?|apprentice(?:ship)?)\s+"
    r"(?:here\s+|there\s+|now\s+|part\s+time\s+|full\s+time\s+)?(?:at|for|with|in)|(?:retired|fired|sacked)\s+from|"
    r"made\s+redundant\s+(?:from|by|at)|hired\s+by|(?:manager|director|nurse|teacher|lecturer|cook|chef|driver|cashier|"
    r"receptionist|engineer|physicians?|doctors?|consultant|partner)\s+(?:at|for)|"
    r"(?:company|firm|charity|team|club|pub|shop|band|practice|place|organi[sz]ation|school|clinic|hospital)[\s,]+called|"
    r"plays?\s+for|played\s+for)[\s,]+" + _FILLERS,
    re.IGNORECASE,
)
_SCHOOL = re.compile(
    r"\b(?:stud(?:y|ied|ies|ying)\s+(?:\w+\s+)?at|graduated\s+from|enrolled\s+(?:at|in)|degree\s+(?:at|from)|student\s+at|pupil\s+at|"
    r"phd\s+at|went\s+to\s+school\s+(?:at|in)|goes\s+to\s+school\s+(?:at|in)|dropped\s+out\s+of)[\s,]+"
    + _FILLERS,
    re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?:he['’ ]?s|she['’ ]?s|they['’ ]?re|he\s+is|she\s+is|i['’ ]?m|i\s+am|i\s+was|he\s+was|"
    r"she\s+was|started|starts|back|over)\s+"
    r"(?:now\s+|still\s+)?at[\s,]+" + _FILLERS,
    re.IGNORECASE,
)
_RARE = 3.7
"""Zipf frequency below which a word without a capital is taken for an employer or a school after a cue."""

_WORK_AT = re.compile(
    r"\b(?:work(?:s|ed|ing)?|jobs?|employed)\s+(?:here\s+|there\s+)?(?:at|for)\s+", re.IGNORECASE
)
_NO_EMPLOYER = word_set(
    """
    home night nights weekends weekend sea height heights work school university uni college church hospital
    times least most best present free money people years year months weeks hours cash children kids clients
    patients lunch sure example instance families friends agencies long tips pay business nothing something
    everyone anyone headquarters
    """
)
"""What somebody works at or for, without an article, that is no employer."""

_KIND = (
    r"(?:university|college|school|academy|hospital|clinic|surgery|infirmary|hospice|church|mosque|council|institute|"
    r"kindergarten|nursery|trust|medical\s+centre|health\s+centre)"
)
_INSTITUTION = re.compile(
    rf"\b(?P<found>(?:[^\W\d][\w'’&.-]*\s+){{1,3}}?{_KIND}(?:\s+(?:hospital|school|trust))?)\b", re.IGNORECASE
)
_PLAIN = word_set(
    """
    local same primary secondary high middle grammar public private general mental nearest big small city
    catholic day night medical old new health special boarding community state dental eye heart children's
    childrens children women's womens maternity psychiatric rehab field sleep pain walk-in evening summer sunday
    art music law business drama nursing driving district town county parish open plastic heart brain back minor
    major emergency outpatient fertility teaching main university sixth form further higher vocational graduate
    med middle finished leave leaving left start after before during from started day-care cosmetic knee hip
    gp's doctor's family village
    """
)

_JOB = re.compile(
    r"\b(?:i['’ ]?m|i\s+am|i\s+was|he['’ ]?s|she['’ ]?s|he\s+is|she\s+is|he\s+was|she\s+was|"
    r"works?\s+as|worked\s+as|working\s+as|"
    r"job\s+as|trained\s+as|qualified\s+as|became|career\s+as|retired|"
    r"(?:husband|wife|father|mother|dad|mum|brother|sister|son|daughter|partner)(?:['’]s|\s+is|\s+was))\s+"
    r"(?:(?:an?|the|um|uh|only|also|actually)\s+)*(?P<job>(?:[a-z-]+\s+){0,2}?(?P<head>[a-z-]+))"
    r"(?=\s*(?:[.,;:?!]|$|(?:at|in|for|on|and|but|by|so|who|with|from|here|there|now|um|uh|when)\b))",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?P<job>(?:the\s+)?(?:mayor|bishop|archbishop|chief\s+executive|ceo|managing\s+director|vice[\s-]chancellor|head\s?teacher|"
    r"headmaster|headmistress|principal|founder|chair(?:man|woman)?|ambassador|member\s+of\s+parliament|mp))\s+"
    r"(?:of|at|for)\s+(?:the\s+)?[a-z]",
    re.IGNORECASE,
)
_RARE_JOB = 3.1
_JOB_ENDS = re.compile(
    r"[a-z-]{3,}(?:ologist|ographer|smith|wright|keeper|maker|onomer|iatrist|luthier|dermist|falconer|curator|herder|pilot|"
    r"archivist|monger|ician|ographer|eteer|master|mistress|dancer|jockey|diver|rigger|warden|verger|sculptor)"
)
_OF_THE_STUDY = word_set(
    """
    therapist psychotherapist psychologist psychiatrist counsellor counselor physiotherapist cardiologist
    dermatologist neurologist gynaecologist gynecologist radiologist oncologist urologist paediatrician
    pediatrician midwife paramedic anaesthetist dietician dietitian interviewer researcher asthmatic diabetic
    vegetarian alcoholic
    """
)
"""Professions that a study of care speaks of all the time, and words that only end like one."""


@cache
def _jobs() -> frozenset[str]:
    listed = (job.lower() for job in Jobs.jobs)
    return frozenset(part.strip() for job in listed for part in re.split(r"[,/(]", job) if part.strip())


def find_employers(spoken: Spoken) -> Iterator[Found]:
    """What comes after "work at", "student at", "a company called" and the like; institutions in lower case."""
    for pattern in (_WORKPLACE, _SCHOOL, _AT):
        for match in pattern.finditer(spoken.text):
            run = run_after(spoken, match.end(), longest=4, joined=True, frequent=_RARE)
            if run:
                yield Found(*run, Label.ORGANISATION, 0.7, "rules: workplace")
    if spoken.uncased:
        for match in _WORK_AT.finditer(spoken.text):
            yield from _without_article(spoken, match.end())
        for match in _INSTITUTION.finditer(spoken.text):
            yield from _own_name(match)


def _without_article(spoken: Spoken, start: int) -> Iterator[Found]:
    """Up to three words right after "work at": a name of some kind, or there would be an article."""
    taken: list[Token] = []
    for token in spoken.tokens:
        if token.start < start:
            continue
        word = token.bare
        if is_common(word) or word in _NO_EMPLOYER or is_number_word(word) or len(taken) == 3:
            break
        taken.append(token)
        if token.ends:
            break
    if taken:
        yield Found(taken[0].start, taken[-1].end, Label.ORGANISATION, 0.5, "rules: workplace")


def _own_name(match: re.Match[str]) -> Iterator[Found]:
    """The institution with the words before it that are its name: "wexcombe primary school", not "a primary school"."""
    parts = list(re.finditer(r"\S+", match.group("found")))
    kinds = set(re.findall(r"\w+", _KIND))
    first = None
    passed = False
    for part in reversed(parts):
        word = bare(part.group())
        if word in kinds:
            continue
        if is_common(word) or zipf(word) > (_RARE if passed else _PLAINEST):
            if word not in _PLAIN or first is not None:
                break
            passed = True
        elif word in _PLAIN:
            passed = True
        else:
            first = part
    if first is not None:
        yield Found(
            match.start("found") + first.start(),
            match.end("found"),
            Label.ORGANISATION,
            0.6,
            "rules: institution",
        )


_PLAINEST = 5.0
"""Zipf frequency above which the word before "school" or "hospital" is hardly its name."""


def find_professions(spoken: Spoken) -> Iterator[Found]:
    """Professions that few people have, where somebody says to have one, and offices that one person holds."""
    for match in _JOB.finditer(spoken.text):
        head, job = match.group("head").lower(), match.group("job").lower()
        if head in _OF_THE_STUDY or is_common(head):
            continue
        listed = job in _jobs() or head in _jobs() or _JOB_ENDS.fullmatch(head)
        rare = zipf(head) < _RARE_JOB or (" " in job and job in _jobs() and zipf(job.split()[0]) < _RARE_JOB)
        if listed and rare:
            yield Found(*match.span("job"), Label.PROFESSION, 0.5, "rules: profession")
    for match in _OFFICE.finditer(spoken.text):
        yield Found(*match.span("job"), Label.PROFESSION, 0.5, "rules: office")
