"""``lytt plot`` writes a figure as coders have the interview, or as spoken when that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.cli.errors import Refusal
from service.cli.plots import write_plot
from tests.service.api.conftest import running_with


def test_a_figure_is_written_and_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_with(tmp_path) as running:
        monkeypatch.setenv("LYTT_DATA_DIR", str(running.state.settings.data_dir))
        name = running.transcript.utterances[0].words[-1].text
        out = tmp_path / "moment.svg"
        write_plot("D03-T2", "0", "0:08", out, as_spoken=False, force=False)
        assert name not in out.read_text()
        assert "D03-T2, wave 2" in out.read_text()
        with pytest.raises(Refusal, match="there already"):
            write_plot("D03-T2", "0", "0:08", out, as_spoken=True, force=False)
        write_plot("D03-T2", "0", "0:08", out, as_spoken=True, force=True)
        assert f">{name}<" in out.read_text()
        for from_, to, why in (("0:08", "0:02", "two minutes"), ("1:00:00", "1:00:05", "ends at")):
            with pytest.raises(Refusal, match=why):
                write_plot("D03-T2", from_, to, tmp_path / "other.svg", as_spoken=False, force=False)
        assert not (tmp_path / "other.svg").exists()
