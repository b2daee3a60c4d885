"""`lytt find` by group, role and wave: over both stores, with a phrase and without."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from models.values import Transcript
from service.cli.errors import Refusal
from service.cli.main import app
from service.coding.store import Origin, open_coding_store, receive
from service.naming import InterviewName
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.study.applied import Study
from service.study.files import template
from service.study.filing import set_date
from service.vault import tables
from service.vault.recordings import now
from service.vault.store import open_vault

PLACES = (
    (InterviewName("D03", "T", 2),),
    (InterviewName("D03", "C", 1), InterviewName("D03", "C", 2)),
    (InterviewName("D05", "C", 2),),
    (InterviewName("D05", "C", 1),),
)


@pytest.fixture
def stores(tmp_path: Path, conversation: Transcript, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Four interviews of a study, one of two waves and one without words yet; the second is released."""
    monkeypatch.setenv("LYTT_DATA_DIR", str(tmp_path))
    settings = Settings(data_dir=tmp_path)
    vault, coding = open_vault(settings), open_coding_store(settings)
    (tmp_path / "study.toml").write_text(template("dyads"))
    assert Study(vault, tmp_path).current().protocol is not None
    for number, places in enumerate(PLACES):
        interview_id = f"{number:032x}"
        first = places[0]
        with vault.engine.begin() as connection:
            connection.execute(
                sa.insert(tables.interview).values(
                    id=interview_id,
                    name=first.study_id,
                    group_code=first.group,
                    role_code=first.role,
                    wave=first.wave,
                    title=first.study_id,
                    created_at=now(),
                )
            )
            for place in places:
                row = {"group_code": place.group, "role_code": place.role, "wave": place.wave}
                connection.execute(sa.insert(tables.place).values(interview_id=interview_id, **row))
            if number < 3:
                keep_transcript(connection, interview_id, conversation, ())
            if number == 1:
                set_date(connection, interview_id, date(2023, 3, 11), "steward")
        if number == 1:
            roles = {"T": "therapist", "C": "client"}
            with coding.engine.begin() as connection:
                receive(connection, interview_id, Origin(places, date(2023, 3, 11), roles), conversation, 1)
    vault.close()
    coding.close()
    return settings


def find(*words: str) -> Result:
    return CliRunner().invoke(app, ["find", *words])


def places(result: Result) -> list[str]:
    """The first word of each line: the interview."""
    assert result.exit_code == 0, result.output
    return [line.split(" [")[0] for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--group", "D03"], ["D03-C1", "D03-T2"]),
        (["--group", "d3"], ["D03-C1", "D03-T2"]),
        (["--role", "client"], ["D03-C1", "D05-C2"]),
        (["--role", "C", "--wave", "2"], ["D03-C1", "D05-C2"]),
        (["--role", "client", "--wave", "2", "--group", "D03"], ["D03-C1"]),
        (["--role", "client", "--wave", "2", "--group", "D03", "--coding"], ["D03-C1"]),
        (["--wave", "2", "--coding"], ["D03-C1"]),
        (["--wave", "2", "--speaker", "participant", "--interview", "D03-T2"], ["D03-T2"]),
    ],
)
def test_a_phrase_is_looked_for_in_a_part_of_the_study(options: list[str], found: list[str]) -> None:
    assert places(find("held my hand", *options)) == found


@pytest.mark.usefixtures("stores")
def test_without_a_phrase_the_interviews_are_listed(conversation: Transcript) -> None:
    assert conversation.duration_ms < 60_000
    listed = find("--role", "client").stdout.splitlines()
    assert [line.split("  ")[:2] for line in listed] == [
        ["D03-C1 + D03-C2", "2023-03-11"],
        ["D05-C1", "no date"],
        ["D05-C2", "no date"],
    ]
    assert listed[1].endswith("no transcript yet")
    assert find("--role", "client", "--wave", "2", "--group", "D03").stdout.startswith("D03-C1 + D03-C2")
    assert find("--wave", "1", "--coding").stdout.startswith("D03-C1 + D03-C2")


@pytest.mark.usefixtures("stores")
def test_nothing_found_is_told_by_the_exit_code() -> None:
    assert find("held", "--group", "D99").exit_code == 1
    assert find("--group", "D99").exit_code == 1
    assert find("held", "--role", "therapist", "--coding").exit_code == 1


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["held", "--role", "gardener"], "There is no such role"),
        (["--role", "interviewer"], "says who speaks"),
        (["--role", "interviewer", "--coding"], "says who speaks"),
        ([], "Say what to look for"),
        (["--speaker", "participant", "--wave", "2"], "Say what to look for"),
    ],
)
def test_what_cannot_be_looked_for_is_told(words: list[str], said: str) -> None:
    result = find(*words)
    assert isinstance(result.exception, Refusal)
    assert said in str(result.exception)
