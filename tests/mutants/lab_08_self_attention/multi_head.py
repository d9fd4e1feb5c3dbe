"""Answers to exercise 8.5, class MultiHeadAttention."""

from __future__ import annotations

import math

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_08_self_attention.bank import BANK
from tests.mutants.lab_08_self_attention.scaling import right as scaled_attention
from tests.mutants.lab_08_self_attention.splitting import right as split_heads


class Right(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, heads, head_width, **options):
        super().__init__(**options)
        self.heads, self.head_width = heads, head_width
        self.supports_masking = True

    def build(self, query_shape, memory_shape):
        d, m, h, k = query_shape[-1], memory_shape[-1], self.heads, self.head_width
        self.query_kernel, self.query_bias = self.add_weight(shape=(d, h, k)), self.add_weight(shape=(h, k))
        self.key_kernel, self.key_bias = self.add_weight(shape=(m, h, k)), self.add_weight(shape=(h, k))
        self.value_kernel, self.value_bias = self.add_weight(shape=(m, h, k)), self.add_weight(shape=(h, k))
        self.output_kernel, self.output_bias = self.add_weight(shape=(h, k, d)), self.add_weight(shape=(d,))

    def product(self, x, kernel, bias):
        """(B, S, H · K)."""
        joined = self.heads * self.head_width
        return ops.matmul(x, ops.reshape(kernel, (-1, joined))) + ops.reshape(bias, (joined,))

    def project(self, x, kernel, bias):
        return split_heads(self.product(x, kernel, bias), self.heads)

    def parts(self, query, memory):
        """Queries, keys and values."""
        return (
            self.project(query, self.query_kernel, self.query_bias),
            self.project(memory, self.key_kernel, self.key_bias),
            self.project(memory, self.value_kernel, self.value_bias),
        )

    def attend(self, queries, keys, values, mask):
        return scaled_attention(queries, keys, values, mask)

    def join(self, contexts):
        return ops.einsum("bhtk,hkd->btd", contexts, self.output_kernel) + self.output_bias

    def call(self, query, memory, mask=None):
        contexts, weights = self.attend(*self.parts(query, memory), mask)
        return self.join(contexts), weights

    def get_config(self):
        return {**super().get_config(), "heads": self.heads, "head_width": self.head_width}


def mutant(check, *says):
    return BANK.mutant("8.5", rejected_by=check, says=says)


PROJECT, COMPARES, JOIN = (
    "project_gives_each_head_its_part",
    "each_head_compares_with_its_own_maps",
    "outputs_join_the_heads",
)
MASK, NOTHING, REACHES, ANEW = (
    "the_mask_holds_for_every_head",
    "a_query_that_may_look_at_nothing_reads_nothing",
    "training_reaches_every_weight",
    "can_be_made_anew",
)


@mutant(PROJECT, "mixes words and heads")
class ReshapingWithoutTransposing(Right):
    def project(self, x, kernel, bias):
        shape = (-1, self.heads, x.shape[1], self.head_width)
        return ops.reshape(self.product(x, kernel, bias), shape)


@mutant(PROJECT, "every H-th number")
class DealingTheNumbersOut(Right):
    def project(self, x, kernel, bias):
        shape = (-1, x.shape[1], self.head_width, self.heads)
        return ops.transpose(ops.reshape(self.product(x, kernel, bias), shape), (0, 3, 1, 2))


@mutant(PROJECT, "another shape", "before the places")
class LeavingTheHeadsBehindThePlaces(Right):
    def project(self, x, kernel, bias):
        return ops.einsum("bsd,dhk->bshk", x, kernel) + bias


@mutant(PROJECT, "another shape", "not into self.head_width")
class CuttingByTheWidth(Right):
    def project(self, x, kernel, bias):
        return split_heads(self.product(x, kernel, bias), self.head_width)


@mutant(PROJECT, "your line", "self.heads")
class CuttingIntoTwo(Right):
    """As the lab's examples are."""

    def project(self, x, kernel, bias):
        return split_heads(self.product(x, kernel, bias), 2)


@mutant(PROJECT, "bias is missing")
class ProjectingWithoutTheBias(Right):
    def project(self, x, kernel, bias):
        return super().project(x, kernel, 0 * bias)


@mutant(COMPARES, "two arrays", "return outputs, weights")
class ReturningTheOutputsOnly(Right):
    def call(self, query, memory, mask=None):
        return super().call(query, memory, mask)[0]


@mutant(PROJECT, "has another shape", "got: shape (2, 5, 21)")
class LeavingTheHeadsSideBySide(Right):
    """What goes in as one row of H · K numbers stays one, until call cuts it."""

    def project(self, x, kernel, bias):
        return self.product(x, kernel, bias)

    def parts(self, query, memory):
        return tuple(split_heads(part, self.heads) for part in super().parts(query, memory))


