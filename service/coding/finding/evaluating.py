"""What a query finds: the set of instants of released interviews that it means, for whoever asks.

Whatever looks at codings or memos of others asks :func:`service.coding.seeing.seeing`, so that nothing of them shows,
under ``not`` neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from operator import eq, ge, gt, le, lt

import numpy as np
import sqlalchemy as sa

from models.problems import RecordingProblem
from service.coding import tables
from service.coding.finding import phrases
from service.coding.finding.fields import BOTH_KINDS, INTERVIEW_KINDS, SPEAKERS
from service.coding.finding.meaning import LIKE_FROM, Meanings
from service.coding.finding.problem import QueryProblem, nearest
from service.coding.finding.query import (
    NOWHERE,
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
    value,
)
from service.coding.finding.said import known_words, utterances_of
from service.coding.finding.speaking import interviews_of_role, is_of, role_named, role_names
from service.coding.finding.stretches import Laid, of_rows, stretches, stretches_of
from service.coding.finding.timeline import Timeline, timeline
from service.coding.finding.times import NOTHING, Times, both, chosen, either, near, overlapping, without
from service.coding.seeing import seeing
from service.coding.values import About, Coder, CodeState
from service.naming import InterviewName, group_code, parse_reference

_COMPARED = {
    Comparison.AT_LEAST: ge,
    Comparison.ABOVE: gt,
    Comparison.AT_MOST: le,
    Comparison.BELOW: lt,
    Comparison.EQUAL: eq,
}


class Evaluation:
    """Answers queries of one person, as the store is while ``connection`` reads."""

    def __init__(
        self,
        connection: sa.Connection,
        coder: Coder,
        name_pattern: str,
        meanings: Meanings | None = None,
    ) -> None:
        """``name_pattern`` is how the study writes ids of interviews, as for
        :func:`service.naming.parse_reference`."""
        self._connection = connection
        self._coder = coder
        self._meanings = meanings
        self._name_pattern = name_pattern
        self.waiting = 0
        """How many interviews could not be asked for their meaning yet."""

    @cached_property
    def _may_see(self) -> Callable[[str, str], bool]:
        return seeing(self._connection, self._coder)

    @cached_property
    def line(self) -> Timeline:
        """The released interviews."""
        return timeline(self._connection)

    def times(self, query: Query) -> Times:
        """The instants that a query means. Raises :class:`QueryProblem` for what is not there."""
        match query:
            case Or(parts):
                return either(*(self.times(part) for part in parts))
            case And(parts):
                found = self.times(parts[0])
                for part in parts[1:]:
                    found = (
                        without(found, self.times(part.part))
                        if isinstance(part, Not)
                        else both(found, self.times(part))
                    )
                return found
            case Not(part):
                return without(self.line.everything, self.times(part))
            case Beside(first, second, within_ms, apart):
                found, other = self.times(first), self.times(second)
                beside = overlapping(found, other) if within_ms is None else near(found, other, within_ms)
                return chosen(found, ~beside if apart else beside)
            case Said(words):
                return self.line.laid(self._said(words))
            case Like():
                return self._like(query)
            case SpokenBy(speaker, place):
                return self.line.laid(self._spoken(speaker, place))
            case Interviews() | Waves():
                return self.line.whole(self._interviews(query))
            case Between(start_ms, end_ms):
                return self.line.within(start_ms, end_ms)
            case Coded():
                return self.line.laid(self._coded(query))
            case Uncoded():
                return without(self.line.laid(self._spoken()), self.line.laid(self._coded(Coded())))
            case Heard():
                return self.line.laid(self._heard(query))
            case Noted():
                return self._noted(query)

    def _said(self, words: str) -> list[Laid]:
        phrase = phrases.choices(phrases.tokens_of(words), lambda: known_words(self._connection))
        if not all(one.words for one in phrase):
            return []
        utterance = tables.transcripts.utterance
        if self._connection.dialect.name == "postgresql":
            said = sa.text("utterance.searchable @@ to_tsquery('simple', :phrase)")
            said = said.bindparams(phrase=phrases.tsquery(phrase))
            return stretches(self._connection, utterance, utterance, [said])
        asked, exact = phrases.fts5(phrase)
        index = sa.table("utterance_search", sa.column("rowid", sa.Integer))
        source = utterance.join(index, index.c.rowid == utterance.c.row_id)
        said = sa.text("utterance_search MATCH :phrase").bindparams(phrase=asked)
        if exact:
            return stretches(self._connection, source, utterance, [said])
        # The words are all there; whether one follows the other the text tells.
        fits = phrases.pattern(phrase)
        rows = self._connection.execute(
            sa.select(utterance.c.interview_id, utterance.c.start_ms, utterance.c.end_ms, utterance.c.folded)
            .select_from(source)
            .where(said)
        )
        return of_rows([(row[0], row[1], row[2]) for row in rows if fits.search(f" {row[3]} ")])

    def _spoken(self, speaker: str | None = None, place: Place = NOWHERE) -> list[Laid]:
        is_meant = None if speaker is None else is_of(self._connection, speaker, place, "speaker")
        return utterances_of(self._connection, is_meant)

    def _like(self, query: Like) -> Times:
        meanings = self._meanings
        if meanings is None or (why := meanings.model.missing) is not None:
            raise QueryProblem(
                (why if meanings is not None else None)
                or "Meaning can't be compared here: the text model is not at hand. Look for words instead.",
                query.place,
            )
        limit = query.limit or Limit(Comparison.AT_LEAST, LIKE_FROM)
        floor = limit.number if limit.comparison in (Comparison.AT_LEAST, Comparison.ABOVE) else -1.0
        try:
            found, self.waiting = meanings.like(self._connection, query.words, floor)
        except RecordingProblem as problem:
            raise QueryProblem(f"Meaning can't be compared now. {problem}", query.place) from None
        laid: list[Laid] = []
        for one, cosines in found:
            which = _COMPARED[limit.comparison](cosines, np.float32(limit.number))
            laid.append((one.interview_id, one.places.reshape(-1, 2)[which].ravel()))
        return self.line.laid(laid)

    def _interviews(self, query: Interviews | Waves) -> list[str]:
        place = tables.place
        condition: sa.ColumnElement[bool]
        match query:
            case Waves(first, last):
                condition = place.c.wave.between(first, last)
            case Interviews(Of.GROUP, given):
                condition = place.c.group_code == self._group(given, query.place)
            case Interviews(Of.ROLE, given):
                condition = place.c.interview_id.in_(interviews_of_role(self._role(given, query.place)))
            case Interviews(Of.PARTICIPANT, given):
                group, role = self._participant(given, query.place)
                condition = sa.and_(place.c.group_code == group, place.c.role_code == role)
            case Interviews(Of.KIND, given):
                condition = place.c.kind.in_(self._kind(given, query.place))
            case Interviews(_, given):
                name = self._interview(given, query.place)
                condition = sa.and_(
                    place.c.group_code == name.group,
                    place.c.role_code == name.role,
                    place.c.wave == name.wave,
                )
        return list(self._connection.execute(sa.select(place.c.interview_id).where(condition)).scalars())

    def _places(self) -> list[InterviewName]:
        place = tables.place
        rows = self._connection.execute(sa.select(place.c.group_code, place.c.role_code, place.c.wave))
        return [InterviewName(*row) for row in rows]

    def _group(self, given: str, place: Place) -> str:
        known = {one.group for one in self._places()}
        wanted = {group_code(given), given.upper()}
        found = next((one for one in known if one in wanted or one.upper() in wanted), None)
        return found or self._not_there("group", given, known, place)

    def _role(self, given: str, place: Place) -> str:
        found = role_named(self._connection, given)
        if found is None and given.casefold() in SPEAKERS:
            who = f"speaker:{given.casefold()}"
            raise QueryProblem(f"This says who speaks: write `{who}`.", place, (who,), who)
        return found or self._not_there("role", given, role_names(self._connection), place)

    def _participant(self, given: str, place: Place) -> tuple[str, str]:
        known = {f"{one.group}-{one.role}": (one.group, one.role) for one in self._places()}
        named = parse_reference(f"{given}1", self._name_pattern)
        spelt = f"{named.group}-{named.role}" if named is not None else given.upper()
        if spelt not in known:
            self._not_there("participant", given, known, place)
        return known[spelt]

    def _interview(self, given: str, place: Place) -> InterviewName:
        known = {one.study_id: one for one in self._places()}
        named = parse_reference(given, self._name_pattern)
        spelt = named.study_id if named is not None else given.upper()
        if spelt not in known:
            self._not_there("interview", given, known, place)
        return known[spelt]

    def _kind(self, given: str, place: Place) -> tuple[str, ...]:
        """The kind, and the one that is both."""
        if given.casefold() not in INTERVIEW_KINDS:
            self._not_there("kind", given, INTERVIEW_KINDS, place)
        return (given.casefold(), BOTH_KINDS)

    def _not_there(self, what: str, given: str, known: Iterable[str], place: Place) -> str:
        names = tuple(sorted(known))
        meant = nearest(given, names)
        if meant is not None:
            told = f"Did you mean `{meant}`?"
        elif names:
            told = f"There is: {', '.join(names[:20])}{', …' * (len(names) > 20)}."
        else:
            told = "There is none yet."
        instead = None if meant is None else f"{what}:{value(meant)}"
        raise QueryProblem(f"There is no such {what}. {told}", place, names, instead)

    def _coded(self, query: Coded, codes: frozenset[str] | None = None) -> list[Laid]:
        coding = tables.coding
        conditions: list[sa.ColumnElement[bool]] = [~coding.c.removed]
        wanted = self._codes_of(query) if codes is None else codes
        if wanted is not None:
            conditions.append(coding.c.code.in_(sorted(wanted)))
        if query.named is False:
            conditions.append(coding.c.code.is_(None))
        if query.coder is not None:
            conditions.append(sa.func.lower(coding.c.coder) == query.coder.lower())
        if query.weight is not None:
            conditions.append(_COMPARED[query.weight.comparison](coding.c.weight, query.weight.number))
        if query.changed:
            conditions.append(coding.c.words_changed)
        return stretches_of(self._connection, coding, coding.c.coder, self._may_see, conditions)

    def _codes_of(self, query: Coded) -> frozenset[str] | None:
        if query.code is not None:
            found = self._code(query.code, query.place)
            return self._below({found}) if query.below else frozenset({found})
        if query.theme is not None:
            return self._below(self._theme(query.theme, query.place))
        return None

    def _code(self, given: str, place: Place) -> str:
        code = tables.code
        rows = self._connection.execute(
            sa.select(code.c.id, code.c.name).where(code.c.state == CodeState.USED)
        )
        known = {str(name): str(code_id) for code_id, name in rows}
        spelt = {name.casefold(): code_id for name, code_id in known.items()}
        return spelt.get(given.casefold()) or self._not_there("code", given, known, place)

    def _theme(self, given: str, place: Place) -> set[str]:
        theme = tables.theme
        rows = self._connection.execute(
            sa.select(theme.c.name, theme.c.codes).where(theme.c.state == CodeState.USED)
        )
        known = {str(name): set(codes) for name, codes in rows}
        found = next((codes for name, codes in known.items() if name.casefold() == given.casefold()), None)
        if found is None:
            self._not_there("theme", given, known, place)
        return found or set()

    def _below(self, codes: set[str]) -> frozenset[str]:
        """These codes and all below them."""
        code = tables.code
        parents = self._connection.execute(sa.select(code.c.id, code.c.parent)).all()
        found = set(codes)
        while more := {one for one, parent in parents if parent in found and one not in found}:
            found |= more
        return frozenset(found)

    def _heard(self, query: Heard) -> list[Laid]:
        marker = tables.transcripts.marker
        conditions: list[sa.ColumnElement[bool]] = []
        if query.kind is not None:
            conditions.append(marker.c.kind == query.kind)
        if query.subtype is not None:
            conditions.append(marker.c.subtype == query.subtype)
        if query.strength is not None:
            conditions.append(_COMPARED[query.strength.comparison](marker.c.strength, query.strength.number))
        if query.speaker is not None:
            is_meant = is_of(self._connection, query.speaker, query.place)
            return stretches_of(self._connection, marker, marker.c.speaker, is_meant, conditions)
        return stretches(self._connection, marker, marker, conditions)

    def _noted(self, query: Noted) -> Times:
        """What the memos are about: the time of codings, of all codings with a code or of a theme, whole interviews.

        A memo on the study is about no time.
        """
        memo = tables.memo
        conditions = [~memo.c.removed]
        if query.writer is not None:
            conditions.append(sa.func.lower(memo.c.writer) == query.writer.lower())
        rows = [
            row
            for row in self._connection.execute(
                sa.select(
                    memo.c.about, memo.c.subject, memo.c.text, memo.c.interview_id, memo.c.writer
                ).where(*conditions)
            )
            if row.interview_id is None or self._may_see(row.interview_id, row.writer)
        ]
        texts = [f" {phrases.quick_fold(row.text)} " for row in rows] if query.words is not None else []
        if query.words is not None:
            tokens = phrases.tokens_of(query.words)
            phrase = phrases.choices(tokens, lambda: {word for text in texts for word in text.split()})
            if not all(one.words for one in phrase):
                return NOTHING
            fits = phrases.pattern(phrase)
            rows = [row for row, text in zip(rows, texts, strict=True) if fits.search(text)]
        about: dict[About, set[str]] = {}
        for row in rows:
            about.setdefault(About(row.about), set()).add(row.subject)
        codes = frozenset(about.get(About.CODE, ()))
        if themes := about.get(About.THEME):
            theme = tables.theme
            for one, gathered in self._connection.execute(sa.select(theme.c.id, theme.c.codes)):
                codes |= frozenset(gathered) if one in themes else frozenset()
        sets = [self.line.laid(self._codings(about.get(About.CODING, set())))]
        if codes:
            sets.append(self.line.laid(self._coded(Coded(), codes)))
        groups, people = about.get(About.GROUP, set()), about.get(About.PARTICIPANT, set())
        whole = set(about.get(About.INTERVIEW, ()))
        if groups or people:
            place = tables.place
            for interview_id, group, role in self._connection.execute(
                sa.select(place.c.interview_id, place.c.group_code, place.c.role_code)
            ):
                if group in groups or f"{group}-{role}" in people:
                    whole.add(interview_id)
        return either(*sets, self.line.whole(whole))

    def _codings(self, ids: set[str]) -> list[Laid]:
        """The codings of these ids that may be seen."""
        if not ids:
            return []
        coding = tables.coding
        rows = self._connection.execute(
            sa.select(
                coding.c.id, coding.c.interview_id, coding.c.start_ms, coding.c.end_ms, coding.c.coder
            ).where(
                ~coding.c.removed,
                coding.c.id.in_(sa.select(tables.memo.c.subject).where(tables.memo.c.about == About.CODING)),
            )
        )
        return of_rows(
            [(row[1], row[2], row[3]) for row in rows if row[0] in ids and self._may_see(row[1], row[4])]
        )
