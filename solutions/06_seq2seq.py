# %% [markdown]
# # Lab 06: sequence to sequence
#
# > a nővérem megfőzte a finom kenyeret .
# >
# > my sister cooked the delicious bread .
#
# Seven tokens of Hungarian, seven of English: it looks as if one could replace word by word. But *my* is no word at all
# in Hungarian, only the *-m* at the end of *nővérem*, and the first *a* is no word in English; *kenyeret*, bread, has
# its *-t* because something was done to it. Other sentences grow, shrink and change their order: *szomjas vagyok*,
# *thirsty am*, is *i am thirsty*. So a model that replaces one word after another cannot
# translate, and a language model like that of lab 05 has no place to put the Hungarian in.
#
# This lab puts two of lab 05's networks together. The first reads the Hungarian sentence and ends in a state. The second
# starts *from that state* and writes English. That is all: the whole meaning of a sentence goes through one row of
# numbers. That it works at all is astonishing, and you will measure where it stops working.
#
# **After this lab you can**
#
# - prepare pairs of sentences for a decoder: what it is given, what it must say, and what does not count;
# - build an encoder–decoder in Keras, train it, save it, and translate with it, a batch at a time;
# - measure a translation with BLEU, and say what BLEU counts;
# - show that one state of fixed width is a bottleneck, and for which sentences it is too narrow.
#
# **Before you start:** lab 05 (LSTM, state, mask), lab 03 (token ids, padding). **Time:** about two hours. The notebook
# itself runs in about a minute and a half.
#
# <!-- exercises -->

# %%
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

import course_utils.backend  # loads Keras without TensorFlow's page of notes
import keras
import numpy as np
from keras import ops

from course_utils import check, hint, progress, student_or_reference
from course_utils.models import decoding, metrics, plotting, plotting_translation, recurrent, scoreboard, training
from course_utils.models.ibm1 import IBM1
from course_utils.text.pipeline import pair_batches
from course_utils.text.tokenization import END, PAD, START, WordTokenizer
from course_utils.text.world import World

keras.utils.set_random_seed(6)
world = World(seed=1)
records = {
    split: world.sentences(count, split)
    for split, count in {"train": 20_000, "validation": 1_000, "test": 2_000, "long": 2_300, "compositional": 2_000}.items()
}
for record in records["test"][:6]:
    print(f"{' '.join(record.hungarian):50} {' '.join(record.english)}")

# %% [markdown]
# ## 1. Two sequences and four special ids
#
# Each language gets a vocabulary of its own, from the training pairs, as in lab 03. Four ids are the same in both: `PAD`
# 0, `UNKNOWN` 1, `START` 2 and `END` 3. A source sentence is closed by `</s>`, so that the reader knows that no word is
# missing.
#
# One thing is done to the source that looks absurd: it is **turned round**. The network will read *. kenyeret finom a …*,
# the last word first. Sutskever, Vinyals and Le (2014) got clearly better translations by it, with nothing else changed:
# the first word of the source is then read just before the first word of the translation is written. Whether it helps
# here too, you will see in section 10.


# %%
def as_ids(sentences, tokenizer):
    """Lists of tokens as lists of ids."""
    return [tokenizer.encode(" ".join(tokens)) for tokens in sentences]


def as_words(ids, tokenizer):
    """A list of ids as a list of tokens."""
    return [tokenizer.vocabulary[id] for id in ids]


def backwards(sentences):
    """Each list of ids, the last id first."""
    return [ids[::-1] for ids in sentences]


hungarian = WordTokenizer.train([" ".join(record.hungarian) for record in records["train"]], 10_000)
english = WordTokenizer.train([" ".join(record.english) for record in records["train"]], 10_000)
source_ids = {split: backwards(as_ids([r.hungarian for r in each], hungarian)) for split, each in records.items()}
target_ids = {split: as_ids([r.english for r in each], english) for split, each in records.items()}

print(f"{len(hungarian):,} Hungarian ids and {len(english)} English ones, for the same {len(records['train']):,} sentences")
print("special ids:", dict(zip(english.vocabulary, range(4))))
print(" ".join(as_words(source_ids["test"][0], hungarian)), "=", source_ids["test"][0])

# %% [markdown]
# **Predict.** Both sides say the same. Why does Hungarian need almost twice as many words? (Lab 03 has the answer.)
#
# It is the endings: *ház*, *házban*, *házat*, *házam* are four ids, where English has *house* and three small words that
# it has anyway. A model with whole words must learn each of them on its own.
#
# ## 2. Teacher forcing
#
# The decoder is a language model with a start of its own: at each place it is given one English word, and says the next.
# When it translates, the word it is given is the one that it has just said. In training that would go wrong from the
# first mistake on, and nothing after it could be learned. So in training it is given the *right* word, whatever it said
# itself. That is called **teacher forcing** (Williams and Zipser, 1989).
#
# ```
# given     <s>      i       am      thirsty   .
# to say    i        am      thirsty   .       </s>
# ```
#
# Two rows, one shifted by one place: at each place the decoder sees everything up to a word, and is asked for the one
# after it. Sentences of different lengths are filled up with `PAD`, and a mask says which targets are real.
#
# **Predict.** What would the decoder learn if the second row were not shifted, so that both rows were the same?
#
# ### Exercise 6.1: shifted by one place
#
# For a list of sentences, each a list of word ids, make three arrays (B, T): the decoder's input, the targets, and the
# mask. T is one more than the length of the longest sentence.


# %% answer="6.1"
def teacher_forcing(sentences):
    """What a decoder is given and what it is to say.

    Args:
        sentences: B lists of word ids, without START and END.

    Returns:
        decoder_input: array (B, T) of ids, `<s> w1 … wn` and padding.
        targets: array (B, T) of ids, `w1 … wn </s>` and padding.
        mask: array (B, T) of bool, True at the n+1 real targets.
    """
    ### BEGIN SOLUTION
    shape = len(sentences), max(len(words) for words in sentences) + 1
    decoder_input, targets = np.full(shape, PAD), np.full(shape, PAD)
    for row, words in enumerate(sentences):
        decoder_input[row, : len(words) + 1] = [START, *words]
        targets[row, : len(words) + 1] = [*words, END]
    return decoder_input, targets, targets != PAD
    ### END SOLUTION


