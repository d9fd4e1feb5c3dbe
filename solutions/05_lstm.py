# %% [markdown]
# # Lab 05: LSTM
#
# > how many oranges did you buy ? i bought two …
#
# You know the next word. Nothing in the last four words says it: *? i bought two* could go on with pears, hats or
# newspapers. The word you need stands eight places back, and a window of four words has never seen it.
#
# A wider window? Lab 04 tried eight words, and it helped. But each further word costs the network a block of weights of
# its own, and wherever the window ends, there is a sentence that needs one word more. You read otherwise: word by
# word, and you carry along what matters. This lab builds a network that does the same. It has a **state**, a row of
# numbers, which every word changes. The simplest such network forgets too fast, and you will compute why. Then you
# build the cell that mended it, the **LSTM**, and write sentences with it.
#
# **After this lab you can**
#
# - run a recurrent network over a sentence by hand, and follow its gradient back through time;
# - say why the gradient vanishes or explodes, and what an LSTM's gates do about it;
# - write an LSTM as a Keras layer, with a state and a mask, equal to Keras's own to the last digit that counts;
# - train a language model on sentences of different lengths without counting the padding;
# - draw words with a temperature, and measure what it does to the sentences.
#
# **Before you start:** labs 01 and 04 (perplexity, logits, a language model in Keras), the sigmoid and the softmax of
# lab 02, and the chain rule for derivatives. **Time:** about two hours. The notebook itself runs in about a minute.
#
# <!-- exercises -->

# %%
import itertools
import math

import course_utils.backend
import keras
import numpy as np
import tensorflow as tf
from keras import ops

from course_utils import check, hint, progress, student_or_reference
from course_utils.models import language, plotting, recurrent, scoreboard
from course_utils.models.ngram import KneserNey, NGramCounts, NGramModel
from course_utils.models.vocabulary import Vocabulary
from course_utils.text.world import World

keras.utils.set_random_seed(5)
world = World(seed=1)
train_records = world.sentences(20_000, "train")
test_records = world.sentences(2_000, "test")
train = [list(record.english) for record in train_records]
test = [list(record.english) for record in test_records]
vocabulary = Vocabulary.from_sentences(train)
five_grams = NGramModel(NGramCounts.from_sentences(train, order=5), KneserNey())

print(f"{len(train):,} sentences to train on, {len(test):,} to test on, {len(vocabulary)} tokens")
print(f"Kneser–Ney, n = 5: perplexity {five_grams.perplexity(test):.2f}; the world itself {scoreboard.truth():.2f}")

# %% [markdown]
# ## 1. What a window cannot see
#
# How bad is it? In some of the world's questions the answer repeats a word of the question, and no other word will
# do. We can ask the world whether that is so: `world.parse` gives None for a sentence that the world never says.

# %%
for text in ("how many oranges did you buy ? i bought two oranges .", "how many oranges did you buy ? i bought two pears ."):
    print(f"{text:55} {'possible' if world.parse(text.split()) else 'impossible'}")

# %% [markdown]
# So the truth about this word is a probability of 1. Let us collect such places from many test sentences, and look at
# the probability that the 5-gram model gives to the word that must come. It sees four words back.


# %%
def needed_words(records):
    """Where an answer must repeat a word of the question: (words, place, how far back the word stands)."""
    found = []
    for record in records:
        words = list(record.english)
        if words[0] == "who" or words[:2] == ["how", "many"] and "did" in words:
            end = words.index("?")
            for place in range(end + 1, len(words)):
                if words[place] in words[:end] and words[place] not in words[place - 4 : place]:
                    found.append((words, place, place - words.index(words[place])))
    return found


needed = needed_words(world.sentences(20_000, "test"))


def print_by_distance(probabilities):
    """A model's name -> its probability for each needed word: their means, by distance."""
    print("words back  places" + "".join(f"{name:>12}" for name in [*probabilities, "the truth"]))
    for distance in (5, 6, 8):
        there = [back == distance for _, _, back in needed]
        means = [np.mean(np.array(each)[there]) for each in probabilities.values()]
        print(f"{distance:10}  {sum(there):6}" + "".join(f"{mean:12.2f}" for mean in [*means, 1.0]))


by_five_grams = [
    five_grams.next_word_probabilities(words[:place])[vocabulary.encode(words)[place]]
    for words, place, _ in needed
]
for distance in (5, 6, 8):
    words, place = next((words, place) for words, place, back in needed if back == distance)
    print(f"{distance} words back: {' '.join(words[:place])} [{words[place]}]")
print()
print_by_distance({"5-grams": by_five_grams})

# %% [markdown]
# It knows next to nothing, and that is no wonder: what it would have to know is out of its sight. A network with a
# window of four words is in the same place, however well it knows that *oranges* and *plums* are alike.
#
# **Predict.** A network that carries something along from word to word: what would it have to keep between *oranges*
# and the second *oranges*, and what could it forget?

# %% [markdown]
# ## 2. A state
#
# A **recurrent network** reads one word a step. It holds a **state** $h$, a row of numbers, and makes a new state from
# the word $x$ and the old state:
#
# $$h_t = \tanh(x_t W + h_{t-1} R + b)$$
#
# $W$, $R$ and $b$ are the same at every step. So the network has no fixed length: it can read a sentence of 3 words
# or of 30. The first state, before any word, is 0. (Elman, 1990.)
#
# On paper, with everything of width 1. Let $W = 0.5$, $R = 0.8$, $b = 0$ and the inputs 1, 0, 0:
#
# | step | input | sum | state |
# |---|---|---|---|
# | 1 | 1 | 0.5 · 1 + 0.8 · 0 = 0.5 | tanh(0.5) = 0.462 |
# | 2 | 0 | 0.5 · 0 + 0.8 · 0.462 = 0.370 | tanh(0.370) = 0.354 |
# | 3 | 0 | ? | ? |
#
# **Predict.** Work out the third line. The first input has been gone for two steps: is it still to be seen?
#
# ### Exercise 5.1: a state that is carried along
#
# Write the line in the loop. `x_t @ kernel` is a row times a matrix; in Keras, $W$ is called `kernel` and $R$
# `recurrent_kernel`, and so they are here.


