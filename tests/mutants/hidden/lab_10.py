"""Lab 10, transformer translation."""

from __future__ import annotations

import numpy as np
from keras import ops

from course_utils.checks.lab_10_transformer_translation import references
from course_utils.models import losses, metrics
from course_utils.models.multi_head import causal_mask, padding_mask
from tests.mutants import Bank

BANK = Bank()


def _prefix(mask):
    lengths = ops.sum(ops.cast(mask, "int32"), axis=1, keepdims=True)
    return ops.arange(mask.shape[1])[None] < lengths


@BANK.mutant("10.1", rejected_by="goes_by_the_mask_alone", says=("before and between",))
def takes_as_many_as_are_real(logits, targets, mask):
    return losses.masked_accuracy(logits, targets, _prefix(mask))


class MasksByNumPy(references.TranslationTransformer):
    def call(self, inputs, training=False):
        source_ids, target_ids = inputs
        source_mask = (np.asarray(source_ids) != 0)[:, None, None]
        x = self.dropout(self.source_embedding(source_ids), training=training)
        memory, _ = self.encoder(x, mask=source_mask, training=training)
        target_mask = ops.logical_and(causal_mask(target_ids.shape[1]), padding_mask(target_ids))
        y = self.dropout(self.target_embedding(target_ids), training=training)
        y, _, _ = self.decoder(y, memory, self_mask=target_mask, memory_mask=source_mask, training=training)
        return ops.matmul(y, ops.transpose(self.target_embedding.table))


BANK.mutant("10.2", rejected_by="can_be_compiled", says=("Training compiles the call",))(MasksByNumPy)


@BANK.mutant("10.3", rejected_by="padding_may_stand_anywhere", says=("before and between",))
def smooths_as_many_as_are_real(logits, targets, mask, smoothing=0.1):
    return losses.smoothed_loss(logits, targets, _prefix(mask), smoothing)


@BANK.mutant("10.4", rejected_by="takes_steps_of_any_shape", says=("learning_rate raised",))
def goes_through_a_row_of_steps(step, width, warmup):
    if np.ndim(step) == 0:
        return references.learning_rate(step, width, warmup)
    return np.array([float(references.learning_rate(each, width, warmup)) for each in step])


@BANK.mutant("10.5", rejected_by="takes_any_number_of_checkpoints", says=("23 checkpoints",))
def takes_the_last_five(checkpoints):
    return references.average_weights(checkpoints[-5:])


@BANK.mutant("10.6", rejected_by="takes_any_number_of_layers_and_heads", says=("head_error_rates",))
def makes_room_for_two_layers_of_three_heads(weights, source_lengths, target_lengths, gold):
    rates = np.zeros((2, 3))
    for layer in range(2):
        for head in range(3):
            links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
            rates[layer, head] = metrics.alignment_error_rate(links, gold)
    return rates