# %% check="6.1"
check("6.1", teacher_forcing)

# %%
teacher_forcing = student_or_reference("6.1", teacher_forcing)

given, wanted, real = map(np.asarray, teacher_forcing(target_ids["test"][5:7]))
for row in range(2):
    print("given ", *[f"{word:9}" for word in as_words(given[row], english)])
    print("to say", *[f"{word:9}" for word in as_words(wanted[row], english)])
    print("mask  ", *[f"{is_real!s:9}" for is_real in real[row].tolist()])

# %% [markdown]
# For training we take `pair_batches` of the package, which does the same inside TensorFlow, sorts sentences of like
# length into the same batch, and mixes them anew in every epoch. You have read one like it in lab 03.

# %%
batches = pair_batches(
    source_ids["train"], target_ids["train"], batch_size=64, bucket_boundaries=(8, 12, 18, 32), seed=6, drop_remainder=True
)
validation = pair_batches(
    source_ids["validation"], target_ids["validation"], batch_size=250, bucket_boundaries=(32,), seed=None
)
(source, decoder_input), targets, mask = next(iter(batches))
print(f"{len(batches)} batches; the first: source {source.shape}, decoder input {decoder_input.shape}, mask {mask.shape}")

rows = [[int(id) for id in row if id not in (PAD, END)] for row in targets.numpy()]
yours = teacher_forcing(rows)
length = yours[0].shape[1]
same = [np.array_equal(mine, theirs[:, :length]) for mine, theirs in zip(yours, (decoder_input, targets, mask))]
print("equal to yours, up to the length of the longest sentence:", all(same))

# %% [markdown]
# ## 3. What counts
#
# Two figures will tell how training goes, both over the real tokens of the validation sentences: the loss, as in lab 05,
# and the **accuracy**, the share of tokens that had the largest logit. (With teacher forcing: given the right words
# before. That is easier than translating.)
#
# Lab 05 left out the padding inside a batch. There is a second trap. Validation comes in several batches, and they
# do not hold equally many tokens. On paper: a batch of 2 tokens, both guessed right, and one of 8 tokens, 4 guessed
# right.
#
# **Predict.** What is the accuracy, and what is the mean of the two batches' accuracies?
#
# ### Exercise 6.2: every real token counts once
#
# Loss and accuracy over all real tokens of several batches. The mask alone says which tokens are real: whatever
# stands at padding must not matter, be it a target, an infinite logit or NaN.


# %% answer="6.2"
def loss_and_accuracy(batches):
    """Mean loss and accuracy over the real tokens of all batches.

    Args:
        batches: a list of (logits (B, T, V), targets (B, T), mask (B, T)); each may have other B and T.

    Returns:
        two numbers: the mean of -ln P(target), in nats, and the share of tokens whose logit was the largest.
    """
    loss = hits = tokens = 0.0
    for logits, targets, mask in batches:
        ### BEGIN SOLUTION
        losses = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
        likeliest = np.argmax(logits, axis=-1)
        loss += np.asarray(losses)[mask].sum()
        hits += (likeliest == targets)[mask].sum()
        tokens += mask.sum()
        ### END SOLUTION
    return loss / tokens, hits / tokens


# %% check="6.2"
check("6.2", loss_and_accuracy)

# %%
loss_and_accuracy = student_or_reference("6.2", loss_and_accuracy)


def toy_batch(right):
    """One sentence, sure of id 1 everywhere; the target is 1 where the guess is right, else 0."""
    right = np.array([right])
    return np.full((1, right.shape[1], 2), [0.0, 3.0]), right.astype(int), np.ones_like(right)


toys = [toy_batch([True] * 2), toy_batch([True] * 4 + [False] * 4)]
alone = [float(loss_and_accuracy([toy])[1]) for toy in toys]
print(f"accuracy of each batch: {alone}, mean {np.mean(alone):.2f}")
print(f"accuracy over all tokens: {float(loss_and_accuracy(toys)[1]):.2f}")

# %% [markdown]
# 6 of 10 are right, 0.60, and the mean of the means is 0.75: in a small batch each token would weigh more. Many published
# training loops average batch means, and their validation losses depend on the batch size.
#
# ## 4. The encoder
#
# The encoder reads the source and hands over its state: the output $h$ and the memory $c$ of an LSTM after the last
# token. But which token is the last? In a batch, short sentences are followed by padding, and without a mask the LSTM
# goes on reading it.
#
# ```
# .  vagyok  szomjas  </s>  ·  ·  ·        hand over the state after </s>, not after the third dot
# ```
#
# ### Exercise 6.3: the state after the last word
#
# The layers are made for you: `self.embedding` gives each id its vector, and `self.lstm` is the package's fast version
# of your LSTM. With `return_state=True` it gives three things: its last output, $h$ and $c$. (Output and $h$ are the same.)
# It takes a mask (B, S), True at a real token, by its name: `mask=…`. Training will compile this call, and a gradient must
# find its way back through it, so use `keras.ops` here, and no NumPy.


# %% answer="6.3"
@keras.saving.register_keras_serializable("lab_06")
class Encoder(keras.layers.Layer):
    """Reads a source sentence, and hands over the state after its last token.

    Args:
        source_size: ids of the source language.
        units: U, the width of h and c.
        embedding: E, the width of a word's vector.
    """

    def __init__(self, source_size, units, embedding=64, **options):
        super().__init__(**options)
        self.sizes = {"source_size": source_size, "units": units, "embedding": embedding}
        wide = keras.initializers.RandomNormal(stddev=0.5)
        self.embedding = keras.layers.Embedding(source_size, embedding, embeddings_initializer=wide)
        self.lstm = recurrent.LSTM(units, return_state=True)

    def build(self, input_shape=None):
        self.embedding.build((None, None))
        self.lstm.build((None, None, self.sizes["embedding"]))

    def call(self, source_ids):
        """Source ids (B, S), padded with PAD -> h and c, both (B, U)."""
        ### BEGIN SOLUTION
        real_words = ops.not_equal(source_ids, PAD)
        _, h, c = self.lstm(self.embedding(source_ids), mask=real_words)
        return h, c
        ### END SOLUTION

    def get_config(self):
        return {**super().get_config(), **self.sizes}


