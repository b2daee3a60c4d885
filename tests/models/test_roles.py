"""A suggestion of who asks and who tells."""

from __future__ import annotations

import pytest

from models.roles import suggest_roles
from models.values import Role

I, P, U = Role.INTERVIEWER, Role.PARTICIPANT, Role.UNKNOWN  # noqa: E741


@pytest.mark.parametrize(
    ("words", "questions", "roles"),
    [
        ({"S1": 100, "S2": 900}, {"S1": 12, "S2": 1}, [I, P]),
        ({"S1": 900, "S2": 100}, {}, [P, I]),
        ({"S1": 500, "S2": 500}, {}, [U, U]),
        ({"S1": 550, "S2": 450}, {"S2": 20}, [U, U]),
        ({"S1": 900, "S2": 100}, {"S1": 30, "S2": 2}, [U, U]),
        ({"S1": 300}, {}, [U]),
        ({"S1": 0, "S2": 0}, {}, [U, U]),
        ({"S1": 10, "S2": 0}, {}, [U, U]),
        ({"S1": 100, "S2": 700, "S3": 100}, {}, [U, P, U]),
        ({"S1": 300, "S2": 400, "S3": 300}, {}, [U, U, U]),
        ({}, {}, []),
    ],
)
def test_who_says_clearly_more_tells(words, questions, roles):
    assert list(suggest_roles(words, questions).values()) == roles
