"""The transformer's call, part by part: the right one, and those that go another way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_utils.checks.lab_10_transformer_translation.oracles import Array, Ids, Mask


def planned(
    model: Any,
    source: Ids,
    target: Ids,
    *,
    encoder_masked: bool = True,
    memory_masked: bool = True,
    target_masked: bool = True,
    own_word: bool = True,
    encoder_causal: bool = False,
    encoded: bool = True,
    placed: bool = True,
    counted_from_padding: bool = False,
    times: float = 1.0,
) -> Array:
    """The logits (B, T, V) of a trusted model; each argument that is not its default is a mistake."""
    source_mask = (source != 0)[:, None, None, :]
    everything = np.ones_like(source_mask)
    target_mask = _not_later(target, own_word)
    if target_masked:
        target_mask = target_mask & (target != 0)[:, None, None, :]
    encoder_mask = source_mask if encoder_masked else everything
    if encoder_causal:
        encoder_mask = encoder_mask & _not_later(source)
    count = {"placed": placed, "counted_from_padding": counted_from_padding}
    x = times * _embedded(model.source_embedding, source, **count)
    if encoded:
        x, _ = model.encoder(x, mask=encoder_mask)
    y, _, _ = model.decoder(
        times * _embedded(model.target_embedding, target, **count),
        x,
        self_mask=target_mask,
        memory_mask=source_mask if memory_masked else everything,
    )
    return np.asarray(y) @ np.asarray(model.target_embedding.table).T


def _not_later(ids: Ids, own_word: bool = True) -> Mask:
    """(1, 1, T, T), True where the key is not later than the query; without `own_word`, where it is earlier."""
    length = ids.shape[1]
    return np.tril(np.ones((length, length), bool), 0 if own_word else -1)[None, None]


def _embedded(embedding: Any, ids: Ids, *, placed: bool, counted_from_padding: bool) -> Array:
    """√D · (vector of the token) + (vector of its place)."""
    table = np.asarray(embedding.table)
    width = table.shape[1]
    first_real = np.argmax(ids != 0, axis=1)[:, None]
    places = np.maximum(np.arange(ids.shape[1]) - first_real, 0)
    if counted_from_padding:
        places = np.broadcast_to(np.arange(ids.shape[1]), ids.shape)
    vectors = table[ids] * math.sqrt(width)
    return np.asarray(vectors + np.asarray(embedding.places)[places] if placed else vectors)
