"""The course's transformer, and the same of Keras's own layers and of keras-hub's."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.models.losses import smoothed_loss
from course_utils.models.positions import sinusoidal_positions
from course_utils.models.transformer import Transformer, TransformerConfig
from training_peers.sizes import DROPOUT, HEADS, HIDDEN, LAYERS, PIECES, PRODUCT, SMOOTHING, WIDTH, Step


def ours(jit_compile: bool = True) -> Step:
    config = TransformerConfig(PIECES, PIECES, WIDTH, HEADS, HIDDEN, LAYERS, LAYERS, DROPOUT)
    return trained_by(Transformer(config), jit_compile)


def stock() -> Step:
    return trained_by(stock_model(pre=True), jit_compile=True)


def tutorial() -> Step:
    return trained_by(stock_model(pre=False), jit_compile=False)


def trained_by(model: keras.Model, jit_compile: bool) -> Step:
    """One step of any model of Keras: [source, inputs] -> logits."""
    optimizer = keras.optimizers.Adam(1e-3, beta_2=0.98)
    model([np.ones((2, 3), np.int32)] * 2)
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=jit_compile, reduce_retracing=not jit_compile)
    def step(source, inputs, target):
        with tf.GradientTape() as tape:
            logits = model([source, inputs], training=True)
            value = smoothed_loss(logits, target, target != 0, SMOOTHING)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(value, [each.value for each in variables]), variables)
        return value

    return lambda batch: float(step(*map(tf.constant, batch)))


def multiplied():
    """A large matrix product, ready to be done again and again."""
    matrix = tf.ones((PRODUCT, PRODUCT))
    return lambda: tf.matmul(matrix, matrix).numpy()


class KerasTransformer(keras.Model):
    """What stands around the blocks, of Keras's own layers. Blocks are called as keras-hub's are."""

    def __init__(self, encoder: list[Any], decoder: list[Any], pre: bool) -> None:
        super().__init__()
        normal = keras.initializers.RandomNormal(stddev=WIDTH**-0.5)
        self.source, self.target = (layers.Embedding(PIECES, WIDTH, normal) for _ in range(2))
        self.dropout = layers.Dropout(DROPOUT)
        self.encoder, self.decoder = encoder, decoder
        self.last = [layers.LayerNormalization(epsilon=1e-5) for _ in range(2)] if pre else []
        self.places = sinusoidal_positions(128, WIDTH)

    def embedded(self, embedding, ids, training):
        places = tf.constant(self.places)[: tf.shape(ids)[1]]
        return self.dropout(embedding(ids) * math.sqrt(WIDTH) + places, training=training)

    def call(self, inputs, training=False):
        masks = [ids != 0 for ids in inputs]
        memory = self.embedded(self.source, inputs[0], training)
        for block in self.encoder:
            memory = block(memory, padding_mask=masks[0], training=training)
        memory = self.last[0](memory) if self.last else memory
        x = self.embedded(self.target, inputs[1], training)
        for block in self.decoder:
            x = block(
                x, memory, decoder_padding_mask=masks[1], encoder_padding_mask=masks[0], training=training
            )
        x = self.last[1](x) if self.last else x
        return tf.matmul(x, tf.convert_to_tensor(self.target.embeddings), transpose_b=True)


class StockBlock(layers.Layer):
    """A block of the encoder or, with `cross`, of the decoder."""

    def __init__(self, cross: bool, pre: bool) -> None:
        super().__init__()
        self.cross, self.pre = cross, pre
        count = 2 if cross else 1
        self.attentions = [
            layers.MultiHeadAttention(HEADS, WIDTH // HEADS, dropout=DROPOUT) for _ in range(count)
        ]
        self.feed_forward = keras.Sequential(
            [layers.Dense(HIDDEN, activation="relu"), layers.Dropout(DROPOUT), layers.Dense(WIDTH)]
        )
        self.norms = [layers.LayerNormalization(epsilon=1e-5) for _ in range(count + 1)]
        self.dropouts = [layers.Dropout(DROPOUT) for _ in range(count + 1)]

    def call(
        self,
        x,
        memory=None,
        padding_mask=None,
        decoder_padding_mask=None,
        encoder_padding_mask=None,
        training=False,
    ):
        own = decoder_padding_mask if self.cross else padding_mask

        def to_itself(x):
            mask = own[:, None]
            return self.attentions[0](
                x, x, attention_mask=mask, use_causal_mask=self.cross, training=training
            )

        def to_memory(x):
            mask = encoder_padding_mask[:, None]
            return self.attentions[1](x, memory, attention_mask=mask, training=training)

        sublayers = [to_itself, *([to_memory] if self.cross else [])]
        sublayers.append(lambda x: self.feed_forward(x, training=training))
        for sublayer, norm, dropout in zip(sublayers, self.norms, self.dropouts, strict=True):
            made = dropout(sublayer(norm(x) if self.pre else x), training=training)
            x = x + made if self.pre else norm(x + made)
        return x


def stock_model(pre: bool) -> keras.Model:
    encoder, decoder = ([StockBlock(cross, pre) for _ in range(LAYERS)] for cross in (False, True))
    return KerasTransformer(encoder, decoder, pre)


def keras_hub() -> Step:
    from keras_hub.layers import TransformerDecoder, TransformerEncoder

    options: dict[str, Any] = {"dropout": DROPOUT, "normalize_first": True}
    encoder = [TransformerEncoder(HIDDEN, HEADS, **options) for _ in range(LAYERS)]
    decoder = [TransformerDecoder(HIDDEN, HEADS, **options) for _ in range(LAYERS)]
    return trained_by(KerasTransformer(encoder, decoder, pre=True), jit_compile=True)
