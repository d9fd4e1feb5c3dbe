"""Exercise 10.2: encoder, decoder and what stands around them become a translator."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_10_transformer_translation.material import LAB, REFERENCES, Array, Ids
from course_utils.checks.lab_10_transformer_translation.model_errors import EXCEPTIONS
from course_utils.checks.lab_10_transformer_translation.plans import planned
from course_utils.checks.layers import LayerCandidate, LayerHandle

transformer = LAB.exercise(
    "10.2",
    name="TranslationTransformer",
    title="the transformer, put together",
    points=4,
    difficulty=3,
    candidate=LayerCandidate,
    reference=f"{REFERENCES}:TranslationTransformer",
    uses=("keras", "tensorflow"),
    hints=(
        "Five steps: the source's mask; embed and encode the source; the target's mask; embed and decode the target; "
        "logits by the target embedding's table.",
        "x = self.dropout(self.source_embedding(source_ids), training=training), and memory, _ = self.encoder(x, "
        "mask=source_mask, training=training). The same embedding and dropout for the target.",
        "target_mask = ops.logical_and(causal_mask(target_ids.shape[1]), padding_mask(target_ids)), and x, _, _ = "
        "self.decoder(x, memory, self_mask=target_mask, memory_mask=source_mask, training=training).",
        "return ops.matmul(x, ops.transpose(self.target_embedding.table))",
    ),
)

B, S, T, SOURCE_SIZE, TARGET_SIZE = 2, 5, 7, 13, 11


def config(**changes: Any) -> Any:
    """A transformer of the smallest kind; untied, so that the inherited call has other logits."""
    from course_utils.models.transformer import TransformerConfig

    sizes = {"width": 6, "heads": 2, "hidden": 5, "encoder_layers": 1, "decoder_layers": 1, "longest": 17}
    return TransformerConfig(SOURCE_SIZE, TARGET_SIZE, **{**sizes, "dropout": 0.4, "tied": False, **changes})


@cache
def _architecture() -> Any:
    from course_utils.checks.lab_10_transformer_translation.references import TranslationTransformer

    model = TranslationTransformer(config())
    model.build()
    return model


def trusted(rng: np.random.Generator) -> Any:
    """The package's transformer, with weights large enough that nothing in it is without effect."""
    model = _architecture()
    for weight in model.weights:
        matrix = len(weight.shape) > 1
        drawn = rng.normal(0 if matrix else 0.5, 0.7 if matrix else 0.3, weight.shape)
        weight.assign(drawn.astype("float32"))
    return model


def drawn_ids(rng: np.random.Generator) -> tuple[Ids, Ids]:
    """Sources (B, S) and decoder inputs (B, T) without padding."""
    source = rng.integers(4, SOURCE_SIZE, (B, S), "int32")
    return source, rng.integers(4, TARGET_SIZE, (B, T), "int32")


def built(candidate: LayerCandidate, model: Any) -> LayerHandle:
    """The student's model with the weights of the trusted one."""
    with exceptions_mean(known=EXCEPTIONS):
        handle = candidate(model.config)
        handle.invoke("build")
    handle.set_weights(model.get_weights())
    _expect_own_call(handle, model)
    return handle


def _expect_own_call(handle: LayerHandle, model: Any) -> None:
    """The package's call takes the output matrix of an untied model; the exercise's takes the table."""
    from course_utils.models.transformer import Transformer

    ids = np.array([[4, 5]], "int32")
    with exceptions_mean(known=EXCEPTIONS):
        got = handle([ids, ids])
    inherited = np.asarray(Transformer.call(model, [ids, ids]))
    expect(
        not (
            isinstance(got, np.ndarray)
            and got.shape == inherited.shape
            and np.allclose(got, inherited, atol=1e-4)
        ),
        "the call of the package's Transformer was used",
        expected="a call of your own",
        got="the logits of the inherited one",
        cause="call is what you write: put the parts together yourself, from self.source_embedding to the logits.",
    )


