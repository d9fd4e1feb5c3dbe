"""Answers to exercise 9.8, count_parameters(config)."""

from __future__ import annotations

import math
from dataclasses import replace

from tests.mutants.lab_09_transformer_blocks.bank import BANK


def parts(config):
    d, hidden = config.width, config.hidden
    return {"attention": 4 * (d * d + d), "feed_forward": 2 * d * hidden + hidden + d, "norm": 2 * d}


def in_all(config, attention, feed_forward, norm, *, tables=2, output=None, last=2, cross=1, cross_norm=1):
    d = config.width
    encoder = config.encoder_layers * (attention + feed_forward + 2 * norm)
    decoder = config.decoder_layers * ((1 + cross) * attention + feed_forward + (2 + cross_norm) * norm)
    places = tables * config.longest * d if config.positions == "learned" else 0
    output = (0 if config.tied else 1) if output is None else output
    words = (config.source_size + config.target_size * (1 + output)) * d
    return encoder + decoder + places + words + (last * norm if config.norm == "pre" else 0)


def right(config, **changes):
    return in_all(config, **parts(config), **changes)


def mutant(check, *says):
    return BANK.mutant("9.8", rejected_by=check, says=says)


ENCODER, DECODER, WORDS, PLACES, LAST, ALL = (
    "counts_an_encoder_block",
    "counts_a_decoder_block",
    "counts_the_words",
    "counts_learned_positions",
    "counts_the_last_norms",
    "counts_everything_together",
)


@mutant(ENCODER, "All biases are missing")
def forgets_all_biases(config):
    d, hidden = config.width, config.hidden
    return in_all(config, 4 * d * d, 2 * d * hidden, 2 * d)


@mutant(ENCODER, "4 · D are missing", "biases of attention's")
def forgets_the_biases_of_attention(config):
    return in_all(config, **{**parts(config), "attention": 4 * config.width**2})


@mutant(ENCODER, "feed-forward layer's biases are missing")
def forgets_the_biases_of_feed_forward(config):
    return in_all(config, **{**parts(config), "feed_forward": 2 * config.width * config.hidden})


@mutant(ENCODER, "scale and a shift")
def gives_a_norm_one_vector(config):
    return in_all(config, **{**parts(config), "norm": config.width})


@mutant(ENCODER, "4 · D are missing", "the 2 norms")
def forgets_the_norms(config):
    return in_all(config, **{**parts(config), "norm": 0})


@mutant(ENCODER, "4 matrices")
def forgets_the_output_matrix(config):
    return in_all(config, **{**parts(config), "attention": 3 * (config.width**2 + config.width)})


@mutant(ENCODER, "heads share the width")
def gives_each_head_the_whole_width(config):
    d = config.width
    return in_all(config, **{**parts(config), "attention": 4 * (config.heads * d * d + d)})


@mutant(ENCODER, "number of heads changes nothing")
def counts_an_attention_for_each_head(config):
    each = parts(config)
    return in_all(config, **{**each, "attention": config.heads * each["attention"]})


@mutant(ENCODER, "second bias has D numbers")
def gives_both_biases_the_hidden_width(config):
    d, hidden = config.width, config.hidden
    return in_all(config, **{**parts(config), "feed_forward": 2 * (d * hidden + hidden)})


@mutant(ENCODER, "first bias has hidden numbers")
def gives_both_biases_the_width(config):
    d, hidden = config.width, config.hidden
    return in_all(config, **{**parts(config), "feed_forward": 2 * (d * hidden + d)})


@mutant(ENCODER, "config.hidden")
def takes_four_times_the_width(config):
    return right(replace(config, hidden=4 * config.width))


@mutant(ENCODER, "encoder's blocks alone")
def takes_both_stacks_for_equally_high(config):
    return right(replace(config, decoder_layers=config.encoder_layers))


@mutant(ENCODER, "attributes")
def takes_the_config_for_a_dict(config):
    return config["width"]


@mutant(DECODER, "two attentions and three norms")
def takes_the_decoder_for_an_encoder(config):
    return right(config, cross=0, cross_norm=0)


@mutant(DECODER, "two attentions")
def forgets_cross_attention(config):
    return right(config, cross=0)


@mutant(DECODER, "3 norms")
def forgets_the_norm_of_cross_attention(config):
    return right(config, cross_norm=0)


@mutant(WORDS, "Tied means")
def counts_the_output_matrix_always(config):
    return right(config, output=1)


@mutant(WORDS, "one of its own")
def counts_the_output_matrix_never(config):
    return right(config, output=0)


@mutant(WORDS, "output has no bias")
def gives_the_output_a_bias(config):
    return right(config) + config.target_size


@mutant(WORDS, "source word")
def forgets_the_source_words(config):
    return right(config) - config.source_size * config.width


@mutant(PLACES, "each have a table")
def counts_one_table_of_places(config):
    return right(config, tables=1)


@mutant(PLACES, "same for both kinds")
def counts_no_table_of_places(config):
    return right(config, tables=0)


@mutant(PLACES, "other way round")
def counts_the_table_of_sines(config):
    other = "learned" if config.positions == "sinusoidal" else "sinusoidal"
    return right(replace(config, positions=other))


@mutant(LAST, "other way round")
def ends_in_a_norm_with_post_norm(config):
    return right(replace(config, norm="post" if config.norm == "pre" else "pre"))


@mutant(LAST, "same for both kinds")
def ends_in_a_norm_always(config):
    return right(replace(config, norm="pre"))


@mutant(LAST, "same for both kinds")
def forgets_the_last_norms(config):
    return right(config, last=0)


@mutant(LAST, "each end in a norm")
def counts_one_last_norm(config):
    return right(config, last=1)


@mutant(ALL, "too many")
def counts_a_score_for_each_head(config):
    return right(config) + 2 * config.heads


@mutant(ALL, "are missing")
def forgets_a_vector(config):
    return right(config) - config.width


@BANK.alternative("9.8")
def shape_by_shape(config):
    d, hidden = config.width, config.hidden
    norm, attention = [(d,)] * 2, [(d, d), (d,)] * 4
    feed_forward = [(d, hidden), (hidden,), (hidden, d), (d,)]
    shapes = (attention + feed_forward + 2 * norm) * config.encoder_layers
    shapes += (2 * attention + feed_forward + 3 * norm) * config.decoder_layers
    shapes += [(config.source_size, d), (config.target_size, d)]
    if not config.tied:
        shapes.append((config.target_size, d))
    if config.positions == "learned":
        shapes += [(config.longest, d)] * 2
    if config.norm == "pre":
        shapes += 2 * norm
    return sum(math.prod(shape) for shape in shapes)


@BANK.alternative("9.8")
def by_heads(config):
    """Each head's part by itself: they come to the same."""
    d, k = config.width, config.width // config.heads
    attention = config.heads * (3 * (d * k + k) + k * d) + d
    return in_all(config, **{**parts(config), "attention": attention})