# %% check="6.3"
check("6.3", Encoder)

# %% [markdown]
# The negative control: the same sentence, with 0, 1, 5 and 20 padded places behind it, through your encoder and through
# one that has no mask.
#
# **Predict.** How much does one padded place move a state, as a share of its length? And twenty?

# %%
Encoder = student_or_reference("6.3", Encoder)

encoder = Encoder(len(hungarian), units=128)
sentence = [*source_ids["test"][0], END]
h, _ = encoder(np.array([sentence]))


def moved(state, before):
    """How far a state is from another one, as a share of that one's length."""
    return float(ops.norm(state - before) / ops.norm(before))


print("padded places   with the mask   without it")
for places in (0, 1, 5, 20):
    padded = np.array([sentence + [PAD] * places])
    masked, _ = encoder(padded)
    _, unmasked, _ = encoder.lstm(encoder.embedding(padded))
    print(f"{places:13} {moved(masked, h):15.0%} {moved(unmasked, h):12.0%}")

# %% [markdown]
# Without a mask the meaning of a sentence would depend on how long its neighbours in the batch happen to be. Nothing
# crashes, training even goes on, and the translations get worse: one of those mistakes that only a check finds.
#
# ## 5. The decoder
#
# The decoder is a second LSTM with weights of its own. It does not start from zeros but **from the encoder's state**,
# and that is the only thing it ever learns of the source (Sutskever, Vinyals and Le, 2014; Cho and others, 2014,
# whose decoder is given the summary again at each step):
#
# $$(h_0, c_0) = \text{encoder}(v_1 \dots v_m) \qquad (h_t, c_t) = \text{LSTM}(w_{t-1}, h_{t-1}, c_{t-1}) \qquad
# \text{logits}_t = h_t W + b$$
#
# It is used in two ways. In training all its inputs are known (teacher forcing), and one **call** gives all logits. When
# it translates, only the last word is known, and a **step** takes one word and the state before it.
#
# ### Exercise 6.4: the state is handed over
#
# - `__init__`: the encoder, an `Encoder` of these sizes, as `self.encoder`. The decoder's three layers are there.
# - `call`: from source ids (B, S) and decoder input (B, T) to logits (B, T, V). `self.decoder(vectors,
#   initial_state=state)` gives three things: the outputs (B, T, U), and the last $h$ and $c$.
# - `step`: from one token of each sentence (B,) and the state (h, c) to logits (B, V) and the new state (h, c). The
#   decoder wants an axis of time: `x[:, None]` is (B, 1, E) for x (B, E).


# %% answer="6.4"
@keras.saving.register_keras_serializable("lab_06")
class EncoderDecoder(keras.Model):
    """An LSTM reads the source; a second one starts from its state and writes the translation.

    Args:
        source_size, target_size: ids of the two languages; target_size is V.
        units: U, the width of h and c.
        embedding: E, the width of a word's vector.
    """

    def __init__(self, source_size, target_size, units, embedding=64, **options):
        super().__init__(**options)
        self.sizes = {
            "source_size": source_size,
            "target_size": target_size,
            "units": units,
            "embedding": embedding,
        }
        wide = keras.initializers.RandomNormal(stddev=0.5)
        ### BEGIN SOLUTION
        self.encoder = Encoder(source_size, units, embedding)
        ### END SOLUTION
        self.target_embedding = keras.layers.Embedding(target_size, embedding, embeddings_initializer=wide)
        self.decoder = recurrent.LSTM(units, return_sequences=True, return_state=True)
        self.to_logits = keras.layers.Dense(target_size)

    def build(self, input_shape=None):
        self.encoder.build()
        self.target_embedding.build((None, None))
        self.decoder.build((None, None, self.sizes["embedding"]))
        self.to_logits.build((None, None, self.sizes["units"]))

    def encode(self, source_ids):
        """Source ids (B, S) -> the state (h, c) that the decoder starts from."""
        return self.encoder(source_ids)

    def call(self, inputs):
        """[source_ids (B, S), decoder_input (B, T)] -> logits (B, T, V)."""
        source_ids, decoder_input = inputs
        ### BEGIN SOLUTION
        state = self.encode(source_ids)
        outputs, _, _ = self.decoder(self.target_embedding(decoder_input), initial_state=state)
        return self.to_logits(outputs)
        ### END SOLUTION

    def step(self, token_ids, state):
        """The last token of each sentence (B,), and the state before it -> logits (B, V), the new state."""
        ### BEGIN SOLUTION
        vectors = self.target_embedding(token_ids)[:, None]
        outputs, h, c = self.decoder(vectors, initial_state=state)
        return self.to_logits(outputs[:, 0]), (h, c)
        ### END SOLUTION

    def get_config(self):
        return {**super().get_config(), **self.sizes}


# %% check="6.4"
check("6.4", EncoderDecoder)

# %% [markdown]
# Two things to see before training. Steps and call must agree: what the decoder learned in one, it uses in the other.
# And a batch that is padded on both sides must give the same loss as its sentences one by one.

# %%
EncoderDecoder = student_or_reference("6.4", EncoderDecoder)

model = EncoderDecoder(len(hungarian), len(english), units=128)
some = slice(0, 7)
longest = max(len(ids) for ids in source_ids["test"][some]) + 1
padded_sources = np.array([[*ids, END] + [PAD] * (longest - 1 - len(ids)) for ids in source_ids["test"][some]])
given, wanted, real = map(np.asarray, teacher_forcing(target_ids["test"][some]))
logits = ops.convert_to_numpy(model([padded_sources, given]))

state, stepped = model.encode(padded_sources), []
for t in range(given.shape[1]):
    step_logits, state = model.step(given[:, t], state)
    stepped.append(ops.convert_to_numpy(step_logits))
print("steps give the logits of a call:", np.allclose(np.stack(stepped, axis=1), logits, atol=1e-5))

one_by_one = []
for ids, row in zip(source_ids["test"][some], range(7)):
    count = real[row].sum()
    alone = model([np.array([[*ids, END]]), given[[row], :count]])
    one_by_one.append((ops.convert_to_numpy(alone), wanted[[row], :count], real[[row], :count]))
