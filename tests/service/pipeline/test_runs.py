from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service.pipeline.runs import Stage, fingerprint, will_pass

SETTINGS = {"model": "whisper-base", "speakers": 2}
INPUTS = ["a" * 64, "b" * 64]


def test_a_fingerprint_is_the_same_for_the_same_work_in_any_process() -> None:
    made = fingerprint(Stage("diarize"), SETTINGS, INPUTS)
    assert made == "664a5281c8bc4e3c365f4f26e9bbf3bd2bd0309f1319bc222d6ccc4c1eea530c"


def test_the_order_of_settings_does_not_matter_and_that_of_inputs_does() -> None:
    turned = dict(reversed(SETTINGS.items()))
    assert fingerprint(Stage("diarize"), turned, INPUTS) == fingerprint(Stage("diarize"), SETTINGS, INPUTS)
    assert fingerprint(Stage("diarize"), SETTINGS, INPUTS[::-1]) != fingerprint(
        Stage("diarize"), SETTINGS, INPUTS
    )


SETTING = st.dictionaries(
    st.sampled_from(["a", "b"]), st.none() | st.integers(0, 2) | st.text("xy", max_size=2)
)
WORK = st.tuples(
    st.builds(Stage, st.sampled_from(["decode", "speech"]), st.integers(1, 2)),
    SETTING,
    st.lists(st.text("ab", max_size=2), max_size=2),
)


@given(WORK, WORK)
def test_fingerprints_are_equal_exactly_when_stage_version_settings_and_inputs_are(
    one: tuple[Stage, dict[str, int | str | None], list[str]],
    other: tuple[Stage, dict[str, int | str | None], list[str]],
) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


def test_a_full_disk_is_waited_for(database: sa.Engine) -> None:
    with database.connect() as connection, pytest.raises(sa.exc.OperationalError) as caught:  # noqa: PT012
        connection.execute(sa.text("PRAGMA max_page_count = 1"))
        connection.execute(sa.text("CREATE TABLE big AS SELECT randomblob(1000000) AS data"))
    assert will_pass(caught.value)


def test_a_wrong_statement_is_not_waited_for(database: sa.Engine) -> None:
    with database.connect() as connection, pytest.raises(sa.exc.OperationalError) as caught:
        connection.execute(sa.text("SELECT * FROM nowhere"))
    assert not will_pass(caught.value)
