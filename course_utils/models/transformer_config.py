"""The sizes of a transformer, and the number of its weights."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

_COUNTS = (
    "source_size",
    "target_size",
    "width",
    "heads",
    "hidden",
    "encoder_layers",
    "decoder_layers",
    "longest",
)
_CHOICES = {"positions": ("sinusoidal", "learned"), "norm": ("pre", "post")}


@dataclass(frozen=True)
class TransformerConfig:
    """What a transformer is made of.

    Args:
        source_size: words of the source language, with the special ones.
        target_size: V, words of the target language.
        width: D, of every vector between two layers.
        heads: H; each has D / H places of the width.
        hidden: width inside a feed-forward layer.
        encoder_layers, decoder_layers: blocks of each stack.
        dropout: share of embeddings, attention weights, hidden and sublayers' outputs left out in training.
        longest: tokens of the longest sentence, `</s>` or `<s>` counted.
        positions: "sinusoidal" or "learned".
        norm: layer norm before ("pre") or after ("post") each sublayer.
        tied: the target embedding is the output matrix too (Press & Wolf 2017).

    Raises:
        ValueError: a size below 1, a dropout outside [0, 1), heads that do not divide the width, an odd width
            with sinusoidal positions, or an unknown kind of positions or norm.
        TypeError: a size that is no whole number.
    """

    source_size: int
    target_size: int
    width: int = 128
    heads: int = 4
    hidden: int = 256
    encoder_layers: int = 2
    decoder_layers: int = 2
    dropout: float = 0.1
    longest: int = 64
    positions: Literal["sinusoidal", "learned"] = "sinusoidal"
    norm: Literal["pre", "post"] = "pre"
    tied: bool = True

    def __post_init__(self) -> None:
        for name in _COUNTS:
            _check_count(name, getattr(self, name))
        if self.width % self.heads:
            raise ValueError(
                f"expected a width that {self.heads} heads divide, received {self.width}, which leaves "
                f"{self.width % self.heads}"
            )
        if not 0 <= self.dropout < 1:
            raise ValueError(f"expected a dropout from 0 to below 1, received {self.dropout!r}")
        for name, known in _CHOICES.items():
            if (received := getattr(self, name)) not in known:
                raise ValueError(f"expected {name} to be one of {', '.join(known)}, received {received!r}")
        if self.positions == "sinusoidal" and self.width % 2:
            raise ValueError(f"expected an even width for sinusoidal positions, received {self.width}")

    @property
    def head_width(self) -> int:
        """K."""
        return self.width // self.heads


def _check_count(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected {name} to be a whole number, received {value!r}")
    if value < 1:
        raise ValueError(f"expected {name} to be at least 1, received {value}")


def count_parameters(config: TransformerConfig) -> int:
    """The trained weights of `Transformer(config)`, by formula.

    An attention layer has 4 matrices D × D with a bias each, a feed-forward layer two matrices, D × hidden
    and back, and both biases; a layer norm scale and offset.
    """
    d, hidden = config.width, config.hidden
    attention, norm = 4 * (d * d + d), 2 * d
    feed_forward = d * hidden + hidden + hidden * d + d
    encoder = config.encoder_layers * (attention + feed_forward + 2 * norm)
    decoder = config.decoder_layers * (2 * attention + feed_forward + 3 * norm)
    last_norms = 2 * norm if config.norm == "pre" else 0
    places = 2 * config.longest * d if config.positions == "learned" else 0
    matrices = config.source_size + config.target_size * (1 if config.tied else 2)
    return encoder + decoder + last_norms + places + matrices * d


class FromConfig:
    """For layers and models whose `config` is a TransformerConfig: how Keras stores them."""

    config: TransformerConfig

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        return {**super().get_config(), "config": asdict(self.config)}  # type: ignore[misc]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The layer that `get_config` describes."""
        return cls(**{**config, "config": TransformerConfig(**config["config"])})