# %% answer="5.1"
def rnn_states(x, kernel, recurrent_kernel, bias):
    """The states of a plain recurrent network.

    Args:
        x: the inputs, an array (T, D): one row for each of T steps.
        kernel: W, an array (D, U).
        recurrent_kernel: R, an array (U, U).
        bias: b, an array (U,).

    Returns:
        array (T, U): the state after each step.
    """
    h = np.zeros(len(bias))
    states = []
    for x_t in x:
        ### BEGIN SOLUTION
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
        ### END SOLUTION
    return np.stack(states)


# %% check="5.1"
check("5.1", rnn_states)

# %%
rnn_states = student_or_reference("5.1", rnn_states)

paper = rnn_states(np.array([[1.0], [0.0], [0.0]]), np.array([[0.5]]), np.array([[0.8]]), np.array([0.0]))
print("three steps on paper:", paper.ravel().round(3))

# %% [markdown]
# The third line is tanh(0.8 · 0.354) = tanh(0.283) = 0.276. The first input is still there, fainter at each step.
#
# Now a sentence. Each word gets a vector of 16 random numbers, and the network has 32 units with random weights. We
# let it read two sentences that differ in one word, and watch how far apart the two states are.
#
# **Predict.** At *oranges* and *horses* the states part. How far apart are they after one more word, and how far at
# the place where the word is needed: half as far, a tenth, less than a hundredth?

# %%
rng = np.random.default_rng(1)
vectors = rng.normal(size=(len(vocabulary), 16))
kernel = rng.normal(size=(16, 32)) / 4
recurrent_kernel = rng.normal(size=(32, 32)) / math.sqrt(32)


def states_of(sentence):
    """The random network's states over a sentence."""
    return rnn_states(vectors[vocabulary.encode(sentence)], kernel, recurrent_kernel, np.zeros(32))


oranges = "how many oranges did you buy ? i bought two".split()
horses = ["how", "many", "horses", *oranges[3:]]
apart = np.linalg.norm(states_of(oranges) - states_of(horses), axis=1)
for one, other, distance in zip(oranges, horses, apart):
    print(f"{one:8} {other:8} {distance:5.2f}  {'#' * round(8 * distance)}")

# %% [markdown]
# ## 3. Why it forgets
#
# Half as far after one more word, and less than a thirtieth where the word is needed: what the network was told is all
# but gone. So what, one may say: these weights are random, and training will find better ones. Let us see what training has to
# go by. It nudges each weight by the **gradient**, which says how much the loss would change. If a word eight steps
# back is to matter, the gradient must find its way back through eight steps.
#
# One step back, in width 1. A nudge of $h_{t-1}$ moves the sum by $R$ times the nudge. Then tanh takes over, and the
# slope of tanh, where it gives $h_t$, is $1 - h_t^2$. So
#
# $$\frac{\partial h_t}{\partial h_{t-1}} = (1 - h_t^2)\, R$$
#
# Two steps back it is the product of two such factors, and twenty steps back of twenty. Take the simplest case, where
# all states are 0 and the slopes 1. Then it is $R^{20}$.
#
# **Predict.** $0.9^{20}$ is about: 0.9, 0.5, 0.1? And $0.5^{20}$, and $1.1^{20}$?

# %%
for factor in (0.5, 0.9, 1.1, 1.5):
    print(f"{factor}^20 = {factor**20:.2g}")

# %% [markdown]
# Multiplying by the same factor again and again leads to nothing or to everything. Where it leads to nothing the
# gradient **vanishes**, and training never learns that the word back there mattered. Where it leads to everything it
# **explodes**, and a step of training throws the weights far off. Hochreiter found this in 1991; Bengio, Simard and
# Frasconi in 1994.
#
# With U units the factor is a matrix, and the gradient $g$ is U numbers, written as a column here. Going back from
# $h_t$ to $h_{t-1}$, it first meets the slopes, number by number, and then the matrix, from the other side than on
# the way forwards:
#
# $$g_{t-1} = R\,\big(g_t \odot (1 - h_t^2)\big)$$
#
# ### Exercise 5.2: the gradient on its way back through time
#
# Take for a loss the sum of the numbers of the last state. Its gradient by the last state is all ones. Go back from
# there, step by step, and note the norm of the gradient at each state. `np.linalg.norm(g)` is the root of the sum of
# squares. Nobody trains by hand, and TensorFlow does exactly this for you.


# %% answer="5.2"
def gradient_norms(states, recurrent_kernel):
    """How strongly the sum of the last state depends on each state.

    Args:
        states: an array (T, U), as rnn_states gives them.
        recurrent_kernel: R, an array (U, U).

    Returns:
        array (T,): the norm of the gradient by each state, that of the last state at the end.
    """
    gradient = np.ones(states.shape[1])
    norms = [np.linalg.norm(gradient)]
    ### BEGIN SOLUTION
    for t in range(len(states) - 1, 0, -1):
        gradient = recurrent_kernel @ (gradient * (1 - states[t] ** 2))
        norms.insert(0, np.linalg.norm(gradient))
    ### END SOLUTION
    return np.array(norms)


# %% check="5.2"
check("5.2", gradient_norms)

# %% [markdown]
# Now a network of 32 units over 31 random inputs, with its recurrent weights made smaller or larger.
#
# **Predict.** Is there a size of the weights for which the gradient stays about as large as it was?

# %%
gradient_norms = student_or_reference("5.2", gradient_norms)

steps_back = (0, 1, 5, 10, 20, 30)
inputs = 0.1 * rng.normal(size=(31, 32))
print("weights times" + "".join(f"{back:>9} back" for back in steps_back))
for size in (0.5, 0.9, 1.5, 3.0):
    states = rnn_states(inputs, np.eye(32), size * recurrent_kernel, np.zeros(32))
    norms = gradient_norms(states, size * recurrent_kernel)
    print(f"{size:13}" + "".join(f"{norms[-1 - back] / norms[-1]:14.2g}" for back in steps_back))

