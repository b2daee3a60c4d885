"""A voice as a vector: the CAM++ network, and the Kaldi features it hears.

The architecture is that of Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification
Using Context-Aware Masking" (Interspeech 2023, arXiv:2303.00332), with the names of the published weights
(3D-Speaker, ``speech_campplus_sv_zh_en_16k-common_advanced``), so that they load strictly. This version
takes stretches of different lengths in one batch, and gives each what it would get alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from models.problems import ProblemCode, RecordingProblem

FEATURES = 80
DIMENSION = 192
FRAMES_PER_SECOND = 100
FRAME_SAMPLES = 400  # 25 ms at 16 kHz, every 10 ms

# Figures of the published network (paper, table 1, and the weights' shapes).
_HEAD_CHANNELS = 32
_CHANNELS = 128
_GROWTH = 32
_BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation
_SEGMENT = 100  # frames of 20 ms whose mean is the local context
# Batches come in few shapes, because the convolution library keeps a prepared kernel, with its memory, for each
# shape it has met: a gigabyte with shapes of every length, measured.
_LENGTH_STEP = 100
_BATCH_SIZE = 4


def fbank(audio: Tensor) -> Tensor:
    """Kaldi log-mel features (frames, 80) of 16 kHz mono audio in -1..1.

    Frame i covers the samples from 160 i to 160 i + 400.
    """
    from torchaudio.compliance import kaldi

    if len(audio) < FRAME_SAMPLES:
        return torch.zeros(0, FEATURES)
    features: Tensor = kaldi.fbank(audio[None], num_mel_bins=FEATURES, sample_frequency=16_000, dither=0.0)
    return features


class SpeakerNetwork(nn.Module):
    """Features of several stretches → one vector each."""

    def __init__(self) -> None:
        super().__init__()
        self.head = _Head()
        layers: dict[str, nn.Module] = {}
        layers["tdnn"] = _Affine(self.head.channels, _CHANNELS, kernel=5, stride=2)
        channels = _CHANNELS
        for number, (count, dilation) in enumerate(_BLOCKS, start=1):
            layers[f"block{number}"] = _DenseBlock(channels, count, dilation)
            channels += count * _GROWTH
            layers[f"transit{number}"] = _Transit(channels)
            channels //= 2
        layers["out_nonlinear"] = _Norm(channels)
        layers["dense"] = _Projection(channels * 2)
        self.xvector = nn.ModuleDict(layers)

    def forward(self, features: Tensor, lengths: Tensor) -> Tensor:
        """``features`` (batch, frames, 80), padded behind ``lengths`` (batch,) → (batch, 192)."""
        frames = features.shape[1]
        mask = (torch.arange(frames, device=features.device) < lengths[:, None]).to(features.dtype)
        x = self.head(features.transpose(1, 2), mask)
        # A stride of 2 halves the time axis; the first frame of each pair stays.
        x, mask = self.xvector["tdnn"](x), mask[:, None, ::2]
        x = x * mask
        for number in range(1, len(_BLOCKS) + 1):
            x = self.xvector[f"transit{number}"](self.xvector[f"block{number}"](x, mask))
        x = self.xvector["out_nonlinear"](x)
        embedded: Tensor = self.xvector["dense"](_statistics(x, mask))
        return embedded


class _Norm(nn.Module):
    """Batch normalisation, then the positive part."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.batchnorm = nn.BatchNorm1d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu_(self.batchnorm(x))


class _ResidualBlock(nn.Module):
    def __init__(self, stride: int) -> None:
        super().__init__()
        c = _HEAD_CHANNELS
        self.conv1 = nn.Conv2d(c, c, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c)
        self.conv2 = nn.Conv2d(c, c, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(c, c, 1, stride=(stride, 1), bias=False), nn.BatchNorm2d(c)
            )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        inner = functional.relu_(self.bn1(self.conv1(x))).mul_(mask)
        return functional.relu_(self.bn2(self.conv2(inner)).add_(self.shortcut(x))).mul_(mask)


class _Head(nn.Module):
    """Two-dimensional convolutions that look at the mel bands and keep the time axis."""

    def __init__(self) -> None:
        super().__init__()
        c = _HEAD_CHANNELS
        self.channels = c * FEATURES // 8
        self.conv1 = nn.Conv2d(1, c, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c)
        self.layer1 = nn.ModuleList([_ResidualBlock(2), _ResidualBlock(1)])
        self.layer2 = nn.ModuleList([_ResidualBlock(2), _ResidualBlock(1)])
        self.conv2 = nn.Conv2d(c, c, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c)

    def forward(self, bands: Tensor, mask: Tensor) -> Tensor:
        mask = mask[:, None, None]
        x = functional.relu_(self.bn1(self.conv1(bands[:, None] * mask))).mul_(mask)
        for block in (*self.layer1, *self.layer2):
            x = block(x, mask)
        x = functional.relu_(self.bn2(self.conv2(x))).mul_(mask)
        return x.flatten(1, 2)


class _Affine(nn.Module):
    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)
        self.nonlinear = _Norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.nonlinear(self.linear(x))
        return result


class _DenseBlock(nn.Module):
    """Every layer hears all layers before it."""

    def __init__(self, channels: int, count: int, dilation: int) -> None:
        super().__init__()
        for number in range(count):
            self.add_module(f"tdnnd{number + 1}", _MaskedLayer(channels + number * _GROWTH, dilation))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x, mask)], dim=1)
        return x