in_a_batch, unpadded = loss_and_accuracy([(logits, wanted, real)]), loss_and_accuracy(one_by_one)
print("padded batch and single sentences, same loss to a millionth:", bool(abs(in_a_batch[0] / unpadded[0] - 1) < 1e-6))

# %% [markdown]
# ## 6. Training
#
# `training.train` is lab 05's training loop, grown up: its step is compiled, it shows loss, tokens a second and the time
# left (here it is told to be silent), it stops when validation gets no better, and it ends with the weights of its
# best epoch. The loss is the masked loss you know, the optimizer Adam with a learning rate that falls from 0.005 to 0
# along half a wave of a cosine; the gradient of each array of weights is cut to length 1 where it is longer.
#
# **Predict.** There are almost a thousand tokens to choose from. Lab 05's language model had a perplexity of 4.8, which is a loss of
# 1.57. The decoder knows the Hungarian sentence too. Where will its loss be after seven epochs?


# %%
def fit(model, batches, validation, epochs, rate=0.005):
    """Train; gives what each epoch reached, and the seconds it took."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * len(batches))
    optimizer = keras.optimizers.Adam(schedule, clipnorm=1.0)
    started = time.perf_counter()
    history = training.train(model, batches, validation, optimizer=optimizer, epochs=epochs, verbose=False)
    return history, time.perf_counter() - started


# %% tags=["nbval-ignore-output"]
# varies: trained numbers and seconds differ between processors
history, seconds = fit(model, batches, validation, epochs=7)
for number, epoch in enumerate(history, start=1):
    print(
        f"epoch {number}: loss {epoch.loss:.2f}, validation loss {epoch.validation_loss:.2f}, "
        f"accuracy {epoch.validation_accuracy:.2f}, {epoch.tokens_per_second:,.0f} tokens a second"
    )
print(f"{seconds:.0f} seconds, {model.count_params():,} weights")

# %%
print("validation loss below the language model's 1.57:", history[-1].validation_loss < 1.57)
print("accuracy above 0.7:", history[-1].validation_accuracy > 0.7)

# %% [markdown]
# About 0.6: given the source and the right words before, five words of six are guessed. (Most of the first epoch is
# spent on compiling.)
#
# **Stop it if you like.** With the square button in JupyterLab you can interrupt a training: the model keeps the weights of
# the best epoch so far, and the notebook goes on. `checkpoint="best.keras"` would also write them to a file whenever they
# are the best, in a way that leaves a whole file there at any moment. A saved model is loaded with its class and its
# sizes, because `get_config` says them:

# %%
with tempfile.TemporaryDirectory() as folder:
    model.save(Path(folder) / "translator.keras")
    loaded = keras.saving.load_model(Path(folder) / "translator.keras", {"EncoderDecoder": EncoderDecoder})
print("the loaded model gives the same logits:", np.array_equal(loaded([padded_sources, given]), model([padded_sources, given])))

# %% [markdown]
# ## 7. Translating
#
# Now nobody gives the right word. The decoder starts with `<s>`, says its likeliest word, is given that word, says the
# next, and so on until it says `</s>`. That is **greedy** decoding: the best word at each place, though not always the
# best sentence.
#
# A batch of sentences goes through together. They do not end at the same place, and the network knows no end: after
# `</s>` it goes on babbling. So you must remember which sentences have ended, write `PAD` for them from then on, and stop
# as soon as all have.
#
# ```
# round        1      2        3        4     5
# sentence 1   i      am       thirsty  .     </s>
# sentence 2   good   morning  !        </s>  ·          all have ended: a sixth round would be for nobody
# ```
#
# ### Exercise 6.5: the likeliest next token, until all have ended
#
# The model has two methods: `model.encode(source_ids)` gives the first state, and `model.step(last, state)` gives
# logits (B, V) and the new state. `last` is an array (B,). In what you give, START is left out and END is part of a
# translation: L is the length of the longest, its END counted.


# %% answer="6.5"
def greedy(model, source_ids, max_length):
    """Translate a batch of sentences, the likeliest word at each place.

    Args:
        model: has encode and step.
        source_ids: array (B, S), each row closed by END and padded.
        max_length: a translation that has not ended after so many tokens is broken off.

    Returns:
        array (B, L) of token ids without START, END counted; behind END there is only PAD. L is the length of the
        longest translation.
    """
    last = np.full(len(source_ids), START)
    state = model.encode(source_ids)
    tokens = []
    ### BEGIN SOLUTION
    ended = np.zeros(len(source_ids), bool)
    while len(tokens) < max_length and not ended.all():
        logits, state = model.step(last, state)
        last = np.where(ended, PAD, np.argmax(logits, axis=-1))
        ended = ended | (last == END)
        tokens.append(last)
    ### END SOLUTION
    return np.stack(tokens, axis=1)


# %% check="6.5"
check("6.5", greedy)

# %%
greedy = student_or_reference("6.5", greedy)

tokens = np.asarray(greedy(model, padded_sources, max_length=36))
print("array of shape", tokens.shape)
by_package = decoding.translate(model, source_ids["test"][some], max_length=36)
ends = [row.tolist().index(END) for row in tokens]
print("the package translates the same:", [row[:end].tolist() for row, end in zip(tokens, ends)] == by_package)

# %% [markdown]
# `decoding.translate` does what you did, with the loop inside the compiled graph and sentences of like length together,
# which makes it many times faster. With it we translate the whole test set: 2,000 sentences that are not in the training
# text.
#
# **Predict.** Five words of six are right when the right words before are given. How many whole sentences of ten tokens
# would that make, if mistakes fell at random: $(5/6)^{10} = $ ?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
def translations(model, split):
    """The model's English for all sentences of a split, as lists of tokens."""
    return [as_words(ids, english) for ids in decoding.translate(model, source_ids[split], max_length=36)]


translated = translations(model, "test")
references = [list(record.english) for record in records["test"]]
for record, words in list(zip(records["test"], translated))[:12]:
    print(f"{' '.join(record.hungarian)}\n    {' '.join(words)}{'' if words == list(record.english) else '   ✗'}")
