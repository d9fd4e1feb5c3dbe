"""Lab 07, attention."""

from __future__ import annotations

from keras import ops

from course_utils.checks.lab_07_attention import references
from course_utils.models import attention, metrics
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant(
    "7.1", rejected_by="takes_one_sentence_one_place_one_number", says=("the context has another shape",)
)
def drops_all_axes_of_one(scores, states, mask=None):
    _, weights = references.attend(scores, states, mask)
    return ops.squeeze(ops.matmul(weights[:, None], states)), weights


class ScoresWithoutAxesOfOne(attention.DotAttention):
    def scores(self, query, keys):
        return ops.squeeze(ops.matmul(keys, query[:, :, None]))


BANK.mutant("7.2", rejected_by="compares_one_query_with_one_place", says=("DotAttention()",))(
    ScoresWithoutAxesOfOne
)


class SentenceBySentence(attention.GeneralAttention):
    def scores(self, query, keys):
        return ops.stack([ops.sum(query[b] * keys[b], axis=-1) for b in range(query.shape[0])])


BANK.mutant("7.3", rejected_by="batches_of_any_size_can_be_compiled", says=("of any size",))(
    SentenceBySentence
)


class PlaceByPlace(attention.AdditiveAttention):
    def keys(self, memory):
        places = [super(PlaceByPlace, self).keys(memory[:, s : s + 1]) for s in range(memory.shape[1])]
        return ops.concatenate(places, axis=1)


BANK.mutant("7.4", rejected_by="sentences_of_any_length_can_be_compiled", says=("of any size",))(PlaceByPlace)


class NeedsAMask(references.AttentionCell):
    def call(self, vector, h, c, memory, mask=None):
        return super().call(vector, h, c, memory, mask=ops.cast(mask, "bool"))


BANK.mutant("7.5", rejected_by="steps_without_a_mask", says=("None",))(NeedsAMask)


@BANK.mutant("7.6", rejected_by="tells_far_places_apart", says=("though digits agree",))
def writes_links_as_texts(predicted, gold):
    texts = [[{f"{s}{t}" for s, t in links} for links in each] for each in (predicted, gold)]
    return metrics.alignment_error_rate(*texts)
