"""Lab 06, sequence to sequence."""

from __future__ import annotations

import re

import numpy as np
from keras import ops

from course_utils.checks.lab_06_seq2seq import references
from course_utils.text.tokenization import END, PAD, START
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("6.1", rejected_by="takes_sentences_without_words_and_any_ids", says=("another decoder input",))
def stores_ids_in_sixteen_bits(sentences):
    inputs, targets, mask = references.teacher_forcing(sentences)
    return inputs.astype(np.uint16), targets.astype(np.uint16), mask


@BANK.mutant("6.1", rejected_by="takes_sentences_without_words_and_any_ids", says=("another mask",))
def leaves_out_sentences_without_words(sentences):
    inputs, targets, mask = references.teacher_forcing(sentences)
    return inputs, targets, mask & (targets[:, :1] != END)


@BANK.mutant("6.2", rejected_by="goes_by_the_mask_alone", says=("before and between",))
def takes_as_many_as_are_real(batches):
    prefixes = [
        (logits, targets, np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True))
        for logits, targets, mask in batches
    ]
    return references.loss_and_accuracy(prefixes)


class StartsFromZerosOfThisBatch(references.Encoder):
    def call(self, source_ids):
        zeros = ops.zeros((source_ids.shape[0], self.sizes["units"]))
        mask = ops.not_equal(source_ids, PAD)
        _, h, c = self.lstm(self.embedding(source_ids), mask=mask, initial_state=[zeros, zeros])
        return h, c


BANK.mutant("6.3", rejected_by="batches_of_any_size_can_be_compiled", says=("batches of any size",))(
    StartsFromZerosOfThisBatch
)


class DropsAxesOfOne(references.EncoderDecoder):
    def step(self, token_ids, state):
        outputs, h, c = self.decoder(self.target_embedding(token_ids)[:, None], initial_state=state)
        return self.to_logits(outputs)[:, 0] if len(token_ids) > 1 else ops.squeeze(
            self.to_logits(outputs)
        ), (h, c)


BANK.mutant("6.4", rejected_by="translates_one_sentence_in_steps", says=("for one sentence",))(DropsAxesOfOne)


@BANK.mutant("6.5", rejected_by="ends_at_nothing_but_the_end", says=("<unk> and <s>",))
def ends_at_any_special_token(model, source_ids, max_length):
    last, state = np.full(len(source_ids), START), model.encode(source_ids)
    ended, columns = np.zeros(len(source_ids), bool), []
    while len(columns) < max_length and not ended.all():
        logits, state = model.step(last, state)
        last = np.argmax(logits, axis=-1)
        columns.append(np.where(ended, PAD, last))
        ended = ended | (last <= END)
    return np.stack(columns, axis=1)


@BANK.mutant("6.6", rejected_by="compares_whole_words", says=("he an the a",))
def looks_for_texts_in_texts(hypotheses, references, n):
    found = total = 0
    for said, asked in zip(hypotheses, references, strict=True):
        ngrams = [" ".join(said[i : i + n]) for i in range(len(said) - n + 1)]
        text = " ".join(asked)
        for ngram in set(ngrams):
            found += min(ngrams.count(ngram), len(re.findall(f"(?={re.escape(ngram)})", text)))
        total += len(ngrams)
    return found / total if total else 0.0
