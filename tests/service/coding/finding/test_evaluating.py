"""What queries find: as the reference finds it instant by instant, for each of those who ask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.coding.finding.evaluating import Evaluation
from service.coding.finding.found import find, moments_of
from service.coding.finding.problem import QueryProblem
from service.coding.finding.query import (
    And,
    Beside,
    Between,
    Coded,
    Comparison,
    Heard,
    Interviews,
    Limit,
    Not,
    Noted,
    Of,
    Or,
    Query,
    Said,
    SpokenBy,
    Uncoded,
    Waves,
    written,
)
from service.coding.store import MIGRATIONS, CodingStore, withdraw
from service.coding.values import Coder
from service.coding.writing import writing
from service.database import open_database
from service.migrate import migrate
from service.settings import Settings
from tests.service.coding.finding.made import (
    ANN,
    BEN,
    CODES,
    INTERVIEWS,
    LEA,
    SORTS,
    Reference,
    fill,
    stretches_of,
)

PATTERN = str(Settings.model_fields["name_pattern"].default)
EVERYBODY = (ANN, BEN, LEA)

PHRASES = st.sampled_from(
    [
        "hand",
        "hand*",
        "held my",
        "my han*",
        "hnad~",
        "held~ my",
        "he* my",
        "afriad~",
        "didnt",
        "Naive",
        "missing",
    ]
)
CODERS = st.sampled_from([None, "ann", "ben", "cat"])
STRENGTHS = st.none() | st.builds(Limit, st.sampled_from(Comparison), st.sampled_from([0.5, 1.0, 3.0]))
WEIGHTS = st.none() | st.builds(Limit, st.sampled_from(Comparison), st.sampled_from([20.0, 50.0]))
PLACES = [name for places in INTERVIEWS.values() for name in places]
HEARD = [(kind, sort) for kind, sorts in SORTS.items() for sort in (None, *sorts)]
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(Said, PHRASES),
    st.builds(SpokenBy, st.sampled_from(["participant", "interviewer", "S1", "client", "therapist"])),
    st.sampled_from([Interviews(Of.INTERVIEW, name.study_id) for name in PLACES]),
    st.sampled_from([Interviews(Of.PARTICIPANT, f"{name.group}-{name.role}") for name in PLACES]),
    st.sampled_from([Interviews(Of.GROUP, "D03"), Interviews(Of.ROLE, "client")]),
    st.sampled_from([Interviews(Of.KIND, "process"), Interviews(Of.KIND, "background")]),
    st.builds(lambda first, more: Waves(first, first + more), st.integers(1, 3), st.integers(0, 1)),
    st.builds(lambda start, more: Between(start, start + more), st.integers(0, 3000), st.integers(1, 2000)),
    st.builds(
        Coded, st.sampled_from(sorted(CODES)), st.none(), st.booleans(), CODERS, WEIGHTS, st.booleans()
    ),
    st.builds(Coded, theme=st.just("closeness"), coder=CODERS),
    st.builds(Coded, coder=CODERS, changed=st.booleans(), named=st.sampled_from([None, False])),
    st.just(Uncoded()),
    st.builds(
        lambda heard, strength, who: Heard(*heard, strength, who),
        st.sampled_from([*HEARD, (None, None)]),
        STRENGTHS,
        st.sampled_from([None, "participant", "S2"]),
    ),
    st.builds(Noted, st.sampled_from([None, "naive", "turning point", "turn*", "pont~"]), CODERS),
)
QUERIES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: And(tuple(some))),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: Or(tuple(some))),
        st.builds(Beside, parts, parts, st.none() | st.integers(0, 500), st.booleans()),
    ),
    max_leaves=4,
)


def store_at(url: str) -> CodingStore:
    engine = open_database(url)
    migrate(engine, MIGRATIONS)
    store = CodingStore(engine)
    fill(store)
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodingStore]:
    made = store_at(f"sqlite:///{tmp_path_factory.mktemp('finding') / 'coding.sqlite'}")
    yield made
    made.close()


@cache
def reference(store: CodingStore, coder: Coder) -> Reference:
    return Reference(store.engine.connect(), coder)


def is_found_as_by_the_reference(store: CodingStore, coder: Coder, query: Query) -> None:
    with store.engine.connect() as connection:
        found = find(connection, coder, written(query), PATTERN)
        expected = stretches_of(reference(store, coder).instants(query))
        assert [(one.interview_id, one.start_ms, one.end_ms) for one in found.stretches()] == expected
        counts = found.counts()
    assert (counts.moments, counts.total_ms) == (
        len(expected),
        sum(end - start for _, start, end in expected),
    )
    for part in (counts.interviews, counts.groups, counts.roles, counts.waves):
        assert sum(one.moments for one in part) == counts.moments
        assert sum(one.total_ms for one in part) == counts.total_ms


@settings(max_examples=150)
@given(query=QUERIES, coder=st.sampled_from(EVERYBODY))
def test_queries_find_what_the_reference_finds(store: CodingStore, query: Query, coder: Coder) -> None:
    is_found_as_by_the_reference(store, coder, query)


EACH = (
    'hand or "held my" or he*',
    "hnad~ and not naïve",
    '"he* my" or "held~ my"',
    "afriad~ with speaker:participant",
    "code:fear and not code:fear only",
    "theme:closeness by ben or is:unnamed",
    "code:fear not with marker:pause",
    "code:care near 300ms marker:* by participant",
    "is:uncoded and speaker:participant and wave:2",
    "is:changed or code:fear weight >= 50",
    "not coder:cat and group:D03 and time:0-2",
    'memo:"turning point" or memo:turn* by ann',
    "marker:tempo/fast or marker:pause/within_turn < 3",
    "kind:process and he*",
    "participant:D03-C and role:client and interview:D03-C2",
)


def each_query_finds_what_the_reference_finds(store: CodingStore) -> None:
    from service.coding.finding.parsing import parse

    for text in EACH:
        for coder in EVERYBODY:
            is_found_as_by_the_reference(store, coder, parse(text))


def test_each_kind_of_term_finds_what_the_reference_finds(store: CodingStore) -> None:
    each_query_finds_what_the_reference_finds(store)
    with store.engine.connect() as connection:
        sizes = {text: len(find(connection, LEA, text, PATTERN).times) for text in EACH}
    assert [text for text, size in sizes.items() if not size] == [], "each of them finds something"


@pytest.mark.parametrize(
    "text", ["coder:ben", "not coder:ben", "is:uncoded", "is:coded", "memo:*", "not memo:*"]
)
def test_what_others_coded_changes_nothing_before_both_are_ready(tmp_path: Path, text: str) -> None:
    """Whatever ben does in an interview with which ann and he are not ready, ann finds the same."""
    store = store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")

    def found() -> list[tuple[str, int, int]]:
        with store.engine.connect() as connection:
            times = find(connection, ANN, text, PATTERN).stretches()
        return [(one.interview_id, one.start_ms, one.end_ms) for one in times if one.interview_id != "2" * 32]

    before = found()
    from service.coding import tables

    with writing(store.engine) as connection:
        theirs = (tables.coding.c.coder == "ben") & (tables.coding.c.interview_id != "2" * 32)
        assert connection.execute(tables.coding.delete().where(theirs)).rowcount > 3
        assert connection.execute(tables.memo.delete().where(tables.memo.c.writer == "ben")).rowcount
    assert found() == before


def test_moments_have_their_words_and_pages(store: CodingStore) -> None:
    with store.engine.connect() as connection:
        found = find(connection, ANN, "hand", PATTERN)
        moments = list(moments_of(connection, ANN, found))
        assert [one.start_ms for one in moments_of(connection, ANN, found, 1, 2)] == [
            one.start_ms for one in moments[1:3]
        ]
    assert len(moments) == len(found.times) > 3
    assert all("hand" in one.text.split() for one in moments)


@pytest.mark.parametrize(
    ("text", "said", "instead"),
    [
        ("code:feer", "Did you mean `fear`", "code:fear"),
        ("theme:closenes", "Did you mean `closeness`", "theme:closeness"),
        ("group:D04", "no such group", "group:D05"),
        ("interview:D03-T4", "no such interview", "interview:D03-T1"),
        ("role:clint", "no such role", "role:client"),
        ("participant:D09-T", "no such participant", "participant:D03-T"),
        ("speaker:clint", "Nobody is called so", "speaker:client"),
        ('like:"afraid"', "Meaning can't be compared here", None),
    ],
)
def test_what_is_not_there_is_told(store: CodingStore, text: str, said: str, instead: str | None) -> None:
    with store.engine.connect() as connection, pytest.raises(QueryProblem, match=said) as told:
        find(connection, LEA, f"hand and {text}", PATTERN)
    assert told.value.place.start == len("hand and ")
    assert told.value.instead == instead


def test_ids_are_read_in_any_spelling(store: CodingStore) -> None:
    with store.engine.connect() as connection:
        for text in (
            "interview:d3_c2",
            "participant:d3-c",
            "group:d3 and role:C",
            "wave:1-2 and role:Client",
        ):
            assert {one.of for one in find(connection, LEA, text, PATTERN).counts().interviews} >= {"D03-C1"}


def test_a_release_taken_back_is_found_no_more(tmp_path: Path) -> None:
    store = store_at(f"sqlite:///{tmp_path / 'coding.sqlite'}")
    with writing(store.engine) as connection:
        withdraw(connection, "1" * 32)
    with store.engine.connect() as connection:
        for text in ("hand", "is:coded", "memo:*", "not wave:9", "hnad~"):
            found = find(connection, LEA, text, PATTERN)
            assert {one.interview_id for one in found.stretches()} == {"2" * 32, "3" * 32}
        assert Evaluation(connection, LEA, PATTERN).line.place.keys() == {"2" * 32, "3" * 32}