exact = np.mean([words == reference for words, reference in zip(translated, references)])
print(f"\nword for word as the world says it: {exact:.0%} of the {len(translated):,} sentences")

# %% [markdown]
# $(5/6)^{10} = 0.16$, and it is about one in four. Mistakes do not fall at random: a sentence that has one mostly has more, and
# others have none. Read the wrong ones slowly. Most are good English, and their *form* is that of the source: a
# question is answered, a list stays a list, the tense is right. What goes wrong are the words that carry the content:
# water becomes tea, Debrecen becomes Paris, tomorrow becomes next month. The state keeps the plan of the sentence,
# and loses who and what.
#
# **Try it on your own sentence.** Write Hungarian in small letters, with spaces around the punctuation. A word that the
# model has never seen is `<unk>` to it, and the cell says so.

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
for my_sentence in ("szomjas vagyok .", "a medve megette a halat .", "a jegesmedve megette a halat ."):
    my_ids = hungarian.encode(my_sentence)
    unknown = [word for word, id in zip(my_sentence.split(), my_ids) if id == 1]
    [answer] = decoding.translate(model, backwards([my_ids]), max_length=36)
    print(f"{my_sentence:32} {' '.join(as_words(answer, english)):32}", f"unknown: {', '.join(unknown)}" if unknown else "")

# %% [markdown]
# ## 8. How good is a translation?
#
# Counting sentences that are right word for word is too strict: *the picture* for *the photo* is no disaster.
# **BLEU** (Papineni, Roukos, Ward and Zhu, 2002) counts how many of the translation's n-grams, for n = 1 to 4, are in
# the reference. On paper:
#
# > said: *the bear the bear ate* &nbsp;&nbsp;&nbsp; reference: *the bear ate the fish*
#
# Words: *the* was said twice, and the reference has two; *bear* was said twice, and the reference has one; *ate* once. So
# 2 + 1 + 1 = 4 of the 5 words are found. An n-gram is found at most as often as the reference has it, or else saying
# *the the the the* would be perfect. This is called **clipping**.
#
# **Predict.** The pairs that were said are *the bear, bear the, the bear, bear ate*. How many of the four are found?
#
# ### Exercise 6.6: how much of a translation is in the reference
#
# The **precision** for one n, over many pairs of sentences: all n-grams that are found, divided by all that were said.
# `Counter` helps: for two of them, `a & b` keeps the smaller of both counts.


# %% answer="6.6"
def ngram_precision(hypotheses, references, n):
    """The share of the hypotheses' n-grams that are found in their references.

    Args:
        hypotheses: the translations, lists of tokens.
        references: the right ones, lists of tokens, one for each hypothesis.
        n: the length of an n-gram.

    Returns:
        float from 0 to 1; 0.0 where no hypothesis has n tokens.
    """
    found = total = 0
    for hypothesis, reference in zip(hypotheses, references):
        ### BEGIN SOLUTION
        said = Counter(tuple(hypothesis[i : i + n]) for i in range(len(hypothesis) - n + 1))
        asked = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
        found += sum((said & asked).values())
        total += sum(said.values())
        ### END SOLUTION
    return found / total if total else 0.0


# %% check="6.6"
check("6.6", ngram_precision)

# %%
ngram_precision = student_or_reference("6.6", ngram_precision)

said, asked = "the bear the bear ate".split(), "the bear ate the fish".split()
for n in (1, 2, 3, 4):
    print(f"n = {n}: {ngram_precision([said], [asked], n):.2f}")

# %% [markdown]
# Two of the four pairs: *the bear* once, *bear ate* once. No 4-gram is found, so BLEU of this one sentence would be 0; it is
# made for whole texts. It is the geometric mean of the four precisions, times a **brevity penalty**: precision
# alone could be had by saying only the safest word. If all translations together have $c$ tokens and the references $r$:
#
# $$\text{BLEU} = 100 \cdot \min(1, e^{1 - r/c}) \cdot (p_1\, p_2\, p_3\, p_4)^{1/4}$$
#
# Small choices change the number: how words are cut, whether capitals count, what to do with a precision of 0. So nobody
# should count it at home and compare. `sacrebleu` (Post, 2018) counts it for all, and prints a **signature** that says how.
# Is yours the same?


# %%
def own_bleu(hypotheses, references):
    """BLEU from your precisions."""
    said, asked = (sum(map(len, sentences)) for sentences in (hypotheses, references))
    precisions = [ngram_precision(hypotheses, references, n) for n in (1, 2, 3, 4)]
    return 100 * min(1, np.exp(1 - asked / said)) * np.prod(precisions) ** (1 / 4)


result = metrics.bleu(translated, references)
print("signature:", result.signature)
print("yours is the same:", abs(own_bleu(translated, references) - result.score) < 1e-6)

# %% [markdown]
# A number means something beside others. Two that need no network: the test sentences in the wrong order, so that each
# reference gets some good English sentence; and each Hungarian word replaced by the English word that it goes with most
# (a table of words learned from the same pairs by IBM Model 1, of which more in lab 07).
#
# **Predict.** How far is the network ahead of the table of words?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
table = IBM1.train([(record.hungarian, record.english) for record in records["train"]], iterations=5)
best_word = {word: table.translations(word, 1)[0][0] for word in table.source_ids}


def word_by_word(split):
    """Each Hungarian word replaced by one English word; unknown words are left out."""
    return [[best_word[word] for word in record.hungarian if word in best_word] for record in records[split]]


def could_be_said(sentences):
    """The share of the first 500 sentences that the world could have said."""
    return np.mean([world.parse(words) is not None for words in sentences[:500]])


outputs = {
    "another English sentence": references[1:] + references[:1],
    "word by word": word_by_word("test"),
    "encoder–decoder": translated,
    "the world itself": references,
}
scores = {name: metrics.bleu(sentences, references).score for name, sentences in outputs.items()}
said = {name: could_be_said(sentences) for name, sentences in outputs.items()}
for name in outputs:
    print(f"{name:26} BLEU {scores[name]:5.1f}   could be said in English: {said[name]:4.0%}")

# %%
print("the network is ahead of the table of words:", scores["encoder–decoder"] > scores["word by word"])
print("and its sentences could be said five times as often:", said["encoder–decoder"] > 5 * said["word by word"])