class _MaskedLayer(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _Norm(channels)
        self.linear1 = nn.Conv1d(channels, _CHANNELS, 1, bias=False)
        self.nonlinear2 = _Norm(_CHANNELS)
        self.cam_layer = _ContextMask(dilation)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        hidden = self.nonlinear2(self.linear1(self.nonlinear1(x))).mul_(mask)
        result: Tensor = self.cam_layer(hidden, mask)
        return result


class _ContextMask(nn.Module):
    """Weighs a local view by what the whole stretch and the surrounding two seconds are like."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(_CHANNELS, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(_CHANNELS, _CHANNELS // 2, 1)
        self.linear2 = nn.Conv1d(_CHANNELS // 2, _GROWTH, 1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        frames = x.shape[-1]
        padding = -frames % _SEGMENT
        parts = functional.pad(x, (0, padding)).reshape(*x.shape[:-1], -1, _SEGMENT).sum(-1)
        counts = functional.pad(mask, (0, padding)).reshape(*mask.shape[:-1], -1, _SEGMENT).sum(-1)
        context = parts.sum(-1, keepdim=True) / counts.sum(-1, keepdim=True) + parts / counts.clamp(min=1.0)
        # The mask is the same for all frames of a segment: computed once a segment, then spread.
        weights = torch.sigmoid(self.linear2(functional.relu_(self.linear1(context))))
        spread = weights.repeat_interleave(_SEGMENT, dim=-1)[..., :frames]
        local: Tensor = self.linear_local(x)
        return local.mul_(spread)


class _Transit(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = _Norm(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.linear(self.nonlinear(x))
        return result


class _Projection(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(inputs, DIMENSION, 1, bias=False)
        self.nonlinear = nn.Sequential()
        self.nonlinear.add_module("batchnorm", nn.BatchNorm1d(DIMENSION, affine=False))

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.nonlinear(self.linear(x[..., None])[..., 0])
        return result


def _statistics(x: Tensor, mask: Tensor) -> Tensor:
    """Mean and standard deviation over the frames of each stretch."""
    count = mask.sum(-1)
    mean = (x * mask).sum(-1) / count
    spread = ((x - mean[..., None]).square() * mask).sum(-1) / (count - 1).clamp(min=1.0)
    return torch.cat([mean, spread.sqrt()], dim=-1)


class SpeakerEmbedder:
    """Embeds stretches of features, many at a time."""

    def __init__(self, weights: Path, device: torch.device | None = None) -> None:
        """Load the weights file. Raises RecordingProblem ``MODEL_DAMAGED`` when it is not what it should be."""
        self.device = device or torch.device("cpu")
        self._network = SpeakerNetwork()
        try:
            state = torch.load(weights, map_location="cpu", weights_only=True)
            self._network.load_state_dict(state, strict=True)
        except (UnpicklingError, RuntimeError, ValueError, OSError, KeyError, EOFError, AttributeError):
            raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None
        _fold_norms(self._network.eval())
        self._network.to(self.device)

    def embed(self, stretches: Sequence[Tensor]) -> Tensor:
        """One vector for each stretch of features (frames, 80): (len(stretches), 192), in their order.

        Features are mean-normalised over the stretch, as in the training of the network.
        """
        result = torch.full((len(stretches), DIMENSION), float("nan"))
        for batch in _batches([len(stretch) for stretch in stretches]):
            chosen = [stretches[index].float() for index in batch]
            longest = max(len(one) for one in chosen)
            padded = torch.zeros(_BATCH_SIZE, -(-longest // _LENGTH_STEP) * _LENGTH_STEP, FEATURES)
            # Rows that aren't used have one frame, so that nothing is divided by zero.
            lengths = torch.ones(_BATCH_SIZE)
            for row, one in enumerate(chosen):
                padded[row, : len(one)] = one - one.mean(0)
                lengths[row] = len(one)
            with torch.inference_mode():
                vectors = self._network(padded.to(self.device), lengths.to(self.device))
            result[batch] = vectors[: len(batch)].cpu()
        return result


def _fold_norms(network: SpeakerNetwork) -> None:
    """Put each normalisation that follows a convolution into its weights: the same numbers in less time."""

    def fold(owner: nn.Module, convolution: str, norm_owner: nn.Module, norm: str) -> None:
        fused = fuse_conv_bn_eval(getattr(owner, convolution), getattr(norm_owner, norm))
        setattr(owner, convolution, fused)
        setattr(norm_owner, norm, nn.Identity())

    for module in list(network.modules()):
        if isinstance(module, _Head | _ResidualBlock):
            fold(module, "conv1", module, "bn1")
            fold(module, "conv2", module, "bn2")
        if isinstance(module, _ResidualBlock) and len(module.shortcut):
            fold(module.shortcut, "0", module.shortcut, "1")
        if isinstance(module, _Affine):
            fold(module, "linear", module.nonlinear, "batchnorm")
        if isinstance(module, _MaskedLayer):
            fold(module, "linear1", module.nonlinear2, "batchnorm")


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indices of the non-empty stretches in batches of similar length."""
    order = sorted((index for index, length in enumerate(lengths) if length), key=lambda i: -lengths[i])
    return [order[first : first + _BATCH_SIZE] for first in range(0, len(order), _BATCH_SIZE)]
