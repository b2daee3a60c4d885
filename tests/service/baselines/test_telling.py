"""What is usual for a person, in numbers and in words."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from models.nuance.summary import Feature
from service.baselines.telling import PersonBaseline, person_baseline
from service.cli.main import app
from service.study.applied import protocol_in_force
from service.vault.events import Wanted, read_events
from tests.service.baselines.made import NOT_AGREED, Installation, Voice


def of(study: Installation, person: str = "D03-C") -> PersonBaseline:
    with study.vault.engine.connect() as connection:
        return person_baseline(connection, person, protocol_in_force(connection))


def test_it_says_how_each_interview_differs_from_the_others(study: Installation) -> None:
    study.add("D03-C1", 40)
    study.add("D03-C2", 40, Voice(level=-45), seed=2)
    study.add("D03-C3", 40, Voice(letters=9), seed=3)
    study.add("D03-C4", 5, seed=4)
    study.bring()
    told = of(study)
    assert told.baseline is not None
    assert (told.baseline.utterances, told.baseline.interviews) == (125, 4)
    assert set(told.usual) == {Feature.PITCH, Feature.RANGE, Feature.RATE}
    assert [one.name for one in told.interviews] == ["D03-C1", "D03-C2", "D03-C3", "D03-C4"]
    assert told.interviews[1].said == ("no clear difference",), "a level is never compared"
    (said,) = told.interviews[2].said
    assert said.startswith("speaks 2")
    assert said.endswith(" spreads)")
    assert " % slower than in waves 1-2, 4 (" in said
    assert told.interviews[3].said == ("too little speech to compare",)
    assert told.why_not is None


def test_without_consent_nothing_is_put_together(study: Installation) -> None:
    study.add("D03-C1", 40)
    study.add("D03-C2", 40, Voice(letters=7), seed=2)
    study.bring()
    assert any("faster" in said for said in of(study).interviews[0].said)
    study.study(NOT_AGREED)
    told = of(study)
    assert (told.compared, told.baseline, told.usual) == (False, None, {})
    assert [(one.stretches, one.said) for one in told.interviews] == [(40, ()), (40, ())]
    assert told.why_not is not None
    assert "voiceprints" in told.why_not


def test_too_little_speech_is_said(study: Installation) -> None:
    assert of(study).interviews == ()
    study.add("D03-C1", 5)
    study.bring()
    told = of(study)
    assert told.baseline is not None
    assert not told.baseline.is_known
    assert told.why_not == "Too little speech so far: nothing is marked of it."


def test_the_command_prints_it_and_notes_that_it_was_seen(
    study: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    study.add("D03-C1", 40)
    study.add("D03-C2", 40, seed=2)
    study.bring()
    monkeypatch.setenv("LYTT_DATA_DIR", str(study.settings.data_dir))
    ran = CliRunner().invoke(app, ["baseline", "d03-c"])
    assert ran.exit_code == 0, ran.output
    assert "D03-C: 2 interviews, 2.7 minutes, 80 stretches" in ran.output
    assert "tempo: 12.0 letters a second" in ran.output
    assert "D03-C2: 1.3 minutes, 40 stretches; no clear difference" in ran.output
    as_json = json.loads(CliRunner().invoke(app, ["baseline", "D03-C", "--json"]).stdout)
    assert [one["name"] for one in as_json["waves"]] == ["D03-C1", "D03-C2"]
    refused = CliRunner().invoke(app, ["baseline", "D99-C"])
    assert refused.exit_code != 0
    with study.vault.engine.connect() as connection:
        events = read_events(connection, Wanted(limit=50))
    assert [one.subject for one in events if one.action == "baseline_seen"] == ["D03-C", "D03-C"]