# %% [markdown]
# The network is well ahead. Yet a table of words, which knows nothing of grammar, gets more than half of its BLEU. They are good at
# opposite things. The table gets the words and no sentence; the network writes sentences, with words that are sometimes others. A
# translation must be both: true to the source (*adequate*), and English (*fluent*). BLEU mixes the two into one number, so look at
# sentences too, always.
#
# ## 9. The same network answers questions
#
# Nothing in the network knows that it translates. It learned to write one sequence after having read another. So give it
# other pairs: what one person says, and what the other replies. (Vinyals and Le, *A neural conversational model*, 2015.)
# Both sides are English now, and there is one vocabulary.
#
# *How are you?* has more than one right answer, so comparing with *the* reply would be unfair. But the world knows all of
# them: it can say whether question and answer together are something that it could have said.

# %%
exchanges = {split: world.exchanges(count, split) for split, count in {"train": 6_000, "validation": 400, "test": 400}.items()}
talk = WordTokenizer.train([" ".join(r.english) for pair in exchanges["train"] for r in pair], 10_000)
asked_ids = {split: as_ids([question.english for question, _ in each], talk) for split, each in exchanges.items()}
reply_ids = {split: as_ids([reply.english for _, reply in each], talk) for split, each in exchanges.items()}


def possible(question, reply):
    """Whether the world could answer so."""
    return world.parse([*question, *reply]) is not None


print("world's own replies that are possible:", np.mean([possible(q.english, r.english) for q, r in exchanges["test"]]))
print("how are you ? — i live in berlin .", possible("how are you ?".split(), "i live in berlin .".split()))

# %%
talk_batches = pair_batches(
    asked_ids["train"], reply_ids["train"], batch_size=64, bucket_boundaries=(12,), seed=6, drop_remainder=True
)
talk_validation = pair_batches(
    asked_ids["validation"], reply_ids["validation"], batch_size=100, bucket_boundaries=(12,), seed=None
)


def replies(model):
    """What a model says to each test question."""
    return [as_words(ids, talk) for ids in decoding.translate(model, asked_ids["test"], max_length=16)]


def share_possible(answers):
    """How many of them the world could give."""
    return np.mean([possible(question.english, words) for (question, _), words in zip(exchanges["test"], answers)])


# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
keras.utils.set_random_seed(6)
talker = EncoderDecoder(len(talk), len(talk), units=96)
talk_history, _ = fit(talker, talk_batches, talk_validation, epochs=10)
answers = replies(talker)
for (question, _), words in list(zip(exchanges["test"], answers))[:12]:
    print(f"{' '.join(question.english):46} {' '.join(words):34} {'' if possible(question.english, words) else '✗'}")
commonest = Counter(tuple(reply.english) for _, reply in exchanges["train"]).most_common(1)[0][0]
always_same = share_possible([commonest] * len(answers))
print(f"\npossible answers: {share_possible(answers):.0%}; always '{' '.join(commonest)}': {always_same:.0%}")

# %%
print("more than half of the answers are possible:", share_possible(answers) > 0.5)
print("far better than always the same answer:", share_possible(answers) > 5 * always_same)

# %% [markdown]
# It answers with the right kind of thing: places to *where*, numbers to *how many*, *yes* or *no* in the right person
# and tense. Where it fails, it often fails as in translating: it was asked whether it will be cool, and talks of
# cold. Some questions, such as *do you like pears ?*, are in no training pair; the world knows the answer (no), and
# the network must guess.
#
# ### What happens without the shift
#
# The negative control of section 2. We train the same network on the same pairs, but give the decoder as input what it
# is to say at the same place.
#
# **Predict.** What happens to the loss? And to the answers?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
def without_shift(batches):
    """The same batches, their targets for input."""
    return batches.map(lambda inputs, targets, mask: ((inputs[0], targets), targets, mask))


keras.utils.set_random_seed(6)
parrot = EncoderDecoder(len(talk), len(talk), units=96)
parrot_history, _ = fit(parrot, without_shift(talk_batches), without_shift(talk_validation), epochs=5)
print(f"validation loss after 5 epochs: {parrot_history[-1].validation_loss:.3f}; the right way, after 10: {talk_history[-1].validation_loss:.3f}")
parroted = replies(parrot)
for (question, _), words in list(zip(exchanges["test"], parroted))[:3]:
    print(f"{' '.join(question.english):46} {' '.join(words)[:60]}")

# %%
print("without the shift the loss is less than half:", parrot_history[-1].validation_loss < talk_history[-1].validation_loss / 2)
print("and possible answers are fewer than 5 %:", share_possible(parroted) < 0.05)

# %% [markdown]
# The loss falls to less than half in half the epochs, because what the decoder is to say stands in its own input: it
# learns to repeat what it is given. Then, left alone with `<s>`, a token that it has never been given, it has nothing
# to repeat. A training loss that is too good to be true is a reason to look for such a leak, not to celebrate.

# %% [markdown]
# ## 10. The bottleneck
#
# Back to translation. The decoder gets 2 · 128 numbers, for *i am thirsty* as well as for a sentence of 25 words. The
# `long` split of the world has 2,300 sentences that are from 3 to 25 English words long, one of each length in turn. None
# of them is in the training text, but sentences of each length are, so the network has met them all; long ones are rare. We
# sort them by the length of what the network reads: 2 to 26 Hungarian words, punctuation not counted.
#
# **Predict.** Sketch BLEU against length, from 2 to 26 words: for the network, and for the table of words, which has no state
# that could be too narrow.

# %% tags=["signature", "figure", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
bins = [(2, 5), (6, 9), (10, 14), (15, 19), (20, 26)]
long_lengths = [record.hungarian_length for record in records["long"]]
long_references = [list(record.english) for record in records["long"]]
curves = {
    name: metrics.length_curve(sentences, long_references, long_lengths, bins)
    for name, sentences in {"encoder–decoder": translations(model, "long"), "word by word": word_by_word("long")}.items()
}
curve = curves["encoder–decoder"]
for name, points in curves.items():
    print(name)
    for point in points:
        interval = f"95 % interval {point.low_ci:4.1f} to {point.high_ci:4.1f}"
        print(f"    {point.low:2} to {point.high:2} words: BLEU {point.bleu:4.1f}   {interval}")
