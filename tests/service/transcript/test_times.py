import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.transcript.times import format_ms, parse_ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("00:12:34", 754_000),
        ("12:34", 754_000),
        ("754.2", 754_200),
        ("1:02:03.5", 3_723_500),
        ("0", 0),
        ("95", 95_000),
    ],
)
def test_times_are_read_in_every_usual_way(text: str, ms: int) -> None:
    assert parse_ms(text) == ms


@pytest.mark.parametrize("text", ["", "abc", "1:2:3:4", "12:99", "1:99:00", "-5", "12:", "1e3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_ms(text)


@given(st.integers(0, 6 * 3600 * 1000))
def test_a_written_time_reads_back(ms: int) -> None:
    assert parse_ms(format_ms(ms, fraction=True)) == ms
