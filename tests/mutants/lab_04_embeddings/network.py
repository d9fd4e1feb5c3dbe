"""Answers to exercise 4.2, window_model(vocabulary_size, n, width, hidden)."""

from __future__ import annotations

import keras
from keras import layers, ops

from tests.mutants.lab_04_embeddings.bank import BANK


def mutant(check, *says):
    return BANK.mutant("4.2", rejected_by=check, says=says)


def stacked(n, *parts):
    return keras.Sequential([layers.Input((n - 1,), dtype="int32"), *parts])


@mutant("gives_a_number_for_each_word", "must give a Keras layer or model", "is return missing")
def returns_nothing(vocabulary_size, n, width, hidden):
    stacked(n, layers.Embedding(vocabulary_size + 1, width))


@mutant("gives_a_number_for_each_word", "(3, 3, 11)", "Flatten belongs")
def without_flatten(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Dense(hidden, activation="relu"), layers.Dense(vocabulary_size))


@mutant("gives_a_number_for_each_word", "(3, 12)", "<s> is never predicted")
def predicts_the_start_token(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(
        n, table, layers.Flatten(), layers.Dense(hidden, "relu"), layers.Dense(vocabulary_size + 1)
    )


@mutant("gives_a_number_for_each_word", "(3, 7)", "hidden layer")
def without_the_last_layer(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, activation="relu"))


@mutant("gives_a_number_for_each_word", "(3, 1)", "Dense(vocabulary_size)")
def ends_in_one_number(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, activation="relu"), layers.Dense(1))


@mutant("has_a_row_for_the_start_token", "12 rows", "shape (11, 5)")
def without_a_row_for_the_start(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, "relu"), layers.Dense(vocabulary_size))


@mutant("has_these_layers", "added or averaged", "side by side")
def averages_the_vectors(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    pool = layers.GlobalAveragePooling1D()
    return stacked(n, table, pool, layers.Dense(hidden, activation="relu"), layers.Dense(vocabulary_size))


@mutant("has_these_layers", "one Dense is missing")
def without_the_hidden_layer(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(vocabulary_size))


@mutant("has_these_layers", "more layers than asked for")
def with_two_hidden_layers(vocabulary_size, n, width, hidden):
    dense = [layers.Dense(hidden, activation="relu") for _ in range(2)]
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), *dense, layers.Dense(vocabulary_size))


@mutant("has_these_layers", "`hidden` units")
def with_a_hidden_layer_of_the_width(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(width, "relu"), layers.Dense(vocabulary_size))


@mutant("has_these_layers", "these shapes", "with its bias")
def without_a_bias(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    last = layers.Dense(vocabulary_size, use_bias=False)
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, activation="relu"), last)


@mutant("gives_logits", "these are probabilities", "taken twice")
def ends_in_a_softmax(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    last = layers.Dense(vocabulary_size, activation="softmax")
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, activation="relu"), last)


@mutant("gives_logits", "never are", "without an activation")
def ends_in_a_relu(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    last = layers.Dense(vocabulary_size, activation="relu")
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, activation="relu"), last)


@mutant("computes_what_a_loop_does", "no activation")
def without_relu(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden), layers.Dense(vocabulary_size))


@mutant("computes_what_a_loop_does", "a tanh")
def with_tanh(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, "tanh"), layers.Dense(vocabulary_size))


@mutant("computes_what_a_loop_does", "a sigmoid")
def with_sigmoid(vocabulary_size, n, width, hidden):
    table = layers.Embedding(vocabulary_size + 1, width)
    return stacked(n, table, layers.Flatten(), layers.Dense(hidden, "sigmoid"), layers.Dense(vocabulary_size))


@mutant("computes_what_a_loop_does", "side by side")
def with_the_context_turned_round(vocabulary_size, n, width, hidden):
    inputs = keras.Input((n - 1,), dtype="int32")
    x = layers.Embedding(vocabulary_size + 1, width)(ops.flip(inputs, axis=1))
    x = layers.Dense(hidden, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(vocabulary_size)(x))


@mutant("is_the_same_in_training", "training=True", "dropout")
def drops_out(vocabulary_size, n, width, hidden):
    model = keras.Sequential([layers.Embedding(vocabulary_size + 1, width), layers.Flatten()])
    model.add(layers.Dense(hidden, activation="relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(vocabulary_size))
    return model


@mutant("gives_a_number_for_each_word", "expected shape=(None, 4)", "keras.Input((n - 1,))")
def expects_n_ids(vocabulary_size, n, width, hidden):
    inputs = keras.Input((n,), dtype="int32")
    vectors = layers.Flatten()(layers.Embedding(vocabulary_size + 1, width)(inputs))
    return keras.Model(
        inputs, layers.Dense(vocabulary_size)(layers.Dense(hidden, activation="relu")(vectors))
    )


@mutant("gives_a_number_for_each_word", "first how many rows the table has")
def exchanges_rows_and_width(vocabulary_size, n, width, hidden):
    model = keras.Sequential([layers.Embedding(width, vocabulary_size + 1), layers.Flatten()])
    model.add(layers.Dense(hidden, activation="relu"))
    model.add(layers.Dense(vocabulary_size))
    return model


@BANK.alternative("4.2")
def functional(vocabulary_size, n, width, hidden):
    inputs = keras.Input((n - 1,), dtype="int32")
    x = layers.Embedding(vocabulary_size + 1, width)(inputs)
    x = layers.Reshape(((n - 1) * width,))(x)
    x = layers.ReLU()(layers.Dense(hidden)(x))
    return keras.Model(inputs, layers.Dense(vocabulary_size)(x))


@BANK.alternative("4.2")
def without_an_input(vocabulary_size, n, width, hidden):
    model = keras.Sequential()
    model.add(layers.Embedding(vocabulary_size + 1, width))
    model.add(layers.Flatten())
    model.add(layers.Dense(hidden, activation=ops.relu))
    model.add(layers.Dense(vocabulary_size, activation="linear"))
    return model


@BANK.alternative("4.2")
def as_a_class_of_its_own(vocabulary_size, n, width, hidden):
    class Window(keras.Model):
        def __init__(self):
            super().__init__()
            self.table = layers.Embedding(vocabulary_size + 1, width)
            self.mix = layers.Dense(hidden, activation="relu")
            self.choose = layers.Dense(vocabulary_size)

        def call(self, contexts):
            return self.choose(self.mix(ops.reshape(self.table(contexts), (-1, (n - 1) * width))))

    return Window()