@mutant(PROJECT, "your line", "(D, H · K)")
class MultiplyingByTheKernelAsItIs(Right):
    def project(self, x, kernel, bias):
        return split_heads(ops.matmul(x, kernel) + bias, self.heads)


@mutant(COMPARES, "outputs have another shape", "return outputs, weights")
class ReturningTheWeightsFirst(Right):
    def call(self, query, memory, mask=None):
        return super().call(query, memory, mask)[::-1]


@mutant(COMPARES, "your line", "come from memory")
class TakingAllFromTheQuery(Right):
    """Right for self-attention alone."""

    def parts(self, query, memory):
        return super().parts(query, query)


@mutant(COMPARES, "two arrays", "return outputs, weights")
class KeepingTheWeightsToItself(Right):
    def call(self, query, memory, mask=None):
        return super().call(query, memory, mask)[0], None


@mutant(COMPARES, "not scaled")
class ForgettingToScale(Right):
    def attend(self, queries, keys, values, mask):
        return scaled_attention(queries * math.sqrt(self.head_width), keys, values, mask)


@mutant(COMPARES, "root of H · K")
class ScalingByAllHeads(Right):
    def attend(self, queries, keys, values, mask):
        return scaled_attention(queries / math.sqrt(self.heads), keys, values, mask)


@mutant(COMPARES, "width D")
class ScalingByTheModelsWidth(Right):
    def call(self, query, memory, mask=None):
        queries, keys, values = self.parts(query, memory)
        queries = queries * math.sqrt(self.head_width / query.shape[-1])
        contexts, weights = self.attend(queries, keys, values, mask)
        return self.join(contexts), weights


@mutant(COMPARES, "values' kernel")
class TakingValuesForKeys(Right):
    def parts(self, query, memory):
        queries, _, values = super().parts(query, memory)
        return queries, values, values


@mutant(COMPARES, "its own kernel")
class AskingFromTheMemory(Right):
    """Right for self-attention alone; elsewhere as many places of the memory ask as there are queries."""

    def parts(self, query, memory):
        _, keys, values = super().parts(query, memory)
        asked = self.project(memory, self.key_kernel, self.query_bias)
        return asked[:, :, : query.shape[1]], keys, values


@mutant(COMPARES, "softmax(queries")
class SharingOneBias(Right):
    def parts(self, query, memory):
        queries, keys, values = super().parts(query, memory)
        return queries - self.query_bias[:, None] + self.key_bias[:, None], keys, values


@mutant(COMPARES, "weights have another shape", "cut into heads")
class AttendingWithoutHeads(Right):
    def attend(self, queries, keys, values, mask):
        queries, keys, values = (
            ops.reshape(ops.swapaxes(part, 1, 2), (part.shape[0], part.shape[2], -1))
            for part in (queries, keys, values)
        )
        context, weights = scaled_attention(queries, keys, values, mask)
        return split_heads(context, self.heads), weights


@mutant(COMPARES, "outputs have another shape", "are summed")
class KeepingTheHeadsApart(Right):
    def join(self, contexts):
        return ops.einsum("bhtk,hkd->bthd", contexts, self.output_kernel) + self.output_bias


@mutant(COMPARES, "your line", "two things")
class TakingBothForTheContexts(Right):
    def call(self, query, memory, mask=None):
        both = self.attend(*self.parts(query, memory), mask)
        return self.join(both), both


@mutant(JOIN, "averaged")
class AveragingTheHeads(Right):
    def join(self, contexts):
        summed = ops.einsum("bhtk,hkd->btd", contexts, self.output_kernel)
        return summed / self.heads + self.output_bias


@mutant(JOIN, "output bias is missing")
class JoiningWithoutTheBias(Right):
    def join(self, contexts):
        return ops.einsum("bhtk,hkd->btd", contexts, self.output_kernel)


@mutant(JOIN, "once for each head")
class AddingTheBiasOfEachHead(Right):
    def join(self, contexts):
        return ops.sum(ops.einsum("bhtk,hkd->bhtd", contexts, self.output_kernel) + self.output_bias, axis=1)


@mutant(JOIN, "query is added")
class AddingTheQuery(Right):
    """As a block of a transformer does, around the layer."""

    def call(self, query, memory, mask=None):
        outputs, weights = super().call(query, memory, mask)
        return query + outputs, weights


@mutant(JOIN, "Only the first head")
class UsingTheFirstHead(Right):
    def join(self, contexts):
        return ops.matmul(contexts[:, 0], self.output_kernel[0]) + self.output_bias


@mutant(JOIN, "keys are read")
class ReadingTheKeys(Right):
    def parts(self, query, memory):
        queries, keys, _ = super().parts(query, memory)
        return queries, keys, keys


@mutant(JOIN, "without transposing back")
class JoiningWithoutTransposingBack(Right):
    def join(self, contexts):
        joined = self.heads * self.head_width
        rows = ops.reshape(contexts, (-1, contexts.shape[2], joined))
        return ops.matmul(rows, ops.reshape(self.output_kernel, (joined, -1))) + self.output_bias


