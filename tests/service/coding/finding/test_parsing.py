"""The query language: what is read, how it is written, and what is said of mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.coding.finding.fields import FIELDS, KINDS, Field
from service.coding.finding.parsing import LONGEST, parse
from service.coding.finding.problem import QueryProblem
from service.coding.finding.query import (
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
    written,
)
from service.transcript.folding import fold_tokens

ANY = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() == text and text != "*")
NAMES = (
    st.sampled_from(["fear", "fear of loss", 'so-called "care"', "and", "ann", "D03", "naïve", "a\\b"]) | ANY
)
# As people type quotes, those of print are read as plain ones.
NAMES = NAMES.filter(lambda text: not set(text) & set("“”„"))
WORDS = NAMES.filter(lambda text: bool(fold_tokens(text)))
LIMITS = st.builds(Limit, st.sampled_from(Comparison), st.sampled_from([0.0, 0.5, 3.0, 50.0, 12.25]))
MS = st.integers(0, 10_000_000)
MAYBE = st.none() | NAMES


def _between(start: int, length: int | None) -> Between:
    return Between(start, None if length is None else start + length)


LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(Said, WORDS),
    st.builds(Like, WORDS, st.none() | LIMITS),
    st.builds(SpokenBy, NAMES),
    st.builds(Interviews, st.sampled_from(Of), NAMES),
    st.tuples(st.integers(0, 99), st.integers(0, 9)).map(lambda one: Waves(one[0], one[0] + one[1])),
    st.builds(_between, MS, st.none() | st.integers(1, 5_000_000)),
    st.builds(Coded, NAMES, st.none(), st.booleans(), MAYBE, st.none() | LIMITS, st.booleans()),
    st.builds(Coded, st.none(), NAMES, st.just(True), MAYBE, st.none() | LIMITS, st.booleans()),
    st.builds(Coded, coder=MAYBE, weight=st.none() | LIMITS, changed=st.booleans()),
    st.builds(Coded, coder=MAYBE, named=st.just(False), changed=st.booleans()),
    st.just(Uncoded()),
    st.builds(
        Heard, st.sampled_from(KINDS), st.sampled_from([None, "within_turn"]), st.none() | LIMITS, MAYBE
    ),
    st.builds(Heard, st.none(), strength=st.none() | LIMITS),
    st.builds(Noted, st.none() | WORDS, MAYBE),
)
QUERIES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: And(tuple(some))),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: Or(tuple(some))),
        st.builds(Beside, parts, parts, st.none() | st.integers(0, 3_600_000), st.booleans()),
    ),
    max_leaves=6,
)


@given(QUERIES)
def test_what_is_written_reads_as_the_same_query(query: Query) -> None:
    text = written(query)
    if len(text) <= LONGEST:
        assert parse(text) == query
        assert written(parse(text)) == text


@given(st.text(alphabet='abc:()"~*<>=- \tandornotwithnearcode', max_size=60))
def test_whatever_is_typed_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    problem = None
    try:
        parse(text)
    except QueryProblem as told:
        problem = told
    if problem is not None:
        assert 0 <= problem.place.start <= problem.place.end <= len(text)
        assert str(problem)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("held my hand", Said("held my hand")),
        ("“held my hand”", Said("held my hand")),
        ('"he* hnd~"', Said("he* hnd~")),
        ("code:fear AND NOT code:loss", And((Coded("fear"), Not(Coded("loss"))))),
        ("code:a or code:b and code:c", Or((Coded("a"), And((Coded("b"), Coded("c")))))),
        ("code:a with code:b and wave:2", And((Beside(Coded("a"), Coded("b")), Waves(2, 2)))),
        (
            "code:a near 30s code:b not near 2m code:c",
            Beside(Beside(Coded("a"), Coded("b"), 30_000), Coded("c"), 120_000, True),
        ),
        ("code:a not with code:b", Beside(Coded("a"), Coded("b"), None, True)),
        ("minutes:20-30", Between(1_200_000, 1_800_000)),
        ("minutes:-1.5", Between(0, 90_000)),
        ("time:12:30-", Between(750_000, None)),
        (
            "marker:pause/within_turn>=2 by participant",
            Heard("pause", "within_turn", Limit(Comparison.AT_LEAST, 2.0), "participant"),
        ),
        ("coder:ann", Coded(coder="ann")),
        ("is:changed by ann", Coded(coder="ann", changed=True)),
        (
            "code:fear only by ann weight > 50",
            Coded("fear", None, False, "ann", Limit(Comparison.ABOVE, 50.0)),
        ),
        ("memo:*", Noted(None)),
        ('like:"afraid of being left" >= 0.5', Like("afraid of being left", Limit(Comparison.AT_LEAST, 0.5))),
    ],
)
def test_queries_are_read(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "place", "instead", "said"),
    [
        ("", (0, 0), None, "Type what to find"),
        ("cod:fear", (0, 3), "code", "Did you mean `code`"),
        ("zzz:fear", (0, 3), None, "The fields are: code"),
        ("code:fear and", (13, 13), None, "missing at the end"),
        ("and code:fear", (0, 3), '"and"', "put it in quotes"),
        ("code: fear", (5, 5), None, "right after `code:`"),
        ("code:fear hand", (10, 14), None, "`and`, `or`, `with`"),
        ("marker:laghter", (7, 14), "laughter", "Did you mean `laughter`"),
        ("(code:a or code:b", (0, 1), None, "not closed"),
        ("code:a)", (6, 7), "", "never opened"),
        ('he said "so', (8, 11), None, "quotes are not closed"),
        ("code:a near code:b", (12, 18), None, "how near"),
        ("code:a near 2000m code:b", (12, 17), "60m", "an hour at most"),
        ("wave:3-1", (5, 8), "1-3", "later than the last"),
        ("wave:two", (5, 8), None, "A wave is a number"),
        ("minutes:30-20", (8, 13), None, "ends before it starts"),
        ("time:noon", (5, 9), None, "Times are two"),
        ("speaker:S1 by ann", (11, 13), None, "says nothing here"),
        ("code:a by", (9, 9), None, "a name is missing"),
        ("marker:pause >= loud", (16, 20), None, "a number is missing"),
        ("is:code", (3, 7), "coded", "followed by coded"),
        ('"..."', (0, 5), None, "no word in it"),
        ("theme:a only", (8, 12), None, "leaves out the codes below"),
    ],
)
def test_mistakes_are_told_with_their_place(
    text: str, place: tuple[int, int], instead: str | None, said: str
) -> None:
    with pytest.raises(QueryProblem, match=said) as told:
        parse(text)
    assert told.value.place == Place(*place)
    assert told.value.instead == instead


def test_a_query_is_neither_too_long_nor_too_deep() -> None:
    with pytest.raises(QueryProblem, match="characters at most"):
        parse("a" * (LONGEST + 1))
    with pytest.raises(QueryProblem, match="too much within each other"):
        parse("(" * 400 + "a" + ")" * 400)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_example_can_be_read(field: Field) -> None:
    assert parse(field.example)
