"""The voice network: its published weights fit, and company in a batch changes nothing."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from models.audio.decode import decode  # noqa: E402
from models.audio.samples import open_samples  # noqa: E402
from models.problems import ProblemCode, RecordingProblem  # noqa: E402
from models.speaker_embedding import (  # noqa: E402
    DIMENSION,
    FEATURES,
    SpeakerEmbedder,
    SpeakerNetwork,
    fbank,
)


@pytest.fixture(scope="module")
def embedder(tmp_path_factory):
    """A network of random weights: what is tested holds for any."""
    torch.manual_seed(5)
    network = SpeakerNetwork()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    path = tmp_path_factory.mktemp("weights") / "weights.pt"
    torch.save(network.state_dict(), path)
    return SpeakerEmbedder(path)


def test_a_stretch_gets_the_same_vector_alone_and_in_company(embedder):
    stretches = [torch.randn(length, FEATURES) for length in (37, 100, 101, 333, 999, 12, 640)]
    together = embedder.embed(stretches)
    alone = torch.cat([embedder.embed([one]) for one in stretches])
    assert together.shape == (7, DIMENSION)
    assert torch.allclose(together, alone, atol=1e-4)


def test_the_level_of_a_recording_does_not_matter(embedder):
    stretch = torch.randn(300, FEATURES)
    assert torch.allclose(embedder.embed([stretch]), embedder.embed([stretch + 5.0]), atol=1e-3)


def test_nothing_to_hear_gives_no_vector(embedder):
    assert embedder.embed([torch.zeros(0, FEATURES)]).isnan().all()
    assert embedder.embed([]).shape == (0, DIMENSION)


def test_features_come_every_ten_milliseconds():
    assert fbank(torch.zeros(16_000)).shape == (98, FEATURES)
    assert len(fbank(torch.zeros(399))) == 0


def test_a_file_that_is_no_such_network_is_damaged(tmp_path):
    for name, content in {"text": b"weights", "empty": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RecordingProblem) as caught:
            SpeakerEmbedder(tmp_path / name)
        assert caught.value.code is ProblemCode.MODEL_DAMAGED
    torch.save({"head.conv1.weight": torch.zeros(1)}, tmp_path / "other.pt")
    with pytest.raises(RecordingProblem):
        SpeakerEmbedder(tmp_path / "other.pt")


@pytest.mark.models
def test_the_published_weights_fit_and_know_a_voice_again(models_folder, phone_call, tmp_path):
    voices = SpeakerEmbedder(models_folder / "campplus" / "campplus_cn_en_common.pt")
    sound = open_samples(tmp_path / decode(phone_call, tmp_path).samples).read()

    def voice(start_s: float, end_s: float):
        part = sound[round(start_s * 16_000) : round(end_s * 16_000)]
        (vector,) = voices.embed([fbank(torch.from_numpy(part))])
        return vector / vector.norm()

    diane, again, sheila = voice(10.8, 14.1), voice(18.7, 21.4), voice(22.0, 27.8)
    assert float(diane @ again) > float(diane @ sheila) + 0.1
    assert float(diane @ again) > float(again @ sheila) + 0.1