def logits_of(handle: LayerHandle, source: Ids, target: Ids) -> Array:
    """The logits (B, T, V) that a call gives."""
    with exceptions_mean(known=EXCEPTIONS):
        got = handle([source, target])
    problem = "call must return the logits, one array"
    cause = "return the logits alone: the weights of attention are not asked for."
    if isinstance(got, tuple | list):
        expect(False, problem, expected="an array", got=got, cause=cause)
    logits = expect_array(got, problem, cause="call gives nothing back: is its return missing?")
    _expect_logits_shape(logits, len(source), source.shape[1], target.shape[1])
    return logits


def _expect_logits_shape(logits: Array, batch: int, sources: int, targets: int) -> None:
    shape = (batch, targets, TARGET_SIZE)
    causes = {
        (
            *shape[:2],
            config().width,
        ): "These are the decoder's vectors: times the transposed table they become logits.",
        (*shape[:2], SOURCE_SIZE): "There is a logit for each Hungarian word: the English table is "
        "self.target_embedding.table.",
        (batch, sources, TARGET_SIZE): "There is a row for each source word: the decoder reads the target.",
    }
    expect_shape(
        logits,
        shape,
        f"{batch} sentences, {sources} source and {targets} target places, {TARGET_SIZE} English words",
        axes="(B, T, V)",
        cause=causes.get(logits.shape, ""),
    )


@transformer.check(
    hints=(
        "What is at place t of the decoder input has been written already; what is behind it has not.",
        "causal_mask(T) is True where a place may be looked at: hand it to the decoder, as part of self_mask.",
    )
)
def sees_no_later_word(candidate, rng):
    """changing a later word leaves the earlier logits exactly as they were"""
    model = trusted(rng)
    handle, (source, target) = built(candidate, model), drawn_ids(rng)
    before = logits_of(handle, source, target)
    place = int(rng.integers(2, T - 1))
    changed = target.copy()
    changed[:, place] = 4 + (changed[:, place] - 3) % (TARGET_SIZE - 4)
    after = logits_of(handle, source, changed)
    difference = float(np.abs(after - before)[:, :place].max())
    if difference:
        _expect_the_same(before, logits_of(handle, source, target))
    expect(
        difference == 0,
        f"word {place} of the decoder input was changed: the logits of the places before it must stay",
        expected="no difference",
        got=f"a difference of {difference:.3g}",
        cause="The decoder's own mask must hold causal_mask(T), True where the key is not later than the query.",
    )
    expect(
        bool(np.any(after[:, place] != before[:, place])),
        f"word {place} of the decoder input was changed: the logits at its own place must change",
        expected="other logits",
        got="the same logits",
        cause="The decoder input begins with <s> already: place t may see the words up to t, its own too.",
    )


def _expect_the_same(before: Array, again: Array) -> None:
    expect_arrays_close(
        again,
        before,
        "the same sentences a second time, without training=True: the logits must be the same",
        axes="(B, T, V)",
        cause="Dropout must do nothing here: training=training, not training=True. (Or is a layer made anew in each "
        "call?)",
    )


@transformer.check(
    hints=(
        "Padding of the source may be seen neither by the encoder nor by the decoder: the same mask twice.",
        "source_mask = padding_mask(source_ids): self.encoder(..., mask=source_mask), self.decoder(..., "
        "memory_mask=source_mask).",
    )
)
def padding_of_the_source_changes_nothing(candidate, rng):
    """padding behind the source changes no logit"""
    model = trusted(rng)
    handle, (source, target) = built(candidate, model), drawn_ids(rng)
    before = logits_of(handle, source, target)
    padded = np.pad(source, ((0, 0), (0, 4)))
    expect_arrays_close(
        logits_of(handle, padded, target),
        before,
        "4 places of padding behind the source",
        axes="(B, T, V)",
        cause="The padding is seen: source_mask = padding_mask(source_ids) goes into the encoder and, as memory_mask, "
        "into the decoder.",
        mistakes={
            "The encoder sees the padding: mask=source_mask.": planned(
                model, padded, target, encoder_masked=False
            ),
            "The decoder sees the padding of the memory: memory_mask=source_mask.": planned(
                model, padded, target, memory_masked=False
            ),
        },
    )