plotting_translation.length_curves(curves, title="BLEU by length of the source")
scoreboard.record_translation(
    lab="06",
    model="encoder–decoder",
    bleu=result.score,
    seconds=seconds,
    parameters=model.count_params(),
    curve=curve,
    chrf=metrics.chrf(translated, references),
    compositional=metrics.bleu(translations(model, "compositional"), [list(r.english) for r in records["compositional"]]).score,
    interval=metrics.bleu_interval(translated, references),
)

# %% tags=["signature"]
print("from the shortest to the longest bin BLEU falls by at least half:", curve[-1].bleu <= curve[0].bleu / 2)
print("and the two intervals lie far apart:", curve[-1].high_ci < curve[0].low_ci / 2)
print("in the longest bin a table of words is better:", curves["word by word"][-1].low_ci > 2 * curve[-1].high_ci)

# %% [markdown]
# The band is a **bootstrap interval** (Koehn, 2004): draw as many sentences from the bin again, with repetition, take
# BLEU, and do so a thousand times; the middle 95 % are the band. It says how much of the curve could be chance.
#
# It is not. Nor is it the random numbers that training began with: in three trainings with other seeds
# BLEU fell from 67.8 to 13.8, from 63.5 to 13.6 and from 77.3 to 15.2, each time to about a fifth.
#
# Are long sentences harder in themselves? The table of words says no. It is *better* on long sentences: the world's long sentences are
# long because parts are joined with *and*, *but* and *because*, and their parts come in much the same order in both languages. Are they
# too rare in training? They are rare, and that has its part. But lab 07 will train a network on the
# same pairs, and its curve will be nearly flat. So it can be done; this network cannot do it.
#
# ### What is left of the words?
#
# Let us look into the state itself. Is the third word of a long sentence still in it? If so, it should be possible to read
# that off, and the simplest reader is a linear one: multiply the state by a matrix, which gives a number for each word, and take
# the largest. Such a **probe** is fitted by least squares on three quarters of the sentences, and tried on the others. It cannot
# find what is not there. (It may miss what is there in another form: a probe says at least, not at most.)
#
# All sentences have at least 18 tokens, and we ask for the word at each of the first 17 places. To compare, there is the share of
# the commonest word at that place.
#
# **Predict.** The encoder reads the sentence from its end, so that its first word comes last. And the decoder must write a
# translation from its beginning. Which words will be left in the state?


# %%
def states_of(model, sentences):
    """h and c after each sentence, side by side, and a 1: array (N, 2U + 1)."""
    width = max(map(len, sentences)) + 1
    padded = np.array([[*ids, END] + [PAD] * (width - 1 - len(ids)) for ids in sentences])
    rows = [np.concatenate(model.encode(padded[start : start + 500]), axis=1) for start in range(0, len(padded), 500)]
    return np.concatenate([np.concatenate(rows), np.ones((len(padded), 1))], axis=1)


def probe(states, words):
    """Fitted on three quarters: the shares of the other words that the probe finds, and that are the commonest."""
    kinds, wanted = np.unique(words, return_inverse=True)
    fitted = len(states) * 3 // 4
    some, others = states[:fitted], states[fitted:]
    targets = np.eye(len(kinds))[wanted[:fitted]]
    matrix = np.linalg.solve(some.T @ some + np.eye(states.shape[1]), some.T @ targets)
    commonest = targets.sum(axis=0).argmax()
    return np.mean((others @ matrix).argmax(axis=1) == wanted[fitted:]), np.mean(wanted[fitted:] == commonest)


# %% tags=["figure", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
more = as_ids([record.hungarian for record in world.sentences(4_600, "long")], hungarian)
more = [ids for ids in more if len(ids) >= 18]
states = states_of(model, backwards(more))
places = list(range(1, 18))
read_off, by_chance = zip(*[probe(states, np.array([ids[place - 1] for ids in more])) for place in places])
plotting.lines(
    {"read off the state": read_off, "always the commonest": by_chance},
    places,
    xlabel="place in the sentence",
    ylabel="share of words found",
    title=f"Which words are left in the state, in {len(more):,} long sentences",
)

# %%
print("the first five words are found more often than the others:", np.mean(read_off[:5]) > 1.5 * np.mean(read_off[5:]))
print("and twice as often as the commonest word:", np.mean(read_off[:5]) > 2 * np.mean(by_chance[:5]))

# %% [markdown]
# The first words are left; after the fifth the curve drops towards what one could guess. Is it because they were read last, and
# an LSTM forgets, as lab 05 has shown? That can be tried: train with the source in its usual order. BLEU on the test set, three
# seeds each (`python benchmarks/translation.py`):
#
# | | BLEU |
# |---|---|
# | source turned round | 56.4, 51.2, 60.0 |
# | usual order | 54.3, 52.9, 58.2 |
#
# Hardly a difference, here: no more than between two seeds. (Sutskever and his colleagues gained 5 BLEU, with much longer
# sentences of real text.) And in the usual order, too, the probe finds the first five words more often than the others, although
# they were read first (tried with a narrower network, of 96 units). Forgetting is no fate: the gates keep what training needs. The decoder must say the first words first, so
# the gradient from them reaches the state at once, while that from the twentieth word has to go back through twenty steps of the
# decoder. So the state is filled with what is asked for first.
#
# Look at a long translation above: it begins rightly, and then goes on with something that English sentences go on
# with. 2 · 128 numbers are the bottleneck, for 3 words as for 25.
#
# ## 11. Real text
#
# And with sentences that people wrote? hun-eng is a collection of phrases with their translations (Tatoeba, by way of
# manythings.org, CC-BY 2.0). The quick profile takes its 8,000 shortest sentences, as far as neither side
# has more than 7 tokens, and trains for some seconds. `COURSE_PROFILE=full` in front of `jupyter lab` takes all of hun-eng, with a wider network.
#
# One trap before: the same English sentence often comes with several translations. Pairs parted at random would put
# *Go away!* into training and into the test, too. `corpora.split_pairs` puts all pairs that share a sentence on one side.
#
# **Predict.** Some 7,000 short real sentences, with more different words than the world has. Will BLEU be higher than in the
# world, or lower?


