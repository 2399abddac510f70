"""The network: a residual CNN of about 620 000 parameters for 128x128 grey films."""

from typing import Final

import torch
from torch import Tensor, nn

_WIDTHS: Final = (24, 48, 96, 120)
"""Channels at 64x64, 32x32, 16x16 and 8x8 pixels."""


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a way around them; `stride` 2 halves both sides."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        """Make a block from `channels_in` to `channels_out` feature maps."""
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
        )
        self.way_around: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            self.way_around = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride=stride, bias=False),
                nn.BatchNorm2d(channels_out),
            )

    def forward(self, features: Tensor) -> Tensor:
        """Map (n, channels_in, h, w) to (n, channels_out, h/stride, w/stride)."""
        return torch.relu(self.body(features) + self.way_around(features))


class PneumoniaNetwork(nn.Module):
    """Films of shape (n, 1, 128, 128) with values 0..1 to logits of shape (n,)."""

    def __init__(self) -> None:
        """Make a network with random weights (from torch's global generator)."""
        super().__init__()
        first, second, third, fourth = _WIDTHS
        self.features = nn.Sequential(
            nn.Conv2d(1, first, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(inplace=True),
            ResidualBlock(first, first, 1),
            ResidualBlock(first, second, 2),
            ResidualBlock(second, second, 1),
            ResidualBlock(second, third, 2),
            ResidualBlock(third, third, 1),
            ResidualBlock(third, fourth, 2),
        )
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(fourth, 1))

    def forward(self, films: Tensor) -> Tensor:
        """Return the logits; the grey levels are centred here so that every caller hands over plain 0..1."""
        logits: Tensor = self.head(self.features((films - 0.5) / 0.25))
        return logits.squeeze(1)


class CalibratedNetwork(nn.Module):
    """What is shipped: the network, its logits divided by the temperature, as probabilities."""

    def __init__(self, network: PneumoniaNetwork, temperature: float) -> None:
        """Wrap a trained network; `temperature` above 1 makes it less sure of itself."""
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, films: Tensor) -> Tensor:
        """Map films (n, 1, 128, 128) of 0..1 to probabilities of pneumonia (n,)."""
        return torch.sigmoid(self.network(films) / self.temperature)
