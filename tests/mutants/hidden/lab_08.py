"""Lab 08, self-attention."""

from __future__ import annotations

import numpy as np
from keras import ops

from course_utils.checks.lab_08_self_attention import references
from course_utils.models import multi_head
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("8.1", rejected_by="looks_up_in_the_smallest_tables", says=("another shape",))
def drops_axes_of_one(query, keys, values, temperature):
    result, weights = references.look_up(query, keys, values, temperature)
    return np.squeeze(result), weights


@BANK.mutant("8.2", rejected_by="takes_as_many_axes_as_there_are", says=("KeyError",))
def knows_up_to_four_axes(query, key, value, mask=None):
    products = {2: "tk,sk->ts", 3: "btk,bsk->bts", 4: "bhtk,bhsk->bhts"}
    scores = ops.einsum(products[len(query.shape)], query, key) / query.shape[-1] ** 0.5
    weights = ops.softmax(scores if mask is None else ops.where(mask, scores, -1e9), axis=-1)
    weights = weights if mask is None else ops.where(mask, weights, 0.0)
    return ops.matmul(weights, value), weights


@BANK.mutant("8.3", rejected_by="masks_long_sentences", says=("attention_mask raised",))
def cuts_from_a_triangle_of_64(token_ids, causal=False):
    mask, length = multi_head.padding_mask(token_ids), token_ids.shape[1]
    triangle = ops.convert_to_tensor(np.tri(64, dtype=bool)[:length, :length])
    return ops.logical_and(mask, triangle) if causal else mask


@BANK.mutant("8.4", rejected_by="cuts_into_many_heads", says=("cut into 13 heads",))
def cuts_into_eight_heads_at_most(x, heads):
    width = x.shape[-1] // heads
    return ops.stack([x[..., h * width : (h + 1) * width] for h in range(min(heads, 8))], axis=1)


class MaskOfTheQuery(references.MultiHeadAttention):
    def call(self, query, memory, mask=None, training=False):
        if mask is not None:
            length = query.shape[1]
            mask = ops.broadcast_to(mask, (query.shape[0], 1, length, length))
        return super().call(query, memory, mask=mask, training=training)


BANK.mutant("8.5", rejected_by="masks_a_memory_of_another_length", says=("MultiHeadAttention(3, 7)",))(
    MaskOfTheQuery
)


@BANK.mutant("8.6", rejected_by="finds_antecedents_behind_the_pronoun", says=("another share",))
def expects_antecedents_before(weights, pronouns, antecedents):
    places = np.argmax(np.asarray(weights)[np.arange(len(weights)), pronouns], axis=-1)
    hits = (places == np.asarray(antecedents)) & (places < np.asarray(pronouns))
    return float(np.mean(hits))