# %% [markdown]
# With small weights it vanishes, with large ones it explodes. In between it may hold for a while, and not for ever:
# whether it does hangs on the states too. (Against explosion there is a simple remedy: a gradient that is too long is
# cut to a given length; Pascanu, Mikolov and Bengio, 2013. Nothing so simple helps a gradient that is gone.)
#
# ## 4. A memory that is added to
#
# Hochreiter and Schmidhuber (1997) asked for a state whose factor is 1. If the new memory is the old memory *plus*
# something, $c_t = c_{t-1} + \dots$, then a nudge of $c_{t-1}$ arrives at $c_t$ as it was. No matrix, no tanh on the
# way.
#
# But a memory that only ever grows is a mess. Somebody must decide what comes in, what is shown, and what may go.
# Three **gates** do, each a number between 0 (shut) and 1 (open), worked out from the word and the last output:
#
# - the **input gate** $i$: how much of the new **candidate** $\tilde c$ is written into the memory;
# - the **forget gate** $f$: how much of the old memory stays (Gers, Schmidhuber and Cummins added it in 2000);
# - the **output gate** $o$: how much of the memory is shown.
#
# A gate is a soft switch: the sigmoid $\sigma(z) = 1/(1 + e^{-z})$ of a sum. A hard switch would have a slope of 0 nearly
# everywhere, and could not be learned. So one step of an LSTM, the **long short-term memory**, is
#
# $$c_t = f \cdot c_{t-1} + i \cdot \tilde c \qquad\qquad h_t = o \cdot \tanh(c_t)$$
#
# Each of $i$, $f$, $\tilde c$ and $o$ has a sum of its own, made as in the plain network, $x_t W + h_{t-1} R + b$, with
# weights of its own. A gate is the sigmoid of its sum. The candidate is no gate, it may be negative too: tanh of its
# sum. There are two states now: the memory $c$, which stays inside, and the output $h$, which everybody else sees.
#
# On paper, in width 1. The sum of $i$ is 0, of $f$ 1, of the candidate 1, of $o$ −1, and the old memory is 0.5. You need
# $\sigma(0) = 0.5$, $\sigma(1) = 0.731$, $\sigma(-1) = 0.269$ and $\tanh(1) = 0.762$.
#
# **Predict.** Work out the new memory, $0.731 \cdot 0.5 + \dots$, and then the new output.
#
# ### Exercise 5.3: one step of an LSTM
#
# For a batch of B words at once, with the functions of `keras.ops`, so that gradients find their way through it:
# `ops.matmul`, `ops.sigmoid`, `ops.tanh`. As in Keras, the weights of the four sums stand side by side in one matrix,
# U columns each, in the order **i, f, candidate, o**. `ops.split(sums, 4, axis=-1)` takes them apart.


# %% answer="5.3"
def lstm_step(x, h, c, kernel, recurrent_kernel, bias):
    """One step of an LSTM.

    Args:
        x: the inputs of B sentences at this step, (B, D).
        h: their last outputs, (B, U).
        c: their memories, (B, U).
        kernel: W of all four sums, (D, 4U): the columns of i, of f, of the candidate, of o.
        recurrent_kernel: R of all four, (U, 4U).
        bias: b of all four, (4U,).

    Returns:
        two arrays (B, U): the new h and the new c.
    """
    ### BEGIN SOLUTION
    sums = ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias
    i, f, candidate, o = ops.split(sums, 4, axis=-1)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
    h = ops.sigmoid(o) * ops.tanh(c)
    ### END SOLUTION
    return h, c


# %% check="5.3"
check("5.3", lstm_step)

# %%
lstm_step = student_or_reference("5.3", lstm_step)

nothing, sums = np.zeros((1, 4), "float32"), np.array([0, 1, 1, -1], "float32")
new_h, new_c = lstm_step(np.zeros((1, 1)), np.zeros((1, 1)), np.full((1, 1), 0.5), nothing, nothing, sums)
print(f"new memory {float(new_c[0, 0]):.3f}, new output {float(new_h[0, 0]):.3f}")

# %% [markdown]
# The new memory is 0.731 · 0.5 + 0.5 · 0.762 = 0.746, and the output 0.269 · tanh(0.746) = 0.170.
#
# What is the factor of a step back now? Along the memory it is $f$ alone. If the sums start around 0, $f$ is 0.5, and
# $0.5^{20}$ you have seen. So a new LSTM gets a **bias of 1** for its forget gate: then $f$ is 0.731 to begin with,
# and training can open it further (Gers et al., 2000; Jozefowicz, Zaremba and Sutskever, 2015, found that it often
# decides whether an LSTM works at all). This 1 is only what the bias *starts* from.

# %% [markdown]
# ## 5. The step as a Keras layer
#
# A function has no weights of its own. A **layer** has: it makes them in `build`, which Keras calls once, as soon as
# it knows the width of the input. What makes the layer anew when a saved model is loaded stands in `get_config`.
#
# ### Exercise 5.4: the step as a Keras layer
#
# - In `build`: three weights by `self.add_weight(shape=..., initializer=...)`, in the order of Keras: `self.kernel`
#   (D, 4U), `self.recurrent_kernel` (U, 4U) and `self.bias` (4U,). Initializers are `"glorot_uniform"` for the first,
#   `"orthogonal"` for the second and `"zeros"` for the bias. Then set the forget gate's part of the bias to 1:
#   `self.bias.assign(...)` gives a weight new values, all 4U of them.
# - In `call`: the states come in and go out as a list `[h, c]`. The result is the output and the new states,
#   `h, [h, c]`. Your `lstm_step` does the work.


# %% answer="5.4"
class LSTMCell(keras.layers.Layer):
    """One step of an LSTM, with weights of its own.

    Args:
        units: U, the width of the output and of the memory.
    """

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, input_shape):
        """Make the weights; input_shape is (B, D)."""
        ### BEGIN SOLUTION
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform")
        self.recurrent_kernel = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal")
        self.bias = self.add_weight(shape=(4 * self.units,), initializer="zeros")
        self.bias.assign(ops.repeat([0.0, 1.0, 0.0, 0.0], self.units))
        ### END SOLUTION

    def call(self, inputs, states):
        """Inputs (B, D) and the states [h, c] -> the output h, and the new states [h, c]."""
        ### BEGIN SOLUTION
        h, c = lstm_step(inputs, *states, self.kernel, self.recurrent_kernel, self.bias)
        return h, [h, c]
        ### END SOLUTION

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# %% check="5.4"
check("5.4", LSTMCell)

