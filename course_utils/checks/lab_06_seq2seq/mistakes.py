"""What the likely mistakes with a decoder's state give: where an answer gives the same, the mistake is named."""

from __future__ import annotations

import numpy as np

from course_utils.checks.lab_06_seq2seq import oracles
from course_utils.checks.lab_06_seq2seq.material import Array, Ids
from course_utils.checks.lab_06_seq2seq.oracles import Network, State


def misdecoded(network: Network, inputs: Ids, state: State) -> dict[str, Array]:
    """A mistake in a call -> the logits (B, T, V) that it gives."""
    h, c = state
    each_anew = [network.logits(inputs[:, t : t + 1], state) for t in range(inputs.shape[1])]
    return {
        "The decoder starts from zeros: the source is lost. initial_state=self.encode(source_ids)": (
            network.logits(inputs, (0 * h, 0 * c))
        ),
        "h and c are exchanged on the way: the state is (h, c).": network.logits(inputs, (c, h)),
        "h is handed over twice, and c not at all.": network.logits(inputs, (h, h)),
        "The memory c is not handed over: the decoder starts from h and zeros.": (
            network.logits(inputs, (h, 0 * c))
        ),
        "These are probabilities: leave the softmax to the loss.": softmax(network.logits(inputs, state)),
        "Each place starts from the encoder's state: only the first does, the others go on.": (
            np.concatenate(each_anew, axis=1)
        ),
    }


def misstepped(network: Network, inputs: Ids, state: State) -> dict[str, Array]:
    """A mistake in a step, with inputs (B, 1) -> the logits (B, V) that it gives."""
    h, c = state
    in_the_wrong_table, _ = oracles.outputs(network.source_table[inputs], network.decoder, state=state)
    found = {
        "It starts from zeros instead of the state that it is given.": network.logits(inputs, (0 * h, 0 * c)),
        "These are probabilities: step gives logits, as a call does.": softmax(network.logits(inputs, state)),
        "The token is looked up among the source's vectors: self.target_embedding(token_ids).": (
            network.to_logits(in_the_wrong_table)
        ),
    }
    return {mistake: logits[:, 0] for mistake, logits in found.items()}


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis."""
    exponentials: Array = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