# %%
def real_translator(name, longest, first=None, words=10_000, units=128, epochs=4):
    """Train on a real corpus, foreign language to English; print BLEU on its test pairs, and some of them."""
    pairs = [tuple(corpora.words(text) for text in pair) for pair in corpora.load_pairs(name)[:first]]
    pairs = [pair for pair in pairs if max(map(len, pair)) < longest]
    splits = corpora.split_pairs([tuple(" ".join(words) for words in pair) for pair in pairs], validation=0.05, test=0.05)
    tokenizers = [WordTokenizer.train(texts, words) for texts in zip(*splits.train)]

    def ids(split):
        foreign, english_side = zip(*split)
        return backwards(map(tokenizers[0].encode, foreign)), list(map(tokenizers[1].encode, english_side))

    boundaries = [size for size in (8, 12, 18) if size < longest] + [longest]
    real_batches = pair_batches(*ids(splits.train), batch_size=64, bucket_boundaries=boundaries, seed=6, drop_remainder=True)
    real_validation = pair_batches(*ids(splits.validation), batch_size=250, bucket_boundaries=[longest], seed=None)
    keras.utils.set_random_seed(6)
    real_model = EncoderDecoder(*map(len, tokenizers), units)
    _, seconds = fit(real_model, real_batches, real_validation, epochs)
    written = [as_words(each, tokenizers[1]) for each in decoding.translate(real_model, ids(splits.test)[0], longest)]
    print(f"{name}: {len(splits.train):,} pairs, {len(tokenizers[0]):,} and {len(tokenizers[1]):,} ids, {seconds:.0f} seconds")
    print(metrics.bleu(written, [target.split() for _, target in splits.test]), f"on {len(splits.test):,} pairs")
    for (source, target), words in list(zip(splits.test, written))[:: len(written) // 6][:6]:
        print(f"    {source} | {' '.join(words)} | {target}")


# %% tags=["nbval-ignore-output"]
# varies: the corpora are optional, so the output depends on what is on this machine
from course_utils.text import corpora

if not corpora.available("hun-eng"):
    print("hun-eng is not here. To get it, type in a terminal: course data get hun-eng")
elif os.environ.get("COURSE_PROFILE") == "full":
    real_translator("hun-eng", longest=32, units=256, epochs=8)
else:
    real_translator("hun-eng", longest=8, first=8_000)

# %% [markdown]
# If you have the file: lower, by far. It begins to write short English phrases, and they have little to do with the Hungarian
# ones. There are thousands of Hungarian forms in these pairs, so most of them come once or twice, and a network that keeps a
# row of numbers for each word must see a word several times before it means anything. Lab 03's pieces of words help, more text
# helps more, and in lab 07 so does attention.

# %% [markdown]
# ## Two questions to think about
#
# Answer in a few sentences, in the cells below. Your instructor reads and grades these by hand.

# %% [markdown] reflection="6.a"
# **6.a** In training the decoder always gets the right word, in translating its own. What does it therefore never learn?
# When would you expect this to show, and what could one do about it?
#
# ### BEGIN SOLUTION
# It has never had to go on after a mistake: in training everything before a place is right. When it translates, one wrong
# word leads it to places that it has not been trained on, and the next word is likely to be wrong too, so mistakes pile up
# with the length. This is called exposure bias. One can give it its own words from time to time in training (scheduled
# sampling, Bengio and others, 2015), or keep several translations going when decoding instead of the one likeliest word
# (beam search), so that one bad word is not final. It does not explain all of the fall with length here: also with the
# right words before, the state does not hold what the decoder would need.
# ### END SOLUTION

# %% [markdown] reflection="6.b"
# **6.b** "Sutskever, Vinyals and Le turned the source round, and got far better translations: so that cures the bottleneck." What
# does turning round change, and what does it not? Answer with the length curve and the probe. For which pairs of languages
# would you expect it to help, and how would you find out?
#
# ### BEGIN SOLUTION
# It changes the way, not the room. The word that is needed first is read last, so the way from it to the state, and from the
# loss of its translation back to it, is short; the end of the sentence is farther away instead. The state has as many numbers as
# before. The curve falls to a fifth although the source is turned round, and the probe finds little of what comes after
# the first words. A wider state would move the fall to longer sentences. It should help where both languages say things in
# much the same order, and where sentences are so long that the signal is lost on the way; not where the other language says last
# what English says first. To find out: train both ways, with several seeds, since two seeds differ by more than the two
# ways do here, and compare length curves and probes.
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - An encoder–decoder is two networks: one reads the source and hands over its last state, the other writes from there. What it
#   writes is a matter of the pairs: a translation, or an answer.
# - Teacher forcing: in training the decoder is given the right words, shifted by one place. Without the shift it learns to
#   repeat, with a loss that is too good to be true.
# - Masks: the encoder's state is that after the last real token; loss and accuracy are means over real tokens, of all
#   batches together.
# - Greedy decoding takes the likeliest word and feeds it back. A batch is done when every sentence has said `</s>`, and
#   behind that there is only padding.
# - BLEU counts clipped n-grams, and punishes short translations. Without its signature it is no number.
# - One state of fixed width is a bottleneck. Of a long sentence it keeps the beginning, which training asks for first. A mere
#   table of words beats it there.
#
# **Sources.** R. Williams and D. Zipser, *A learning algorithm for continually running fully recurrent neural networks*, 1989. K.
# Papineni, S. Roukos, T. Ward and W. Zhu, *BLEU: a method for automatic evaluation of machine translation*, 2002. P.
# Koehn, *Statistical significance tests for machine translation evaluation*, 2004. I. Sutskever, O. Vinyals and Q. Le,
# *Sequence to sequence learning with neural networks*, 2014. K. Cho and others, *Learning phrase representations using
# RNN encoder–decoder for statistical machine translation*, 2014. O. Vinyals and Q. Le, *A neural conversational model*,
# 2015. S. Bengio and others, *Scheduled sampling for sequence prediction with recurrent neural networks*, 2015. M. Post, *A
# call for clarity in reporting BLEU scores*, 2018.

# %%
progress("06")