# %%
LSTMCell = student_or_reference("5.4", LSTMCell)

cell = LSTMCell(3)
output, states = cell(np.ones((2, 5), "float32"), [np.zeros((2, 3), "float32"), np.zeros((2, 3), "float32")])
print("output of shape", tuple(output.shape), "and", len(states), "states")
print("weights of shapes", *[weight.shape for weight in cell.get_weights()])
print("the bias starts as", cell.get_weights()[2])

# %% [markdown]
# ## 6. Over time, with a mask
#
# A batch holds sentences of different lengths, filled up to the longest with **padding**. A **mask** (B, T) says what
# is real: True for a word, False for padding. At a padded place nothing must happen: the memory stays, the output
# stays, and is given out once more.
#
# ```
# the   bear  ate   </s>  ·     ·          mask  True  True  True  True  False False
# the   bear  ate   the   fish  </s>             True  True  True  True  True  True
# ```
#
# With real = 1 and padding = 0 one might multiply. That would set the state to 0 at each padded place, which is not
# what we want; `ops.where(real, new, old)` takes from `new` where `real` is True, else from `old`.
#
# ### Exercise 5.5: the cell over time, with a mask
#
# - In `build`: the cell, an `LSTMCell` with as many units, as `self.cell`.
# - In `call`: one step after another, t = 0 … T−1, for all sentences at once; `inputs[:, t]` is (B, D). The zeros that
#   `h` and `c` begin with are there already, anew in each call.
# - `mask[:, t, None]` is (B, 1), which fits both states. There may be no mask: then every step is real.
# - With `return_sequences` give the outputs of all steps, (B, T, U); else the last one, (B, U).


# %% answer="5.5"
class LSTM(keras.layers.Layer):
    """An LSTM over the steps of a batch of sentences.

    Args:
        units: U.
        return_sequences: give the outputs of all steps, or only the last one.
    """

    def __init__(self, units, return_sequences=False, **options):
        super().__init__(**options)
        self.units = units
        self.return_sequences = return_sequences
        self.supports_masking = True  # or Keras warns of each mask

    def build(self, input_shape):
        """Make the cell; input_shape is (B, T, D)."""
        ### BEGIN SOLUTION
        self.cell = LSTMCell(self.units)
        ### END SOLUTION
        self.cell.build((input_shape[0], input_shape[2]))

    def call(self, inputs, mask=None):
        """Inputs (B, T, D), mask (B, T) or None -> outputs (B, T, U), or the last one (B, U)."""
        h = c = ops.zeros((ops.shape(inputs)[0], self.units))
        outputs = []
        for t in range(inputs.shape[1]):
            ### BEGIN SOLUTION
            _, (new_h, new_c) = self.cell(inputs[:, t], [h, c])
            if mask is not None:
                real = mask[:, t, None]
                new_h, new_c = ops.where(real, new_h, h), ops.where(real, new_c, c)
            h, c = new_h, new_c
            outputs.append(h)
            ### END SOLUTION
        return ops.stack(outputs, axis=1) if self.return_sequences else h

    def get_config(self):
        return {**super().get_config(), "units": self.units, "return_sequences": self.return_sequences}


# %% check="5.5"
check("5.5", LSTM)

# %% [markdown]
# Is it the same as Keras's own? Copy the weights over and compare, on sentences of 7, 4 and 1 words.
#
# **Predict.** How large is the largest difference between your outputs and those of Keras? And between the last
# outputs with and without the mask?

# %%
LSTM = student_or_reference("5.5", LSTM)

x = rng.normal(size=(3, 7, 16)).astype("float32")
mask = np.arange(7) < np.array([[7], [4], [1]])
yours, of_keras = LSTM(32, return_sequences=True), keras.layers.LSTM(32, return_sequences=True)
yours.build(x.shape)
of_keras.build(x.shape)
of_keras.set_weights(yours.get_weights())

outputs = ops.convert_to_numpy(yours(x, mask=mask))
difference = np.abs(outputs - ops.convert_to_numpy(of_keras(x, mask=mask))).max()
print("outputs of shape", outputs.shape)
print("equal to keras.layers.LSTM, masked steps too, within 0.00001:", difference < 1e-5)

# %% [markdown]
# What stands at the padding must not matter. And what happens without a mask? That is the negative control: the
# sentence of one word goes on reading six more "words" that nobody wrote.

# %%
other = np.where(mask[:, :, None], x, 99.0).astype("float32")
same = np.array_equal(outputs, ops.convert_to_numpy(yours(other, mask=mask)))
unmasked = ops.convert_to_numpy(yours(x))
print("with the mask, other numbers at the padding change nothing:", same)
for sentence, length in enumerate((7, 4, 1)):
    moved = np.linalg.norm(unmasked[sentence, -1] - outputs[sentence, -1]) / np.linalg.norm(outputs[sentence, -1])
    print(f"a sentence of {length}: without the mask its last output moves by {moved:.0%} of its length")

# %% [markdown]
# A short sentence would be judged by what follows it, and by how much follows: by the company it has in its batch.
#
# ### Does the gradient survive?
#
# Now we can measure what section 3 worked out. TensorFlow follows the gradient from the sum of the last output back to
# each input, over 51 steps of random inputs, for a plain network and for your LSTM with three different biases of the
# forget gate. All weights are as they start, before any training.
#
# **Predict.** Sketch four lines, on a logarithmic axis, from 0 to 50 steps back. With a bias of 0 the factor of the
# LSTM is about 0.5 a step, with a bias of 1 about 0.73, with 3 about 0.95. The plain network starts with a recurrent
# matrix that is a pure rotation (`"orthogonal"`, as Keras has it), and has only its tanh against it. Which line is the
# lowest?

# %% tags=["figure"]
far = 0.5 * rng.normal(size=(16, 51, 32)).astype("float32")
steps_back = list(range(0, 51, 5))