@transformer.check(
    hints=(
        "Padding may stand in front, too. Then the causal mask does not hide it: it comes earlier.",
        "ops.logical_and(causal_mask(...), padding_mask(target_ids)) is True where both are.",
    )
)
def padding_in_front_changes_nothing(candidate, rng):
    """padding in front of both sentences moves the logits, and changes none"""
    model = trusted(rng)
    handle, (source, target) = built(candidate, model), drawn_ids(rng)
    before = logits_of(handle, source, target)
    padded = np.pad(source, ((0, 0), (3, 0))), np.pad(target, ((0, 0), (2, 0)))
    expect_arrays_close(
        logits_of(handle, *padded)[:, 2:],
        before,
        "3 places of padding in front of the source, 2 in front of the target: the logits of the words",
        axes="(B, T, V)",
        cause="Either the padding is seen, or the places are counted from it: the embeddings count from the first real "
        "token, and self_mask must leave the padding out, too.",
        mistakes={
            "The decoder sees the padding in front of its own words: self_mask needs padding_mask(target_ids), "
            "too.": planned(model, *padded, target_masked=False)[:, 2:],
            "The places are counted from the padding: self.source_embedding and self.target_embedding count from "
            "the first real token.": planned(model, *padded, counted_from_padding=True)[:, 2:],
        },
    )


@transformer.check(
    hints=("Compare with the picture in the text: what goes into which part, and in which order?",)
)
def equals_the_trusted_transformer(candidate, rng):
    """with the same weights it gives the same logits as the package's transformer"""
    model = trusted(rng)
    handle, (source, target) = built(candidate, model), drawn_ids(rng)
    got, wanted = logits_of(handle, source, target), planned(model, source, target)
    wrong = not np.allclose(got, wanted, rtol=1e-4, atol=1e-4)
    expect_arrays_close(
        got,
        wanted,
        "the package's weights, and training=False",
        axes="(B, T, V)",
        cause="Does each part get what the text says? Dropout must do nothing unless training is True.",
        mistakes={**_wrong_parts(model, source, target), **_wrong_logits(wanted)} if wrong else {},
        tolerance=1e-4,
    )


def _wrong_parts(model: Any, source: Ids, target: Ids) -> dict[str, Array]:
    """A likely mistake on the way through the parts -> the logits that it gives."""
    return {
        "The decoder reads the source's embedding: it must read what the encoder makes of it.": planned(
            model, source, target, encoded=False
        ),
        "Place t does not see its own word: causal_mask(T) is True there, since the decoder input is one word "
        "behind already.": planned(model, source, target, own_word=False),
        "The encoder sees no later words: only the decoder must not. Its mask is padding_mask(source_ids).": planned(
            model, source, target, encoder_causal=True
        ),
        "The embeddings multiply by √D already: take them as they are.": planned(
            model, source, target, times=math.sqrt(config().width)
        ),
        "These are rows of the tables alone: self.source_embedding(ids) multiplies them by √D and adds the "
        "places.": planned(model, source, target, placed=False, times=config().width ** -0.5),
        "The tokens' vectors have no places: self.source_embedding(ids) adds them, its table alone does "
        "not.": planned(model, source, target, placed=False),
    }


def _wrong_logits(wanted: Array) -> dict[str, Array]:
    """A likely mistake at the end -> the logits that it gives."""
    scale = math.sqrt(config().width)
    return {
        "These are probabilities: the loss wants logits, without a softmax.": _softmax(wanted),
        "The logits are divided by √D: the table is taken as it is.": wanted / scale,
        "The logits are multiplied by √D: the table is taken as it is.": wanted * scale,
        "The rows are one place late: decoder input and logits belong together place by place.": np.roll(
            wanted, 1, axis=1
        ),
    }


def _softmax(logits: Array) -> Array:
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))
