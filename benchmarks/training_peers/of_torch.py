"""PyTorch's nn.Transformer. In a process of its own: beside TensorFlow it crashes."""

from __future__ import annotations

import math

import torch
from torch import nn

from training_peers.sizes import (
    DROPOUT,
    HEADS,
    HIDDEN,
    LAYERS,
    PIECES,
    PRODUCT,
    SMOOTHING,
    WIDTH,
    Batch,
    Step,
)


def sinusoidal_positions(length: int) -> torch.Tensor:
    frequencies = 10_000.0 ** (-torch.arange(0, WIDTH, 2) / WIDTH)
    angles = torch.arange(length)[:, None] * frequencies
    return torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(length, WIDTH)


class TorchTransformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.source, self.target = (nn.Embedding(PIECES, WIDTH) for _ in range(2))
        for embedding in (self.source, self.target):
            nn.init.normal_(embedding.weight, std=WIDTH**-0.5)
        self.register_buffer("places", sinusoidal_positions(64))
        self.dropout = nn.Dropout(DROPOUT)
        sizes = WIDTH, HEADS, LAYERS, LAYERS, HIDDEN, DROPOUT
        self.transformer = nn.Transformer(*sizes, batch_first=True, norm_first=True)

    def embedded(self, embedding, ids):
        return self.dropout(embedding(ids) * math.sqrt(WIDTH) + self.places[: ids.shape[1]])

    def forward(self, source, inputs):
        length = inputs.shape[1]
        x = self.transformer(
            self.embedded(self.source, source),
            self.embedded(self.target, inputs),
            tgt_mask=torch.ones(length, length, dtype=torch.bool).triu(1),
            src_key_padding_mask=source == 0,
            tgt_key_padding_mask=inputs == 0,
            memory_key_padding_mask=source == 0,
            tgt_is_causal=True,
        )
        return x @ self.target.weight.T


def torch_step(compiled: bool) -> Step:
    model = TorchTransformer().train()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, betas=(0.9, 0.98), fused=True)
    run = torch.compile(model, dynamic=False) if compiled else model
    loss = nn.CrossEntropyLoss(ignore_index=0, label_smoothing=SMOOTHING)

    def step(batch: Batch) -> float:
        source, inputs, target = (torch.from_numpy(each).long() for each in batch)
        optimizer.zero_grad()
        value = loss(run(source, inputs).flatten(0, 1), target.flatten())
        value.backward()
        optimizer.step()
        return value.item()

    return step


def multiplied():
    """A large matrix product, ready to be done again and again."""
    matrix = torch.ones(PRODUCT, PRODUCT)
    return lambda: matrix @ matrix
