"""Drawn tracks through the API: of everything in the vault, without what is redacted on the coding side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.nuance.blanking import MARGIN_MS
from models.values import Span
from service.accounts.permissions import Role
from service.coding.sounds import known_files, sound_of
from service.redacted_sound.renditions import rendition_of
from service.vault import tables
from tests.service.api.conftest import House, house_with
from tests.service.reviewing import review

VAULT, CODING = "/api/interviews/D03-T2", "/api/coding/interviews/D03-T2"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running service with a released interview whose first line ends in a name."""
    with house_with(tmp_path_factory.mktemp("tracks")) as one:
        review(one.state.vault, one.state.coding, one.interview_id)
        answer = one.as_role(Role.STEWARD).post(f"{VAULT}/release")
        assert answer.status_code == 200, answer.text
        yield one


def masked(home: House) -> tuple[Span, ...]:
    with home.state.vault.engine.connect() as connection:
        kept = rendition_of(connection, home.interview_id)
    assert kept is not None
    return kept.masked


def test_the_vault_has_the_curves_of_everything(home: House) -> None:
    told = home.as_role(Role.STEWARD).get(f"{VAULT}/track?points=100").json()
    assert told["silenced"] == []
    assert len(told["level"]["middle"]) <= 100
    assert len(told["level"]["middle"]) * told["bin_ms"] >= home.transcript.duration_ms
    for curve in ("pitch", "level", "tilt", "harmonicity"):
        assert {len(values) for values in told[curve].values()} == {len(told["level"]["middle"])}
    (mask,) = masked(home)
    stretch = (
        home.as_role(Role.STEWARD).get(f"{VAULT}/track?from_ms={mask.start_ms}&to_ms={mask.end_ms}").json()
    )
    assert (stretch["from_ms"] - mask.start_ms) in range(16)
    assert stretch["bin_ms"] == 16
    assert all(level > -40 for level in stretch["level"]["least"])


def test_coders_have_none_of_it_where_the_sound_is_redacted(home: House) -> None:
    (mask,) = masked(home)
    told = home.as_role(Role.CODER).get(f"{CODING}/track?points=8000").json()
    assert told["silenced"] == [{"start_ms": mask.start_ms - MARGIN_MS, "end_ms": mask.end_ms + MARGIN_MS}]
    for curve in ("pitch", "level", "tilt", "harmonicity"):
        for values in told[curve].values():
            for number, value in enumerate(values):
                at = told["from_ms"] + number * told["bin_ms"]
                if mask.start_ms - MARGIN_MS <= at < mask.end_ms + MARGIN_MS:
                    assert value is None
    assert any(value is not None for value in told["level"]["middle"])


@pytest.mark.parametrize(
    ("query", "status"), [("from_ms=500&to_ms=500", 422), ("points=0", 422), ("points=9000", 422)]
)
def test_what_is_no_stretch_is_refused(home: House, query: str, status: int) -> None:
    assert home.as_role(Role.STEWARD).get(f"{VAULT}/track?{query}").status_code == status
    assert home.as_role(Role.CODER).get(f"{CODING}/track?{query}").status_code == status


def test_a_coder_does_not_see_the_vaults_track(home: House) -> None:
    assert home.as_role(Role.CODER).get(f"{VAULT}/track").status_code == 403
    assert home.as_role(Role.CODER).get(f"{VAULT}/plot.svg?from_ms=0&to_ms=5000").status_code == 403


def test_a_figure_has_the_words_of_its_side_and_is_an_event(home: House) -> None:
    name = home.transcript.utterances[0].words[-1].text
    query = "plot.svg?from_ms=0&to_ms=8000"
    steward, lead = home.as_role(Role.STEWARD), home.as_role(Role.LEAD)
    spoken = steward.get(f"{VAULT}/{query}&anonymised=false")
    assert spoken.headers["content-type"] == "image/svg+xml"
    assert 'filename="D03-T2_0-8000.svg"' in spoken.headers["content-disposition"]
    assert f">{name}<" in spoken.text
    for answer in (steward.get(f"{VAULT}/{query}"), lead.get(f"{CODING}/{query}")):
        assert answer.status_code == 200
        assert name not in answer.text
        assert "blank where the sound is redacted" in answer.text
        assert "D03-T2, wave 2, 00:00:00-00:00:" in answer.text
    made = [dict(one.detail) for one in home.events(action="figure_exported")]
    assert {"from_ms": 0, "to_ms": 8000, "anonymised": 0} in made
    assert {"from_ms": 0, "to_ms": 8000, "anonymised": 1} in made
    assert home.events(action="released_exported")
    assert home.as_role(Role.CODER).get(f"{CODING}/{query}").status_code == 403


def test_a_figure_is_of_two_minutes_at_most(home: House) -> None:
    answer = home.as_role(Role.STEWARD).get(f"{VAULT}/plot.svg?from_ms=0&to_ms=120001")
    assert answer.status_code == 422
    assert "two minutes" in answer.json()["detail"]


def test_the_coders_track_lies_encrypted_and_goes_with_the_sound(tmp_path: Path) -> None:
    with house_with(tmp_path) as home:
        review(home.state.vault, home.state.coding, home.interview_id)
        home.as_role(Role.STEWARD).post(f"{VAULT}/release")
        with home.state.coding.engine.connect() as connection:
            sound = sound_of(connection, home.interview_id)
            known = known_files(connection)
        assert sound is not None
        assert sound.track is not None
        assert sound.track.name in known
        file = home.state.settings.coding_folder / sound.track.name
        assert b"LYTTNUAN" not in file.read_bytes()
        with home.state.coding.files.file(sound.track).open() as stream:
            assert stream.read(8) == b"LYTTNUAN"
        home.as_role(Role.STEWARD).delete(f"{VAULT}/release")
        assert not file.exists()
        assert home.as_role(Role.CODER).get(f"{CODING}/track").status_code == 404


def test_a_sound_that_was_passed_on_without_a_track_gets_one_when_there_is_one(tmp_path: Path) -> None:
    with house_with(tmp_path) as home:
        review(home.state.vault, home.state.coding, home.interview_id)
        table = tables.rendition
        with home.state.vault.engine.begin() as connection:
            track = connection.execute(sa.select(table.c.track)).scalar_one()
            connection.execute(sa.update(table).values(track=None))
        home.as_role(Role.STEWARD).post(f"{VAULT}/release")
        missing = home.as_role(Role.CODER).get(f"{CODING}/track")
        assert missing.status_code == 404
        assert "not measured" in missing.json()["detail"]
        with home.state.vault.engine.begin() as connection:
            connection.execute(sa.update(table).values(track=track))
        home.as_role(Role.STEWARD).post(f"{VAULT}/release")
        assert home.as_role(Role.CODER).get(f"{CODING}/track").status_code == 200
