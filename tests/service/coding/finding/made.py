"""A small coding store with some of everything that can be found, and what a query means, found the slow way."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa

from models.values import Marker, MarkerKind, Transcript
from service.coding import codebook, codings, memos, tables
from service.coding.codebook import CodeWords
from service.coding.codings import Place
from service.coding.finding.query import (
    And,
    Beside,
    Between,
    Coded,
    Heard,
    Interviews,
    Not,
    Noted,
    Of,
    Or,
    Query,
    Said,
    SpokenBy,
    Uncoded,
    Waves,
)
from service.coding.seeing import may_see, set_ready
from service.coding.store import CodingStore, Origin, receive
from service.coding.values import About, Coder
from service.coding.writing import writing
from service.naming import InterviewName
from service.transcript.folding import fold_tokens
from tests.service.conftest import make_transcript

ANN, BEN, LEA = Coder("ann"), Coder("ben"), Coder("lea", leads=True)
ROLES = {"T": "therapist", "C": "client"}
KINDS = {1: "background", 2: "process", 3: "both"}
INTERVIEWS = {
    "1" * 32: (InterviewName("D03", "C", 1), InterviewName("D03", "C", 2)),
    "2" * 32: (InterviewName("D03", "T", 1),),
    "3" * 32: (InterviewName("D05", "C", 2),),
}
WORDS = ("hand", "hands", "held", "my", "I", "didn't", "naïve", "afraid", "alone")
CODES = {"fear": None, "fear of loss": "fear", "grief": "fear of loss", "care": None}
SORTS: dict[str, tuple[str | None, ...]] = {
    "pause": ("within_turn", "between_turns"),
    "laughter": (None,),
    "tempo": ("fast", "slow"),
}
Instants = frozenset[tuple[str, int]]


def _id(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _transcript(draw: random.Random) -> Transcript:
    lines = [
        (draw.choice(("S1", "S2")), " ".join(draw.choices(WORDS, k=draw.randint(1, 6)))) for _ in range(9)
    ]
    made = make_transcript(*lines, word_ms=40, gap_ms=draw.choice((20, 60)))
    markers = []
    for _ in range(20):
        kind = draw.choice(sorted(SORTS))
        start = draw.randrange(made.duration_ms - 200)
        who = draw.choice(("S1", "S2", None))
        sort, strength = draw.choice(SORTS[kind]), draw.choice((0.5, 1.5, 3.0))
        markers.append(
            Marker(
                MarkerKind(kind), start, start + draw.randrange(200), who, strength, 1.0, "1", subtype=sort
            )
        )
    return replace(made, markers=tuple(sorted(markers, key=lambda one: one.start_ms)))


def fill(store: CodingStore, seed: int = 7) -> None:
    """Interviews, codes in a tree, a theme, codings of three coders, two of them ready with one interview; memos."""
    draw = random.Random(seed)
    with writing(store.engine) as connection:
        for interview_id, places in INTERVIEWS.items():
            receive(connection, interview_id, Origin(places, roles=ROLES, kinds=KINDS), _transcript(draw), 1)
        ids: dict[str | None, str | None] = {None: None}
        for name, parent in CODES.items():
            ids[name] = code_id = _id(draw)
            codebook.add_code(connection, "lea", code_id, CodeWords(name), ids[parent])
        gathered = [one for one in (ids["grief"], ids["care"]) if one]
        codebook.put_theme(connection, "lea", _id(draw), None, "closeness", "", gathered)
        made = []
        for interview_id in INTERVIEWS:
            word = tables.transcripts.word
            last = connection.execute(
                sa.select(sa.func.max(word.c.id)).where(word.c.interview_id == interview_id)
            ).scalar_one()
            for _ in range(12):
                first = draw.randint(1, last - 4)
                coder = draw.choice(("ann", "ben", "cat"))
                place = Place(first, first + draw.randrange(4))
                code, weight = ids[draw.choice([None, *CODES])], draw.choice((None, 20, 80))
                made.append(
                    codings.add_coding(connection, coder, interview_id, _id(draw), place, code, weight)
                )
        for one in made[::5]:
            memos.add_memo(
                connection, Coder(one.coder), _id(draw), About.CODING, one.id, "how naïve she sounds"
            )
        gone = made[1]
        codings.remove_coding(connection, Coder(gone.coder), gone.id, gone.version)
        flagged = sa.update(tables.coding).where(tables.coding.c.id.in_([one.id for one in made[::4]]))
        connection.execute(flagged.values(words_changed=True))
        memos.add_memo(connection, BEN, _id(draw), About.INTERVIEW, "1" * 32, "a turning point")
        memos.add_memo(
            connection, ANN, _id(draw), About.CODE, str(ids["fear of loss"]), "a turning-point of all"
        )
        memos.add_memo(connection, ANN, _id(draw), About.PARTICIPANT, "D05-C", "she turns to it")
        memos.add_memo(connection, ANN, _id(draw), About.GROUP, "D03", "both of them")
        memos.add_memo(connection, ANN, _id(draw), About.STUDY, "", "a turning point of the study")
        for coder in ("ann", "ben"):
            set_ready(connection, "2" * 32, coder, True)


class Reference:
    """What a query means by the sentences of docs/finding.md, instant by instant."""

    def __init__(self, connection: sa.Connection, coder: Coder) -> None:
        self._coder = coder
        self._connection = connection
        of = tables.transcripts
        self.durations = {
            row.interview_id: row.duration_ms for row in connection.execute(sa.select(of.transcript))
        }
        self._utterances = connection.execute(sa.select(of.utterance)).all()
        self._roles = {
            (one.interview_id, one.label): one.role for one in connection.execute(sa.select(of.speaker))
        }
        self._markers = connection.execute(sa.select(of.marker)).all()
        self._codings = [
            one
            for one in connection.execute(sa.select(tables.coding).where(~tables.coding.c.removed))
            if may_see(connection, coder, one.interview_id, one.coder)
        ]
        self._codes = connection.execute(sa.select(tables.code)).all()
        self._themes = connection.execute(sa.select(tables.theme)).all()
        self._memos = connection.execute(sa.select(tables.memo).where(~tables.memo.c.removed)).all()
        self.all = self._whole(self.durations)

    def instants(self, query: Query) -> Instants:
        match query:
            case Or(parts):
                return frozenset().union(*map(self.instants, parts))
            case And(parts):
                return frozenset.intersection(*map(self.instants, parts))
            case Not(part):
                return self.all - self.instants(part)
            case Beside(found, other, within_ms, without):
                others = stretches_of(self.instants(other))
                kept: set[tuple[str, int]] = set()
                for interview_id, start, end in stretches_of(self.instants(found)):
                    gaps = [
                        max(first - end, start - last)
                        for named, first, last in others
                        if named == interview_id
                    ]
                    beside = any(gap < 0 if within_ms is None else gap <= within_ms for gap in gaps)
                    if beside != without:
                        kept |= {(interview_id, ms) for ms in range(start, end)}
                return frozenset(kept)
            case Said(words):
                return self._of(self._utterances, lambda row: says(row.folded, words))
            case SpokenBy(speaker):
                return self._of(self._utterances, lambda row: self._is_of(row, speaker))
            case Uncoded():
                return self._of(self._utterances, lambda row: True) - self.instants(Coded())
            case Waves(first, last):
                return self._places(lambda place: first <= place.wave <= last)
            case Interviews(Of.KIND, given):
                return self._places(lambda place: KINDS.get(place.wave) in (given, "both"))
            case Interviews(of, given):
                return self._places(
                    lambda place: (
                        {
                            Of.GROUP: place.group,
                            Of.ROLE: ROLES[place.role],
                            Of.PARTICIPANT: f"{place.group}-{place.role}",
                            Of.INTERVIEW: place.study_id,
                        }[of]
                        == given
                    )
                )
            case Between(start_ms, end_ms):
                return frozenset(
                    one for one in self.all if start_ms <= one[1] and (end_ms is None or one[1] < end_ms)
                )
            case Coded():
                return self._of(self._codings, lambda row: self._is_coded(row, query))
            case Heard(kind, subtype, strength, speaker):
                return self._of(
                    self._markers,
                    lambda row: (
                        kind in (None, row.kind)
                        and subtype in (None, row.subtype)
                        and (strength is None or strength.holds(row.strength))
                        and (speaker is None or self._is_of(row, speaker))
                    ),
                )
            case Noted():
                return frozenset().union(*(self._noted(memo, query) for memo in self._memos))
        raise AssertionError(query)

    def _of(self, rows: list[sa.Row], which: Callable[[sa.Row], bool]) -> Instants:  # type: ignore[type-arg]
        return frozenset(
            (row.interview_id, ms)
            for row in rows
            if which(row)
            for ms in range(row.start_ms, max(row.end_ms, row.start_ms + 1))
            if ms < self.durations[row.interview_id]
        )

    def _whole(self, ids: object) -> Instants:
        return frozenset(
            (one, ms) for one in self.durations if one in ids for ms in range(self.durations[one])
        )  # type: ignore[operator]

    def _places(self, which: Callable[[InterviewName], bool]) -> Instants:
        return self._whole({one for one, places in INTERVIEWS.items() if any(map(which, places))})

    def _is_of(self, row: sa.Row, speaker: str) -> bool:  # type: ignore[type-arg]
        role = self._roles.get((row.interview_id, row.speaker))
        if speaker in ROLES.values():
            return role == "participant" and ROLES[INTERVIEWS[row.interview_id][0].role] == speaker
        return speaker in (row.speaker, role)

    def _is_coded(self, row: sa.Row, query: Coded) -> bool:  # type: ignore[type-arg]
        wanted: set[str] | None = None
        if query.code is not None:
            wanted = {one.id for one in self._codes if one.name == query.code}
        elif query.theme is not None:
            wanted = {code for one in self._themes if one.name == query.theme for code in one.codes}
        if wanted is not None and query.below:
            for _ in self._codes:
                wanted |= {one.id for one in self._codes if one.parent in wanted}
        return (
            (wanted is None or row.code in wanted)
            and (query.named is None or row.code is None)
            and query.coder in (None, row.coder)
            and (query.weight is None or (row.weight is not None and query.weight.holds(row.weight)))
            and (not query.changed or row.words_changed)
        )

    def _noted(self, memo: sa.Row, query: Noted) -> Instants:  # type: ignore[type-arg]
        seen = memo.interview_id is None or may_see(
            self._connection, self._coder, memo.interview_id, memo.writer
        )
        if not seen or query.writer not in (None, memo.writer):
            return frozenset()
        if query.words is not None and not says(" ".join(fold_tokens(memo.text)), query.words):
            return frozenset()
        match memo.about:
            case About.CODING:
                return self._of(self._codings, lambda row: row.id == memo.subject)
            case About.CODE:
                return self._of(self._codings, lambda row: row.code == memo.subject)
            case About.INTERVIEW:
                return self._whole({memo.subject})
            case About.PARTICIPANT:
                return self._places(lambda place: f"{place.group}-{place.role}" == memo.subject)
            case About.GROUP:
                return self._places(lambda place: place.group == memo.subject)
        return frozenset()


def says(folded: str, words: str) -> bool:
    """Whether a folded text has the phrase. Of words spelt alike only one change in words of three to five letters."""
    said = folded.split()
    wanted = [(fold_tokens(piece), piece[-1]) for piece in words.split()]
    tests: list[Callable[[str], bool]] = []
    for tokens, sign in wanted:
        tests += [token.__eq__ for token in tokens[:-1]]
        last = tokens[-1]
        tests.append(last.__eq__ if sign not in "*~" else _begins(last) if sign == "*" else _alike(last))
    return any(
        all(test(said[start + step]) for step, test in enumerate(tests))
        for start in range(len(said) - len(tests) + 1)
    )


def _begins(token: str) -> Callable[[str], bool]:
    return lambda word: word.startswith(token)


def _alike(token: str) -> Callable[[str], bool]:
    def one_change(word: str) -> bool:
        letters = [*(set(word) | set(token))]
        return word == token or word in {
            *(token[:at] + token[at + 1 :] for at in range(len(token))),
            *(token[:at] + letter + token[at:] for at in range(len(token) + 1) for letter in letters),
            *(token[:at] + letter + token[at + 1 :] for at in range(len(token)) for letter in letters),
            *(token[:at] + token[at + 1] + token[at] + token[at + 2 :] for at in range(len(token) - 1)),
        }

    return one_change


def stretches_of(instants: Instants) -> list[tuple[str, int, int]]:
    """The unbroken stretches, in order."""
    found: list[tuple[str, int, int]] = []
    for interview_id, ms in sorted(instants):
        if found and found[-1][0] == interview_id and found[-1][2] == ms:
            found[-1] = (interview_id, found[-1][1], ms + 1)
        else:
            found.append((interview_id, ms, ms + 1))
    return found