@mutant(JOIN, "first one's part")
class SharingThePartOfTheFirstHead(Right):
    def join(self, contexts):
        return ops.einsum("bhtk,kd->btd", contexts, self.output_kernel[0]) + self.output_bias


@mutant(JOIN, "sum over heads")
class LeavingTheOutputKernelOut(Right):
    """The heads side by side are the outputs, cut to the model's width."""

    def join(self, contexts):
        rows = ops.reshape(ops.transpose(contexts, (0, 2, 1, 3)), (contexts.shape[0], contexts.shape[2], -1))
        return rows[:, :, : self.output_bias.shape[0]]


@mutant(MASK, "mask does nothing")
class IgnoringTheMask(Right):
    def attend(self, queries, keys, values, mask):
        return scaled_attention(queries, keys, values)


@mutant(MASK, "comes after the softmax")
class MaskingAfterTheSoftmax(Right):
    def attend(self, queries, keys, values, mask):
        _, weights = scaled_attention(queries, keys, values)
        weights = weights if mask is None else weights * ops.cast(mask, "float32")
        return ops.matmul(weights, values), weights


@mutant(MASK, "the places that are left")
class MaskingTheFirstHeadOnly(Right):
    def attend(self, queries, keys, values, mask):
        if mask is None:
            return scaled_attention(queries, keys, values)
        first = ops.arange(self.heads)[:, None, None] == 0
        return scaled_attention(queries, keys, values, mask | ~first)


@mutant(MASK, "the places that are left")
class KnowingOnlyPadding(Right):
    """Takes of any mask the last row, which of a causal one is all True."""

    def attend(self, queries, keys, values, mask):
        return scaled_attention(queries, keys, values, None if mask is None else mask[:, :, -1:])


@mutant(MASK, "the places that are left")
class KnowingOnlyTheFuture(Right):
    """Takes of any mask the first sentence, whose places are all real."""

    def attend(self, queries, keys, values, mask):
        return scaled_attention(queries, keys, values, None if mask is None else mask[:1])


@mutant(NOTHING, "see exercise 8.2")
class SharingAmongTheForbidden(Right):
    def attend(self, queries, keys, values, mask):
        scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / math.sqrt(self.head_width)
        weights = ops.softmax(scores if mask is None else ops.where(mask, scores, -1e9), axis=-1)
        return ops.matmul(weights, values), weights


@mutant(NOTHING, "not NaN")
class MaskingWithMinusInfinity(Right):
    def attend(self, queries, keys, values, mask):
        scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / math.sqrt(self.head_width)
        weights = ops.softmax(scores if mask is None else ops.where(mask, scores, -np.inf), axis=-1)
        return ops.matmul(weights, values), weights


@mutant(REACHES, "gradient must arrive at", "NumPy")
class ProjectingInNumPy(Right):
    def product(self, x, kernel, bias):
        return ops.convert_to_tensor(ops.convert_to_numpy(super().product(x, kernel, bias)))


@mutant(REACHES, "value's kernel")
class JoiningInNumPy(Right):
    def join(self, contexts):
        summed = np.einsum(
            "bhtk,hkd->btd", np.asarray(contexts), np.asarray(ops.convert_to_tensor(self.output_kernel))
        )
        return ops.convert_to_tensor(summed) + self.output_bias


@mutant(REACHES, "query's kernel", "stop_gradient")
class TakingTheWeightsAsGiven(Right):
    def attend(self, queries, keys, values, mask):
        _, weights = scaled_attention(queries, keys, values, mask)
        weights = ops.stop_gradient(weights)
        return ops.matmul(weights, values), weights


@mutant(ANEW, "get_config must hold")
class WithAConfigWithoutSizes(Right):
    def get_config(self):
        return super(Right, self).get_config()


@mutant(ANEW, "these sizes again")
class WithAConfigOfOtherSizes(Right):
    def get_config(self):
        return {**super().get_config(), "heads": self.head_width, "head_width": self.heads}


@BANK.alternative("8.5")
class ByEinsum(Right):
    def project(self, x, kernel, bias):
        return ops.einsum("bsd,dhk->bhsk", x, kernel) + bias[:, None]


@BANK.alternative("8.5")
class HeadByHead(Right):
    def project(self, x, kernel, bias):
        return ops.stack([ops.matmul(x, kernel[:, h]) + bias[h] for h in range(self.heads)], axis=1)

    def join(self, contexts):
        return sum(
            (ops.matmul(contexts[:, h], self.output_kernel[h]) for h in range(self.heads)), self.output_bias
        )


@BANK.alternative("8.5")
class SideBySide(Right):
    def join(self, contexts):
        joined = self.heads * self.head_width
        rows = ops.reshape(ops.transpose(contexts, (0, 2, 1, 3)), (-1, contexts.shape[2], joined))
        return ops.matmul(rows, ops.reshape(self.output_kernel, (joined, -1))) + self.output_bias