def gradient_by_steps_back(layer):
    """The norm of the gradient at each input, as a share of that at the last one; the mean of 16 sentences."""
    inputs = tf.constant(far)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        last = tf.reduce_sum(layer(inputs))
    norms = tf.norm(tape.gradient(last, inputs), axis=-1).numpy().mean(axis=0)
    return [float(norms[-1 - back] / norms[-1]) for back in steps_back]


curves = {"plain network": gradient_by_steps_back(keras.layers.SimpleRNN(32))}
for bias in (0, 1, 3):
    layer = LSTM(32)
    layer.build(far.shape)
    kernel, recurrent_weights, _ = layer.get_weights()
    layer.set_weights([kernel, recurrent_weights, np.repeat([0, bias, 0, 0], 32)])
    curves[f"LSTM, bias {bias}"] = gradient_by_steps_back(layer)

plotting.lines(
    curves,
    steps_back,
    xlabel="steps back",
    ylabel="gradient, as a share of the last step's",
    title="How much of the gradient is left",
    logarithmic=True,
)

# %% tags=["nbval-ignore-output"]
# varies: the last digits of sums over random weights differ a little between processors
print("left after    10 steps   20 steps   50 steps")
for name, shares in curves.items():
    print(f"{name:14}" + "".join(f"{shares[steps_back.index(back)]:8.1g}   " for back in (10, 20, 50)))

# %%
left = {name: shares[steps_back.index(20)] for name, shares in curves.items()}
print("20 steps back, bias 0 < plain network:", left["LSTM, bias 0"] < left["plain network"])
print("20 steps back, plain network < bias 1:", left["plain network"] < left["LSTM, bias 1"])
print("20 steps back, bias 1 < bias 3:       ", left["LSTM, bias 1"] < left["LSTM, bias 3"])

# %% [markdown]
# A new LSTM works no wonders. With a bias of 0 it forgets *faster* than the plain network; a bias of 1 puts it
# ahead, the more so the further back; with 3 the gradient hardly fades at all. The difference is not that an LSTM remembers. It
# is that how long it remembers is a matter of $f$, one number for each unit, which training can move. The plain
# network has nothing of the kind: to remember longer it would need another $R$, which does everything else as well.

# %% [markdown]
# ## 7. A language model
#
# Now the network gets words to read, and at each place guesses the next one. The **inputs** are the sentence with
# `<s>` in front, the **targets** the sentence with `</s>` behind. `language.shifted` makes both, and the mask.

# %%
inputs, targets, mask = language.shifted(vocabulary, [["the", "bear", "ate"], ["hello", ",", "peter", "!"]])
names = [*vocabulary.tokens, "<s>"]
for row in range(2):
    print("inputs ", *[f"{names[id]:7}" for id in inputs[row]])
    print("targets", *[f"{names[id]:7}" for id in targets[row]])
    print("mask   ", *[f"{real!s:7}" for real in mask[row].tolist()])

# %% [markdown]
# The first sentence ends one place early. What stands at its padding is the id 0, which happens to be `<unk>`; nobody
# should be asked to predict that.
#
# ### Exercise 5.6: a loss that leaves out the padding
#
# The loss is the mean of $-\ln P(\text{target})$ over the **real** tokens of the whole batch: one sum over all of them,
# divided by how many they are. Then exp of the loss is the perplexity. The logits are the numbers before the softmax;
# `keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)` gives the loss at each place, (B, T).
# The mask is True and False, and TensorFlow counts only numbers: `ops.cast(mask, "float32")` makes 1 and 0 of it.


# %% answer="5.6"
def next_token_loss(logits, targets, mask):
    """The mean loss of the real tokens.

    Args:
        logits: (B, T, V).
        targets: the ids to be predicted, (B, T).
        mask: (B, T), True = a real token.

    Returns:
        one number: the mean of -ln P(target), in nats.
    """
    ### BEGIN SOLUTION
    losses = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    real = ops.cast(mask, "float32")
    return ops.sum(losses * real) / ops.sum(real)
    ### END SOLUTION


# %% check="5.6"
check("5.6", next_token_loss)

# %% [markdown]
# Does a padding that counts do any harm? It flatters. A model soon learns that padding follows padding, and gets a
# better and better mark the more padding there is. On paper: 6 real tokens with a loss of 2 each, and 6 padded places
# with a loss of 0. The mean over 12 places is 1, so that exp gives 2.7, and the truth is $e^2 = 7.4$.
#
# The model itself has three parts: a table of vectors, one for each token; a recurrent layer; and a last layer as wide
# as the vocabulary.

# %%
next_token_loss = student_or_reference("5.6", next_token_loss)


def language_model(recurrent_layer, vocabulary, steps=None, dropout=0.0):
    """A network from [token ids (B, T), mask (B, T)] to logits (B, T, V)."""
    token_ids, mask = keras.Input((steps,), dtype="int32"), keras.Input((steps,), dtype="bool")
    vectors = keras.layers.Embedding(len(vocabulary) + 1, 64)(token_ids)
    states = recurrent_layer(keras.layers.Dropout(dropout)(vectors), mask=mask)
    logits = keras.layers.Dense(len(vocabulary))(keras.layers.Dropout(dropout)(states))
    return keras.Model([token_ids, mask], logits)


def batches(vocabulary, sentences, epochs, size, seed=5):
    """Batches of sentences about equally long: inputs, mask and targets."""
    inputs, targets, mask = language.shifted(vocabulary, sentences)
    lengths = mask.sum(axis=1)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = np.argsort(lengths + 3 * rng.random(len(lengths)))
        for start in size * rng.permutation(len(order) // size):
            rows = order[start : start + size]
            longest = -(-lengths[rows].max() // 8) * 8  # 8, 16, 24 or 32: each new shape costs a compilation
            yield inputs[rows, :longest], mask[rows, :longest], targets[rows, :longest]


def train_model(model, vocabulary, sentences, epochs, rate, size=64):
    """Adam, with a learning rate that falls from `rate` to 0 along half a wave of a cosine."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * (len(sentences) // size))
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(model.trainable_variables)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")

    @tf.function
    def step(inputs, mask, targets):
        with tf.GradientTape() as tape:
            value = loss(targets, model([inputs, mask], training=True), sample_weight=mask)
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)

    for inputs, mask, targets in batches(vocabulary, sentences, epochs, size):
        step(inputs, mask, targets)


# %% [markdown]
# Sentences of about the same length share a batch, so that there is little padding. One step of training stands there
# in full: forwards to the loss, back to the gradient, and Adam changes the weights; `@tf.function` has TensorFlow
# compile it. The loss is left to Keras, which has yours built in: each place has a weight, here the mask, and the mean
# is over the weights.
#
# Your layer is right, but not fast. The package's LSTM has the same weights and gives the same numbers. What it does
# differently: the inputs of all steps are known beforehand, so $x_t W$ for *all* of them is one large product of
# matrices, which is what a processor does best. Only $h_{t-1} R$ has to wait for the step before. And on the way back
# the gradient of $R$ is summed over all steps in one large product, too.
#
# We train two networks of the same width, 128 units: one with plain recurrent steps, and an LSTM, whose layer has
# four times as many weights. (The plain one is trained with a smaller learning rate, which suits it better.)
#
# **Predict.** Kneser–Ney ended at 7.5, lab 04's networks at 5.4 with four words and 5.2 with eight; the truth is 4.2.
# Where will the plain network end, where the LSTM?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
layers = {
    "plain recurrent network": (keras.layers.SimpleRNN(128, return_sequences=True), 0.008),
    "LSTM": (recurrent.LSTM(128, return_sequences=True), 0.012),
}
models, reached = {}, {}
for name, (layer, rate) in layers.items():
    keras.utils.set_random_seed(5)
    models[name] = language_model(layer, vocabulary)
    train_model(models[name], vocabulary, train, epochs=5, rate=rate)
    reached[name] = language.perplexity(models[name], vocabulary, test)
    print(f"{name:24} perplexity {reached[name]:.2f}")

# %%
plain, lstm = reached.values()
print("plain network better than counting:", plain < five_grams.perplexity(test))
print("LSTM better than the plain network:", lstm < plain)
print("LSTM still above the truth:        ", lstm > scoreboard.truth())

# %% [markdown]
# And your own layer? It has the same weights in the same order, so it can be put in the trained one's place. The same
# sentences must get the same loss, from your LSTM through your loss.

# %%
some = sorted(test, key=len)[-64:]
inputs, targets, mask = language.shifted(vocabulary, some)
own = language_model(LSTM(128, return_sequences=True), vocabulary, steps=inputs.shape[1])
own.set_weights(models["LSTM"].get_weights())
logits = own.predict([inputs, mask], verbose=0)
own_perplexity = math.exp(next_token_loss(logits, targets, mask))
padded = math.exp(next_token_loss(logits, targets, np.ones_like(mask)))

trained = language.perplexity(models["LSTM"], vocabulary, some)
print("your layer and your loss give the trained model's perplexity:", math.isclose(own_perplexity, trained, rel_tol=1e-4))
print("counting the padding as tokens would change it:", not math.isclose(padded, trained, rel_tol=1e-2))

# %% [markdown]
# ### The lab's result: the scoreboard
#
# All models of the course so far, on the same test sentences with the same vocabulary.

# %% tags=["signature", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
for name, perplexity in reached.items():
    scoreboard.record(lab="05", model=name, perplexity=perplexity)
for row in scoreboard.rows():
    print(f"lab {row.lab}  {row.model:28} {row.perplexity:6.2f}" + ("" if row.yours else "  (the course's)"))
print(f"{'the world itself':36}{scoreboard.truth():6.2f}")

# %% tags=["signature"]
plotting.scores(scoreboard.rows(), scoreboard.truth())

# %% [markdown]
# Each step is better than the last. The plain network is not far behind the LSTM, and honesty asks why: the sentences
# have ten tokens on average, and most of them can be guessed from the few words before. An average over all tokens
# hides what happens where a word is needed from far away. So back to section 1.
#
# **Predict.** At eight words back the 5-gram model gave 0.00. The plain network? The LSTM?


# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
def by_network(model):
    """The probability of each needed word."""
    inputs, targets, mask = language.shifted(vocabulary, [words for words, _, _ in needed])
    probabilities = ops.convert_to_numpy(ops.softmax(model.predict([inputs, mask], verbose=0)))
    return [probabilities[row, place, targets[row, place]] for row, (_, place, _) in enumerate(needed)]


answers = {"5-grams": by_five_grams, "plain": by_network(models["plain recurrent network"])}
answers["LSTM"] = by_network(models["LSTM"])
print_by_distance(answers)

# %%
for distance in (5, 6, 8):
    there = [back == distance for _, _, back in needed]
    counting, plain, lstm = (np.mean(np.array(each)[there]) for each in answers.values())
    print(f"{distance} words back: LSTM better than counting: {lstm > counting}, far below the truth: {lstm < 0.8}")

# %% [markdown]
# Both networks see what the 5-grams cannot, and five and six words back the LSTM gives the needed word more than the
# plain network does. At eight words back both nearly fail: less than a tenth, where
# the truth is 1. The gates *could* keep the word, but training has to find that out from a few hundred such questions
# among twenty thousand sentences. The LSTM made the way back through time longer, not endless. Remember this gap: in
# lab 07 a network will be allowed to *look back*, instead of having to remember.
#
# Where do they look? The gradient tells that, too: how much would a nudge of each word's vector move the logarithm of
# the probability of the word that is needed? We take the sentence of the beginning, trained networks, and the needed
# word *oranges*. Each row is divided by its largest number.

# %% tags=["figure"]
def pull(model, words, target):
    """How strongly each word's vector moves ln P(target) after these words, (len(words) + 1,)."""
    table, recurrent, last = [layer for layer in model.layers if layer.weights]
    ids = np.array([[vocabulary.start_id, *vocabulary.encode(words)]])
    vectors = tf.convert_to_tensor(table(ids))
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        logits = last(recurrent(vectors))[0, -1]
        log_probability = tf.nn.log_softmax(logits)[vocabulary.encode([target])[0]]
    return tf.norm(tape.gradient(log_probability, vectors), axis=-1).numpy()[0]


pulls = {name: pull(model, oranges, "oranges") for name, model in models.items()}
plotting.alignment(
    np.array([each / each.max() for each in pulls.values()]),
    ["<s>", *oranges],
    list(pulls),
    title="Which words move the guess",
)

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
for name, each in pulls.items():
    share = each[1 + oranges.index("oranges")] / each.max()
    print(f"{name}: 'oranges' counts {'more' if share > 0.5 else 'less'} than half as much as the strongest word")

# %% [markdown]
# Both look mostly at the last words: *bought two* says that a thing in the plural comes. At *oranges*, which would settle
# it, both are nearly white. That is the table's last line once more, as a picture.
#
# ## 8. Writing with a temperature
#
# The model gives logits; drawing needs probabilities. The softmax makes them, and there is a knob to turn on the way:
# divide the logits by a **temperature** $T$ first.
#
# $$P(\text{word}_k) = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}$$
#
# On paper, two words with probabilities 0.8 and 0.2. Their odds are 4 to 1. Dividing logits by $T$ takes the odds to the
# power of $1/T$: at $T = 0.5$ they are $4^2 = 16$ to 1, at $T = 2$ they are $\sqrt 4 = 2$ to 1.
#
# **Predict.** Which probabilities are that? And what becomes of them for T → 0, and for a very large T?
#
# ### Exercise 5.7: draw a word with a temperature
#
# Mind large numbers: at T = 0.01 a logit of 9 becomes 900, and $e^{900}$ is infinite to a computer. Subtract the
# largest from all of them before exp: the softmax stays the same, as you have seen in lab 02.


# %% answer="5.7"
def sample(logits, temperature, rng):
    """Draw an id with the probability softmax(logits / temperature).

    Args:
        logits: array (V,).
        temperature: more than 0.
        rng: NumPy's random generator, from which all chance must come.

    Returns:
        int: the id, from 0 to V-1.
    """
    ### BEGIN SOLUTION
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    return int(rng.choice(len(weights), p=weights / weights.sum()))
    ### END SOLUTION


# %% check="5.7"
check("5.7", sample)

# %%
sample = student_or_reference("5.7", sample)

coin = np.log([0.8, 0.2])
for temperature in (0.01, 0.5, 1.0, 2.0, 100.0):
    drawn = [sample(coin, temperature, np.random.default_rng(seed)) for seed in range(2000)]
    odds = 4 ** (1 / temperature)
    print(f"T = {temperature:6}: drawn {1 - np.mean(drawn):.2f}, odds of {odds:.3g} to 1 are {odds / (odds + 1):.2f}")

# %% [markdown]
# T → 0 always takes the likeliest word; a large T knows no difference between words; T = 1 is the model as it is.
#
# To write, no sentence has to be read again for each word: everything that the network knows about the words so far is in
# `h` and `c`. So your `lstm_step`, one step a word, is all it takes, here for many sentences at once.


# %%
def write(count, temperature, seed, beginning=(), max_words=30):
    """Sentences that the LSTM writes, each from the given beginning on."""
    table, kernel, recurrent_kernel, bias, last_kernel, last_bias = models["LSTM"].get_weights()
    rng = np.random.default_rng(seed)
    h = c = np.zeros((count, 128), "float32")
    ids, written = np.full(count, vocabulary.start_id), []
    for place in range(max_words):
        h, c = lstm_step(table[ids], h, c, kernel, recurrent_kernel, bias)
        logits = ops.convert_to_numpy(h) @ last_kernel + last_bias
        ids = np.array([sample(row, temperature, rng) for row in logits])
        if place < len(beginning):
            ids[:] = vocabulary.encode(beginning)[place]
        written.append([vocabulary.tokens[id] for id in ids])
    return [list(itertools.takewhile(lambda word: word != "</s>", words)) for words in zip(*written)]


# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
for temperature in (0.01, 0.5, 1.0, 2.0):
    print(f"T = {temperature}")
    for words in write(4, temperature, seed=5):
        print("   ", " ".join(words))

# %% [markdown]
# As in lab 01 we ask three questions about 300 sentences: could the world have said it, does it stand in the training
# text, and is it both possible and new? There, 5-grams reached 23 % in the last column, and the world itself 87 %. Here
# the last column is stricter: a sentence that comes again counts once.
#
# **Predict.** Which temperature writes the most possible sentences? Which the most that are possible *and new*?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
in_training = {tuple(words) for words in train}
shares = {}
print("             different  possible  copied  possible and new")
for temperature in (0.01, 0.5, 0.75, 1.0, 2.0):
    sentences = [tuple(words) for words in write(300, temperature, seed=6)]
    different = set(sentences)
    possible = {words for words in different if world.parse(words) is not None}
    could_be = np.mean([words in possible for words in sentences])
    copied = np.mean([words in in_training for words in sentences])
    new = len(possible - in_training) / len(sentences)
    shares[temperature] = could_be, new
    print(f"T = {temperature:4}  {len(different):13}  {could_be:8.0%}  {copied:6.0%}  {new:16.0%}")

# %%
print("possible falls as the temperature rises from 0.5 to 2:", shares[0.5][0] > shares[1.0][0] > shares[2.0][0])
print("at T = 1, more that is possible and new than the 5-grams' 23 %:", shares[1.0][1] > 0.23)

# %% [markdown]
# The colder, the safer: near T = 0 everything is possible, but it is one sentence again and again. (The column
# *different* says how many of the 300 are.) The hotter, the more different and the more nonsense: at T = 2 hardly one
# sentence in twenty is possible. Between the two, from T = 0.5 to 1, lies the best place to write from, where about
# three sentences of five are both possible and new. The 5-grams had to choose between nonsense and copying. The LSTM
# makes new sentences that the world could have said, more than twice as often.
#
# **Try it on your own sentence.** Begin a sentence, choose a temperature, and let the network end it. What does it
# make of a word it has never seen?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
my_beginning = "please buy an apple and".split()
for words in write(5, temperature=0.8, seed=7, beginning=my_beginning):
    print(" ".join(words))

# %% [markdown]
# ## 9. Real text
#
# And on sentences that people wrote? Here are 5,000 from a phrase collection (Tatoeba, by way of manythings.org, CC-BY
# 2.0) to train on, and 500 others to test on. A word that comes only once in training counts as `<unk>`, for counting
# and network alike.
#
# Five thousand sentences are a quarter of what the world gave us, with almost twice as many different words. A
# network with more than four hundred thousand weights can learn so little text by heart. The usual remedy is
# **dropout** (Srivastava and others, 2014): at each step of training a share of the numbers, here half, is set to 0
# at random, so that no weight can lean on a single one.
#
# **Predict.** Who wins: Kneser–Ney, the LSTM, or the LSTM with dropout?
#
# Without the file the cell says how to get it, and the lab goes on.

# %% tags=["nbval-ignore-output"]
# varies: the corpus is optional, so the output depends on what is on this machine
from course_utils.text import corpora

if corpora.available("spa-eng"):
    real_train, real_test = corpora.quick_english()
    real_vocabulary = Vocabulary.from_sentences(real_train, min_count=2)
    print(f"{len(real_train):,} sentences, {len(real_vocabulary):,} tokens in the vocabulary")
    for n in (2, 3, 5):
        counts = NGramCounts.from_sentences(real_train, order=n, vocabulary=real_vocabulary)
        print(f"Kneser–Ney, n = {n}:               {NGramModel(counts, KneserNey()).perplexity(real_test):6.1f}")
    for dropout, epochs in ((0.0, 3), (0.5, 6)):
        keras.utils.set_random_seed(5)
        real_model = language_model(
            recurrent.LSTM(128, return_sequences=True), real_vocabulary, dropout=dropout
        )
        train_model(real_model, real_vocabulary, real_train, epochs=epochs, rate=0.005)
        reached_here = language.perplexity(real_model, real_vocabulary, real_test)
        print(f"LSTM, dropout {dropout}, {epochs:2} epochs: {reached_here:6.1f}")
else:
    print("spa-eng is not here. To get it, type in a terminal: course data get spa-eng")

# %% [markdown]
# If you have the file: counting wins. Without dropout the network is far behind (train it for longer, and it gains at
# first and then loses, since it learns the training sentences by heart); with dropout it may train for longer and
# comes closer to Kneser–Ney, and stays behind. Kneser–Ney was made for little text: it believes what it has seen and
# knows how far. A network must first learn from the same few sentences which words are alike. With more text the
# order turns round: each sentence helps a network with all words that are like its words, and helps counting only
# with its own. The world's twenty thousand sentences, with a thousand different words, were enough for that, and
# these are not.

# %% [markdown]
# ## Two questions to think about
#
# Answer in a few sentences, in the cells below. Your instructor reads and grades these by hand.

# %% [markdown] reflection="5.a"
# **5.a** Compare $h_t = \tanh(x_t W + h_{t-1} R + b)$ with $c_t = f \cdot c_{t-1} + i \cdot \tilde c$. Why does the second let a
# gradient come from further back, although $f$ is a factor too? And why is it good that $f$ depends on the word that
# is read?
#
# ### BEGIN SOLUTION
# In the plain network each step back multiplies by the slope of tanh, which is at most 1, and by the matrix R, which is
# the same at every step: over many steps the product vanishes or explodes, and R cannot be chosen for remembering alone,
# since it does all the other work as well. In the LSTM the old memory is added, and the factor along the memory is f
# alone, a number for each unit that may be as near to 1 as training wants it, without a matrix or a tanh on the way. And
# f is worked out from the word and the last output: the same unit can keep "oranges" while "did you buy" is read, and
# drop it when the sentence is over.
# ### END SOLUTION

# %% [markdown] reflection="5.b"
# **5.b** Our LSTM carries a state of 2 · 128 numbers, $h$ and $c$, however long the sentence. What would happen if it had to
# carry a whole paragraph, in order to translate it afterwards? How could you find out with the world's sentences, and
# what would you change?
#
# ### BEGIN SOLUTION
# Everything said so far must fit into the same 2 · 128 numbers, so with longer texts more and more is lost, first
# what is rare or far back: eight words back the needed word got less than a tenth of the probability. To find out,
# measure quality by length (perplexity by position, translation quality by sentence length; the world has a split of
# long sentences), and repeat it with wider states: if the fall moves to greater lengths with the width, then the
# width is the bottleneck. A wider state helps for a while. Better is not to squeeze everything through one state, but
# to keep the states of all words and to look at those that are needed, which is attention (lab 07).
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - A recurrent network carries a state from word to word, with the same weights at every step. Nothing limits how far it
#   can look back, except that it forgets.
# - Going back through time multiplies a factor for each step. Below 1 the gradient vanishes, above 1 it explodes.
# - An LSTM adds to its memory, and multiplies what is there by nothing but the forget gate: no matrix, no tanh. Three
#   gates, numbers between 0 and 1, decide what is written, kept and shown. The forget gate starts open, with a bias of 1.
# - Padding is not text: a masked step keeps the state, and the loss is a mean over real tokens only.
# - On average over all tokens the LSTM is the best so far, 4.8 against the truth of 4.2. Where a word is needed from eight
#   places back it still nearly fails.
# - A temperature below 1 makes writing safer and duller, above 1 more varied and more nonsense.
#
# **Sources.** S. Hochreiter, *Untersuchungen zu dynamischen neuronalen Netzen*, 1991. Y. Bengio, P. Simard and P.
# Frasconi, *Learning long-term dependencies with gradient descent is difficult*, 1994. J. Elman, *Finding structure in
# time*, 1990. S. Hochreiter and J. Schmidhuber, *Long short-term memory*, 1997. F. Gers, J. Schmidhuber and F. Cummins,
# *Learning to forget*, 2000. R. Pascanu, T. Mikolov and Y. Bengio, *On the difficulty of training recurrent neural
# networks*, 2013. N. Srivastava and others, *Dropout*, 2014. R. Jozefowicz, W. Zaremba and I. Sutskever, *An empirical
# exploration of recurrent network architectures*, 2015.

# %%
progress("05")
