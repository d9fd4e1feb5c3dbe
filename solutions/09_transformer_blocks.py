# %% [markdown]
# # Lab 09: transformer blocks
#
# > The dog bit the hunter. The hunter bit the dog.
#
# The same five words, and two different stories. To the self-attention of lab 08 they are one: it sees *which* words
# there are, and not *where*. In this lab you prove it, with numbers, and then repair it. After that you build what
# stands around attention, piece by piece: a small network at each place, a way past it, and a norm that keeps numbers in
# bounds. Together they are a **block**, and a transformer is a stack of blocks (Vaswani et al., 2017).
#
# In the end you have an encoder block and a decoder block. You prove three things about them: that no place of the
# decoder sees a later one, by exactly 0; that padding changes nothing; and that a short formula counts every weight.
# Lab 10 puts them together to a translator.
#
# **After this lab you can**
#
# - prove that self-attention without positions is blind to order, and give words a place;
# - write a feed-forward layer, layer normalisation and a residual connection;
# - say why deep stacks put the norm before each sublayer;
# - build an encoder block, a stack of them, and a decoder block, and prove that the decoder does not look ahead;
# - count a transformer's weights on paper.
#
# **Before you start:** lab 08 (multi-head attention and its masks), layers and gradients from lab 05. **Time:** about two
# hours. The notebook itself runs in about a minute and a half.
#
# <!-- exercises -->

# %%
import course_utils.backend  # loads Keras without TensorFlow's page of notes
import keras
import numpy as np
import tensorflow as tf
from keras import ops

from course_utils import check, hint, progress, student_or_reference
from course_utils.models import plotting, plotting_translation
from course_utils.models.multi_head import MultiHeadAttention, causal_mask, padding_mask
from course_utils.models.transformer import Transformer, TransformerConfig
from course_utils.text.world import World

world = World(seed=1)
records = {"train": world.sentences(20_000, "train"), "test": world.sentences(4_000, "test")}
print({split: len(each) for split, each in records.items()})

# %% [markdown]
# ## 1. Blind to order
#
# Self-attention gives each word a weighted mean of all words. A mean does not know in which order its parts came. So if
# we exchange two words, each word should get what it got before, only at its new place.
#
# Here is attention with four heads (the package's; yours of lab 08 would do the same) over random vectors for five words.
#
# **Predict.** We exchange *dog* and *hunter*. Which rows of the output change? By how much does the row of *dog* differ
# from the row that *dog* had before?

# %%
keras.utils.set_random_seed(9)
rng = np.random.default_rng(9)
words = ["the", "dog", "bit", "the", "hunter"]
vector = {word: rng.normal(size=16).astype("float32") for word in words}
exchanged = ["the", "hunter", "bit", "the", "dog"]


def vectors(sentence):
    """The words' vectors, (1, T, 16)."""
    return np.array([[vector[word] for word in sentence]])


heads = MultiHeadAttention(heads=4, head_width=4)
one, other = (ops.convert_to_numpy(heads(vectors(s), vectors(s))[0][0]) for s in (words, exchanged))
for place, word in enumerate(exchanged):
    same = np.allclose(other[place], one[words.index(word)], atol=1e-6)
    print(f"place {place}, {word:7} has the output that {word} had before: {same}")

# %% [markdown]
# Nothing but the places has changed. This is called **permutation equivariance**: if the inputs are put in another order,
# the outputs are put in the same other order, and none of them is different. Here it is for a hundred random orders. The
# largest difference is what rounding makes of another order of the same sum.

# %%
differences = []
for _ in range(100):
    order = rng.permutation(5)
    x = rng.normal(size=(1, 5, 16)).astype("float32")
    differences.append(np.abs(heads(x[:, order], x[:, order])[0] - heads(x, x)[0].numpy()[:, order]).max())
print("the largest difference over 100 orders is below 0.00001:", max(differences) < 1e-5)

# %% [markdown]
# More layers do not help. The feed-forward layer, the norm and the residual connection of the next sections treat
# each place like all others, and a stack of layers that are all blind to order is blind to order, too. (Only the
# causal mask of section 7 tells earlier from later.) So the place must come in at the bottom, with the words.
#
# ## 2. A vector for each place
#
# The simplest way: a vector for each place, added to the vector of the word that stands there. Vaswani et al. (2017)
# take sines and cosines. Think of a clock. The second hand goes round fast, the minute hand slowly, the hour hand
# more slowly; together they tell the time of half a day. Each pair of columns is one hand:
#
# $$p_{t,\,2i} = \sin\frac{t}{10000^{2i/D}} \qquad\qquad p_{t,\,2i+1} = \cos\frac{t}{10000^{2i/D}}$$
#
# On paper, with D = 4 there are two hands, i = 0 and i = 1, with the divisors $10000^0 = 1$ and $10000^{2/4} = 100$:
#
# | place t | sin t | cos t | sin t/100 | cos t/100 |
# |---|---|---|---|---|
# | 0 | 0 | 1 | 0 | 1 |
# | 1 | 0.841 | 0.540 | 0.010 | 1.000 |
# | 2 | ? | ? | ? | ? |
#
# **Predict.** Fill in the last row. (sin 2 = 0.909, cos 2 = −0.416.)
#
# ### Exercise 9.1: a vector for each place
#
# An array with a row for each place, from 0 on, and D columns; D is even. `table[:, 0::2]` are the columns 0, 2, 4, …
# and `table[:, 1::2]` the columns between them.


# %% answer="9.1"
def sinusoidal_positions(length, width):
    """A vector for each of `length` places: an array (length, width), sines and cosines in turn."""
    ### BEGIN SOLUTION
    divisors = 10_000 ** (np.arange(0, width, 2) / width)
    angles = np.arange(length)[:, None] / divisors
    table = np.zeros((length, width))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    ### END SOLUTION
    return table


# %% check="9.1"
check("9.1", sinusoidal_positions)

# %%
sinusoidal_positions = student_or_reference("9.1", sinusoidal_positions)

print(np.round(sinusoidal_positions(3, 4), 3))

# %% [markdown]
# What is it good for? The product of two such vectors, number by number and summed, tells how far apart the two places
# are, and nothing else: $\sin a \sin b + \cos a \cos b = \cos(a - b)$. Attention works with such products, so it can
# learn to look two words back, wherever it is.
#
# **Predict.** Place 10 against places 10, 12 and 20: which product is the largest? And what do you expect of place 30
# against place 32?

# %%
places = np.array(sinusoidal_positions(50, 32))
products = places @ places.T
for first, second in ((10, 10), (10, 12), (30, 32), (10, 20), (30, 40)):
    print(f"place {first} · place {second} = {products[first, second]:.2f}")

# %% [markdown]
# The product of two places depends on their distance alone, and it is largest at the distance 0.
#
# The other way is to *learn* the vectors, as those of words are learned: a table with a row for each place, random in
# the beginning (Gehring et al., 2017; Vaswani et al. tried both). It needs no formula, but it knows no place that it has
# not met in training. In section 6 you compare both.
#
# With places, are the two sentences still one?

# %%
with_places = [vectors(s) + sinusoidal_positions(5, 16) for s in (words, exchanged)]
one, other = (ops.convert_to_numpy(heads(x, x)[0][0]) for x in with_places)
for place, word in enumerate(exchanged):
    same = np.allclose(other[place], one[words.index(word)], atol=1e-6)
    print(f"place {place}, {word:7} has the output that {word} had before: {same}")

# %% [markdown]
# No word is what it was. (Nor is *the* at place 0, though it has not moved: it attends to words that have.)

# %% [markdown]
# ## 3. A small network at each place
#
# Attention carries information from place to place. What it carries is a mean, so it can mix but hardly compute. The
# **feed-forward layer** computes: two matrices with a relu between them, the same for each place, and each place for
# itself.
#
# $$\text{feed-forward}(x) = \max(0,\; x W_1 + b_1)\, W_2 + b_2$$
#
# $W_1$ makes the vector wider, from D to `hidden` numbers, and $W_2$ brings it back to D. On paper, with D = 1 and two
# hidden numbers, $W_1 = (1, -1)$, $W_2 = (1, 1)^T$ and no biases: the input −3 becomes (−3, 3), the relu makes (0, 3) of
# it, and the output is 3.
#
# **Predict.** What is the output for 2? Which function is this? And what would the output be without the relu?
#
# ### Exercise 9.2: two layers at every place
#
# In `build` make four weights with `self.add_weight(shape=...)`, in this order: $W_1$ (D, hidden), $b_1$ (hidden,),
# $W_2$ (hidden, D), $b_2$ (D,). The biases start at 0: `initializer="zeros"`. In `call` use `ops.matmul` and `ops.relu`.


# %% answer="9.2"
class FeedForward(keras.layers.Layer):
    """Two layers with a relu between them, the same at every place.

    Args:
        hidden: the width between the two.
    """

    def __init__(self, hidden, **options):
        super().__init__(**options)
        self.hidden = hidden
        self.supports_masking = True  # or Keras warns of each mask

    def build(self, input_shape):
        """Make W1, b1, W2 and b2 for inputs (B, T, D)."""
        ### BEGIN SOLUTION
        width = input_shape[-1]
        self.first = self.add_weight(shape=(width, self.hidden))
        self.first_bias = self.add_weight(shape=(self.hidden,), initializer="zeros")
        self.second = self.add_weight(shape=(self.hidden, width))
        self.second_bias = self.add_weight(shape=(width,), initializer="zeros")
        ### END SOLUTION

    def call(self, x):
        """(B, T, D) -> (B, T, D)."""
        ### BEGIN SOLUTION
        inner = ops.relu(ops.matmul(x, self.first) + self.first_bias)
        return ops.matmul(inner, self.second) + self.second_bias
        ### END SOLUTION


# %% check="9.2"
check("9.2", FeedForward)

# %%
FeedForward = student_or_reference("9.2", FeedForward)

layer = FeedForward(2)
layer.build((None, None, 1))
layer.set_weights([np.array([[1, -1]]), np.zeros(2), np.array([[1], [1]]), np.zeros(1)])
numbers = np.array([[[-3], [-1], [0], [2]]], "float32")
print("inputs ", numbers.ravel())
print("outputs", ops.convert_to_numpy(layer(numbers)).ravel())
print("without the relu", (numbers @ np.array([[1, -1]]) @ np.array([[1], [1]])).ravel())

# %% [markdown]
# It is the absolute value, which no matrix can give: without the relu the two matrices are one, here $1 \cdot 1 + (-1)
# \cdot 1 = 0$, and the output is 0 whatever comes in. That is the negative control of this section: without the relu the
# wide layer is thrown away.

# %% [markdown]
# ## 4. Numbers in bounds
#
# A block adds something to its input, and the next block adds to that. After a dozen blocks numbers can have grown large
# at one place and small at another. **Layer normalisation** (Ba, Kiros and Hinton, 2016) brings each place back to mean 0
# and variance 1, and then gives each of the D columns a scale and a shift, which are learned:
#
# $$\text{norm}(x) = \text{scale} \cdot \frac{x - \text{mean}}{\sqrt{\text{variance} + \epsilon}} + \text{shift}$$
#
# The mean and the variance are those of the D numbers of *one place*. Not of the batch, and not of the sentence: else the
# translation of one sentence would depend on its neighbours, or on words that are still to come.
#
# On paper: the place (1, 1, 3, 3) has the mean 2. Its differences are −1, −1, 1, 1, the mean of their squares is 1, and
# the result is (−1, −1, 1, 1).
#
# **Predict.** What becomes of (10, 10, 30, 30)? And of (5, 5, 5, 5)?
#
# ### Exercise 9.3: layer normalisation
#
# With functions of `keras.ops`. `ops.mean(x, axis=-1, keepdims=True)` is (B, T, 1) and fits x. The variance is the mean of
# the squared differences from the mean.


# %% answer="9.3"
def layer_norm(x, scale, shift, epsilon=1e-5):
    """Each place of x with mean 0 and variance 1, then scaled and shifted.

    Args:
        x: (B, T, D).
        scale, shift: (D,).
        epsilon: added to the variance, so that it is never 0.

    Returns:
        an array (B, T, D).
    """
    ### BEGIN SOLUTION
    mean = ops.mean(x, axis=-1, keepdims=True)
    variance = ops.mean(ops.square(x - mean), axis=-1, keepdims=True)
    return scale * (x - mean) / ops.sqrt(variance + epsilon) + shift
    ### END SOLUTION


# %% check="9.3"
check("9.3", layer_norm)

# %%
layer_norm = student_or_reference("9.3", layer_norm)

x = np.array([[[1, 1, 3, 3], [10, 10, 30, 30], [5, 5, 5, 5]]], "float32")
print(np.round(layer_norm(x, np.ones(4, "float32"), np.zeros(4, "float32"))[0], 3))

of_keras = keras.layers.LayerNormalization(epsilon=1e-5)
x = rng.normal(size=(3, 5, 16)).astype("float32")
of_keras.build(x.shape)
of_keras.set_weights([rng.normal(size=16), rng.normal(size=16)])
print(
    "yours equals Keras's layer:", np.allclose(layer_norm(x, *of_keras.get_weights()), of_keras(x), atol=1e-5)
)

# %% [markdown]
# Ten times as large is the same after the norm, and four equal numbers become 0: there is no difference to keep.
# (With $\epsilon = 0$ they would be 0/0.)

# %% [markdown]
# ## 5. A way past each sublayer
#
# Attention and the feed-forward layer are the two **sublayers** of a block. Around each goes a **residual connection**
# (He et al., 2016): the output is *added* to the input.
#
# $$x + \text{sublayer}(x)$$
#
# So a sublayer need not repeat what is known already, it only adds to it. And on the way back the gradient has a road
# with nothing on it: the derivative of $x + f(x)$ is $1 + f'(x)$. In lab 05 you saw what becomes of gradients that are
# multiplied again and again; the 1 keeps them from vanishing.
#
# Where does the norm go? Two ways are in use:
#
# | | | from |
# |---|---|---|
# | post-norm | norm(x + sublayer(x)) | Vaswani et al., 2017 |
# | pre-norm | x + sublayer(norm(x)) | Xiong et al., 2020, and others before |
#
# With post-norm every norm stands *on* the road: nothing gets by unchanged. With pre-norm the road is free. At the end of
# this section you measure what that means for stacks of up to 16 blocks.
#
# In training some of the sublayer's outputs are left out (**dropout**), so that no later layer relies on one number. The
# road itself is never cut.
#
# **Predict.** In a new pre-norm block a sublayer gives 0 everywhere. What comes out of `x + sublayer(norm(x))`? And of
# post-norm?
#
# ### Exercise 9.4: a way past each sublayer
#
# A small layer with two methods: `before` gives what the sublayer reads, `after` puts its outputs and x together.
# `self.config.norm` is "pre" or "post" (`config` holds a transformer's sizes and choices; it is explained after
# the exercise). The norm is Keras's layer, which you have just seen to be yours.


# %% answer="9.4"
class Residual(keras.layers.Layer):
    """What stands around a sublayer: a norm, dropout, and the residual connection."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.config = config
        self.norm = keras.layers.LayerNormalization(epsilon=1e-5)
        self.dropout = keras.layers.Dropout(config.dropout)

    def build(self, input_shape):
        self.norm.build(input_shape)

    def before(self, x):
        """What the sublayer reads: x (B, T, D), normed with pre-norm."""
        ### BEGIN SOLUTION
        return self.norm(x) if self.config.norm == "pre" else x
        ### END SOLUTION

    def after(self, x, outputs, training=False):
        """x (B, T, D) and what the sublayer made of it, together; normed with post-norm.

        `self.dropout(..., training=training)` leaves out some of the outputs, in training alone.
        """
        ### BEGIN SOLUTION
        x = x + self.dropout(outputs, training=training)
        return x if self.config.norm == "pre" else self.norm(x)
        ### END SOLUTION


# %% check="9.4"
check("9.4", Residual)

# %% [markdown]
# With pre-norm x itself comes out: the block does nothing yet, and does no harm. With post-norm it is norm(x).
#
# ### The sizes in one place
#
# The block has several sizes, and encoder and decoder must agree on them. `TransformerConfig` holds them all. It is a
# **frozen** dataclass: nobody can change a size after something has been built with it, and a size that cannot be is
# refused at once.

# %%
Residual = student_or_reference("9.4", Residual)

config = TransformerConfig(source_size=100, target_size=90, width=16, heads=4, hidden=32, dropout=0.0)
print(config)
try:
    TransformerConfig(source_size=100, target_size=90, width=16, heads=3)
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ### Exercise 9.5: an encoder block
#
# Attention, then the feed-forward layer, each with its own `Residual`. In `__init__` make the parts that you have built,
# in this order: `self.feed_forward`, `self.around_attention` and `self.around_feed_forward`. In `call`, for each of the
# two sublayers: what it reads (`before`), the sublayer, and both together (`after`).
#
# - `self.attention(query, memory, mask=mask, training=training)` gives outputs and weights. In self-attention query and
#   memory are the same.
# - `self.feed_forward(inputs)` gives outputs.
# - The weights come out, too, so that you can look at them later.


# %% answer="9.5"
class EncoderBlock(keras.layers.Layer):
    """Self-attention, then a feed-forward layer."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.supports_masking = True  # or Keras warns of each mask
        self.attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        ### BEGIN SOLUTION
        self.feed_forward = FeedForward(config.hidden)
        self.around_attention = Residual(config)
        self.around_feed_forward = Residual(config)
        ### END SOLUTION

    def build(self, input_shape):
        for layer in (self.attention, self.feed_forward, self.around_attention, self.around_feed_forward):
            layer.build(input_shape)

    def call(self, x, mask=None, training=False):
        """One block.

        Args:
            x: (B, S, D).
            mask: (B, 1, 1, S), True = a real place.

        Returns:
            x (B, S, D) and the attention weights (B, H, S, S).
        """
        ### BEGIN SOLUTION
        inputs = self.around_attention.before(x)
        outputs, weights = self.attention(inputs, inputs, mask=mask, training=training)
        x = self.around_attention.after(x, outputs, training)

        outputs = self.feed_forward(self.around_feed_forward.before(x))
        x = self.around_feed_forward.after(x, outputs, training)
        ### END SOLUTION
        return x, weights


# %% check="9.5"
check("9.5", EncoderBlock)

# %% [markdown]
# ### What the residual is for, and where the norm goes
#
# We make stacks of 1 to 16 new blocks of three kinds: with pre-norm, with post-norm, and as a negative control one without
# residual connections, in which each block is feed-forward(attention(x)) and no more. We put random vectors in and
# measure two things:
#
# - at the top, how different the places still are: the deviation between places, as a share of the size of all numbers;
# - the gradient of the loss at the feed-forward layer of the *highest* block. (At the top we ask for random vectors.)
#
# **Predict.** Attention is a mean, and the mean of means is still more of a mean. What is left of the differences between
# places after 16 blocks without residual? And what does the highest block care how many are below it?

# %%
EncoderBlock = student_or_reference("9.5", EncoderBlock)


class WithoutResidual(EncoderBlock):
    """The same parts, one after the other, with nothing around them."""

    def call(self, x, mask=None, training=False):
        x, weights = self.attention(x, x, mask=mask, training=training)
        return self.feed_forward(x), weights


def measured(Block, depth, norm="pre"):
    """Of a new stack: how different its places are at the top, and the gradient at the highest block's W1."""
    keras.utils.set_random_seed(0)
    config = TransformerConfig(source_size=2, target_size=2, width=32, hidden=64, dropout=0.0, norm=norm)
    rng = np.random.default_rng(0)
    x, targets = rng.normal(size=(2, 8, 12, 32)).astype("float32")
    blocks = [Block(config) for _ in range(depth)]
    for block in blocks:
        block.build(x.shape)
    last_norm = keras.layers.LayerNormalization(epsilon=1e-5)
    with tf.GradientTape() as tape:
        for block in blocks:
            x, _ = block(x)
        loss = ops.mean(ops.square(last_norm(x) - targets))
    gradient = tape.gradient(loss, blocks[-1].feed_forward.trainable_weights[0].value)
    x = ops.convert_to_numpy(x)
    return x.std(axis=1).mean() / x.std(), float(ops.sqrt(ops.mean(ops.square(gradient))))


DEPTHS = (1, 2, 4, 8, 16)
kinds = {"pre-norm": (EncoderBlock, "pre"), "post-norm": (EncoderBlock, "post"), "no residual": (WithoutResidual, "pre")}
stacks = {
    name: [measured(Block, depth, norm) for depth in DEPTHS] for name, (Block, norm) in kinds.items()
}

# %% tags=["figure"]
plotting.lines(
    {name: [difference for difference, _ in each] for name, each in stacks.items()}, DEPTHS,
    xlabel="blocks in the stack", ylabel="difference between places",
    title="Without residual connections all places become one",
)  # fmt: skip

# %%
left = [difference for difference, _ in stacks["no residual"]]
print(f"no residual, after 2 blocks: {left[1]:.1%}; after 4 less than a millionth: {left[2] < 1e-6}")
for name in ("pre-norm", "post-norm"):
    gradients = [gradient for _, gradient in stacks[name]]
    shares = " ".join(f"{gradient / gradients[0]:6.2f}" for gradient in gradients)
    print(f"{name:10} gradient at the highest block of {', '.join(map(str, DEPTHS))}: {shares}")
print(f"{'':10} {'1 / √(number of blocks)':>42}: {' '.join(f'{depth**-0.5:6.2f}' for depth in DEPTHS)}")

# %% [markdown]
# Without residual connections less than a hundredth of the differences is left after two blocks, and after four all places
# are one, up to rounding: a mean of means. Then it does not matter any more which word stood where, and there is nothing
# left to learn from (Dong, Cordonnier and Loukas, 2021). With pre-norm about half is left after 16 blocks. With post-norm
# they fade, more slowly: its norms bring the sum back to size each time, and with it what each place had of its own.
#
# And the norm? With post-norm the highest block of 16 gets as much gradient as one that stands alone. With pre-norm
# it gets less, the more blocks there are, roughly as 1 divided by the root of their number: what comes up the road is
# a sum of all blocks, and the last norm divides by its size. Xiong et al. (2020) prove both, and see in it why a deep
# post-norm stack is hard to start: its highest blocks are pushed hard while those below them still give noise. It
# needs a **warm-up**, a time of small steps, which you will meet in lab 10. Nearly all of today's deep models have
# pre-norm.

# %% [markdown]
# ## 6. Who did it?
#
# Now a task that cannot be done without order. In *the cat chased the dog*, who chased? English says it by order alone:
# what stands before the verb does it, what stands after it has it done to it. Grammar calls them **subject** and
# **object**. Hungarian says it by an ending: the object ends in *-t*. *A macska megkergette a kutyát* and *a kutyát
# megkergette a macska* are the same story.
#
# So our world knows the truth: an English noun is an object if the Hungarian word that it is linked to is in the form of
# the object. The network reads a sentence and says of each such noun which of the two it is.

# %%
IS_OBJECT = {}
for forms in world.hungarian_forms():
    if "acc" in forms:  # the accusative, the form of the object
        IS_OBJECT |= {
            forms[name].lower(): "acc" in name for name in forms if name in ("nom", "pl_nom", "acc", "pl_acc")
        }


def roles(record):
    """For each noun whose role is known: its place in Hungarian, its place in English, whether it is an object."""
    return [
        (h, e, IS_OBJECT[record.hungarian[h]])
        for h, e in record.alignment
        if record.hungarian[h] in IS_OBJECT
    ]


def has_both(record):
    return len({is_object for _, _, is_object in roles(record)}) == 2


train = [record for record in records["train"] if has_both(record) and len(record.english) <= 16]
print(len(train), "sentences with a subject and an object, for example")
print(
    " ".join(train[0].english),
    {train[0].english[e]: "object" if o else "subject" for _, e, o in roles(train[0])},
)

# %% [markdown]
# The test is strict. We take test sentences with one subject and one object, *exchange the two*, and keep those that the
# world can say both ways. Each sentence and its mirror image have exactly the same English words.
#
# **Predict.** A network that is blind to order names a subject in both sentences of each pair. How often is it right,
# at best? At worst?


# %%
def mirrored(record):
    """The world's record with subject and object exchanged; None where there is none, or training has it."""
    found = sorted(roles(record), key=lambda role: role[2])
    if len(found) != 2 or not has_both(record) or len(record.english) > 16:
        return None
    words, (_, subject, _), (_, other, _) = list(record.english), *found
    words[subject], words[other] = words[other], words[subject]
    if tuple(words) in seen or tuple(words) == record.english:
        return None
    mirror = world.parse(words)
    return mirror if mirror and len(roles(mirror)) == 2 and has_both(mirror) else None


seen = {record.english for record in train}
pairs = [(record, mirrored(record)) for record in records["test"]]
pairs = [(record, mirror) for record, mirror in pairs if mirror]
print(len(pairs), "pairs, for example")
for record in pairs[0]:
    print(f"  {' '.join(record.english)}  ({' '.join(record.hungarian)})")

# %% [markdown]
# The reader is a stack of your encoder blocks with the words at the bottom and one number for each place at the top: above
# 0 means object.
#
# Where do the places come in? A block that has not got them is blind to order, and so are all blocks below it. On the
# other hand, what has been added once stays: the residual connections carry it up.
#
# **Predict.** Four places to add the vectors of section 2 to: the words, what leaves the first block, what leaves the
# last one, or what each block reads. Which do you take, and what is lost with the others?
#
# ### Exercise 9.6: blocks on blocks, and where the places go
#
# - In `__init__` make `self.blocks`, a list of `config.encoder_layers` encoder blocks, each with weights of its own.
# - In `call` add the places where they belong. Each block reads what the one below it has made. Keep the weights of every
#   block: `block(x, mask=mask, training=training)` gives two things.


# %% answer="9.6"
class Stack(keras.layers.Layer):
    """Encoder blocks on encoder blocks, over words with their places."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.supports_masking = True  # or Keras warns of each mask
        ### BEGIN SOLUTION
        self.blocks = [EncoderBlock(config) for _ in range(config.encoder_layers)]
        ### END SOLUTION

    def build(self, x_shape, places_shape):
        for block in self.blocks:
            block.build(x_shape)

    def call(self, x, places, mask=None, training=False):
        """From the words to the top.

        Args:
            x: (B, T, D), a vector for each word.
            places: (T, D), a vector for each place.
            mask: (B, 1, 1, T), True = a real place.

        Returns:
            x (B, T, D), and a list of the weights of each block, (B, H, T, T).
        """
        ### BEGIN SOLUTION
        x, every = x + places, []
        for block in self.blocks:
            x, weights = block(x, mask=mask, training=training)
            every.append(weights)
        ### END SOLUTION
        return x, every


# %% check="9.6"
check("9.6", Stack)

# %% [markdown]
# Below the first block, and once. Added above the first, they leave the first block blind: all it can do is to mix words
# without order. Added on top, they leave all blocks blind. Added again to what each block reads, they say nothing new.
#
# Two new stacks of two blocks show it, yours and one where the places come too late. Two words are exchanged, and we
# compare what each block attends to: a block that is blind gives each pair of words the same weight as before.


# %%
Stack = student_or_reference("9.6", Stack)


class PlacesTooLate(Stack):
    """The negative control: the places come in after the first block."""

    def call(self, x, places, mask=None, training=False):
        x, first = self.blocks[0](x, mask=mask, training=training)
        x, second = self.blocks[1](x + places, mask=mask, training=training)
        return x, [first, second]


order = [0, 4, 2, 3, 1]  # dog and hunter, exchanged
for Kind in (Stack, PlacesTooLate):
    keras.utils.set_random_seed(4)
    stack = Kind(config)
    _, every = stack(vectors(words), sinusoidal_positions(5, 16))
    _, other = stack(vectors(exchanged), sinusoidal_positions(5, 16))
    blind = [
        np.allclose(ops.convert_to_numpy(b), ops.convert_to_numpy(a)[:, :, order][..., order], atol=1e-6)
        for a, b in zip(every, other)
    ]
    print(f"{Kind.__name__:13} is blind to order: first block {blind[0]}, second block {blind[1]}")

# %% [markdown]
# Now the reader: your stack between the words' vectors and one number for each place.


# %%
class Reader(keras.Model):
    """Word ids (B, T) -> a number for each place (B, T).

    Args:
        config: the sizes; source_size words, encoder_layers blocks, sentences of up to `longest` words.
        positions: "none", "sinusoidal" or "learned".
    """

    def __init__(self, config, positions, **options):
        super().__init__(**options)
        self.config, self.positions = config, positions
        self.embedding = keras.layers.Embedding(
            config.source_size, config.width, embeddings_initializer="random_normal"
        )
        self.stack = Stack(config)
        self.last_norm = keras.layers.LayerNormalization(epsilon=1e-5)
        self.to_score = keras.layers.Dense(1)

    def build(self, input_shape):
        shape = (self.config.longest, self.config.width)
        if self.positions == "learned":
            self.places = self.add_weight(shape=shape, initializer="random_normal")
        else:
            self.places = sinusoidal_positions(*shape) * (self.positions == "sinusoidal")
        self.embedding.build(input_shape)
        vectors_shape = (None, None, self.config.width)
        self.stack.build(vectors_shape, shape)
        for layer in (self.last_norm, self.to_score):
            layer.build(vectors_shape)

    def read(self, token_ids, training=False):
        """What the stack makes of each place (B, T, D), and each block's weights, (B, H, T, T)."""
        mask = padding_mask(token_ids)
        places = ops.cast(self.places, "float32")[: token_ids.shape[1]]
        x = self.embedding(token_ids) * self.config.width**0.5
        x, every = self.stack(x, places, mask=mask, training=training)
        return self.last_norm(x), every

    def call(self, token_ids, training=False):
        return self.to_score(self.read(token_ids, training)[0])[..., 0]


def padded(rows, fill=0):
    """Rows of numbers as one array (B, 16)."""
    return np.array([[*row, *[fill] * (16 - len(row))] for row in rows])


def ids_of(sentences, vocabulary):
    """Sentences as ids (B, 16); 0 is padding, 1 a word that training did not have."""
    return padded([[vocabulary.get(word, 1) for word in sentence] for sentence in sentences])


def known_loss(labels, scores):
    """The mean of -log p(label), 1 or 0, over the places that have one (others hold -1)."""
    known = ops.cast(labels >= 0, "float32")
    each = ops.softplus(scores) - ops.cast(labels > 0, "float32") * scores
    return ops.sum(known * each) / ops.maximum(ops.sum(known), 1)


def trained(positions, token_ids, labels, words, epochs, **sizes):
    """A reader, trained."""
    keras.utils.set_random_seed(1)
    sizes = {"width": 32, "heads": 4, "hidden": 64, "encoder_layers": 2, "longest": 16, **sizes}
    model = Reader(TransformerConfig(source_size=words, target_size=1, **sizes), positions)
    model.compile(optimizer=keras.optimizers.Adam(3e-3), loss=known_loss, jit_compile=False)
    batches = len(token_ids) // 64 * 64  # whole batches, so that one shape is compiled
    model.fit(token_ids[:batches], labels[:batches], batch_size=64, epochs=epochs, verbose=0)
    return model


# %% [markdown]
# And the two languages. For each pair we ask which of the two nouns has the higher score, the object's: so even a reader
# that calls everything an object has to choose.


# %%
def side(record, language):
    """The words of one language, and the places of the nouns with their roles."""
    words = record.english if language == "English" else record.hungarian
    return words, [(e if language == "English" else h, is_object) for h, e, is_object in roles(record)]


def trained_on(language, positions):
    """A reader of one language, and its vocabulary."""
    sides = [side(record, language) for record in train]
    sides = [(words, known) for words, known in sides if len(words) <= 16]
    vocabulary = {
        word: number for number, word in enumerate(sorted({w for words, _ in sides for w in words}), start=2)
    }
    labels = [[dict(known).get(place, -1) for place in range(len(words))] for words, known in sides]
    token_ids = ids_of([words for words, _ in sides], vocabulary)
    return trained(positions, token_ids, padded(labels, -1), len(vocabulary) + 2, epochs=4), vocabulary


def right_choices(language, model, vocabulary):
    """The share of sentences, of all pairs, in which the object has the higher score of the two nouns."""
    sides = [side(record, language) for pair in pairs for record in pair]
    sides = [(words, {is_object: place for place, is_object in known}) for words, known in sides if len(words) <= 16]
    scores = model.predict(ids_of([words for words, _ in sides], vocabulary), batch_size=64, verbose=0)
    return np.mean([row[place[True]] > row[place[False]] for row, (_, place) in zip(scores, sides)])


# %% tags=["nbval-ignore-output", "signature"]
# varies: trained numbers differ a little between processors
readers, right = {}, {}
for language, ways in (("English", ("none", "sinusoidal", "learned")), ("Hungarian", ("none",))):
    for positions in ways:
        readers[language, positions] = trained_on(language, positions)
        right[language, positions] = right_choices(language, *readers[language, positions])
        print(f"{language:9} positions: {positions:10} {right[language, positions]:7.1%} right")
print("a coin: 50.0%; the world itself: 100.0%")

# %%
print("English without positions is right in exactly half of the sentences:", right["English", "none"] == 0.5)
print(
    "with positions of either kind in more than 95%:",
    min(right["English", p] for p in ("sinusoidal", "learned")) > 0.95,
)
print("Hungarian without positions in more than 95%:", right["Hungarian", "none"] > 0.95)

# %% [markdown]
# In English the reader without positions is right in exactly half of the sentences: not nearly, exactly. To it a sentence
# and its mirror image are one, so it calls the same noun the object in both, and is right in one of them. No training can
# change that. With positions, of either kind, it reads them all. In Hungarian it needs none: the ending is part of the
# word, and a word keeps its ending wherever it stands.
#
# ### Where does it look?
#
# Each block hands its attention weights out.

# %% tags=["nbval-ignore-output", "figure"]
# varies: trained numbers differ a little between processors
model, vocabulary = readers["English", "sinusoidal"]
sentence = "the cat chased the dog in the garden .".split()
_, every = model.read(ids_of([sentence], vocabulary))
for number, weights in enumerate(every, start=1):
    panels = {
        f"block {number}, head {head + 1}": ops.convert_to_numpy(weights)[0, head, : len(sentence), : len(sentence)]
        for head in range(2)
    }
    plotting_translation.alignments(panels, sentence, sentence)

# %% [markdown]
# Each row is a word that looks. In our run (head 1) *cat* looks at the verb that follows it, while *dog* and the
# words behind it look at the first word of the sentence: whether a noun stands before or behind the verb is what the
# reader needs to know, and this one head of the first block has found two ways to ask. Another seed finds others. Of
# the block above one cannot say so easily what it looks for: what is at a place there is no longer only that word.

# %% [markdown]
# **Try it on your own sentence.** Two nouns and a verb of the world. Exchange them. Put something before them: *when the
# train was late , the …*. What does the reader without positions say to both?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
my_sentences = ["the horse followed the tiger .", "the tiger followed the horse ."]
for positions in ("sinusoidal", "none"):
    model, vocabulary = readers["English", positions]
    for text in my_sentences:
        scores = ops.convert_to_numpy(model(ids_of([text.split()], vocabulary)))[0]
        nouns = {
            word: round(float(scores[place]), 1)
            for place, word in enumerate(text.split())
            if word in ("horse", "tiger")
        }
        print(f"{positions:10} {text:32} {nouns}")

# %% [markdown]
# ## 7. The decoder block
#
# A decoder writes one word after the other, and is trained on whole sentences at once: at each place it must predict the
# *next* word. So no place may see a later one, or it would learn to copy what it should predict. That is the **causal
# mask** of lab 08: True where the key is not later than the query.
#
# And it needs the source. So a decoder block has three sublayers:
#
# 1. **self-attention**, causal: each place looks at the words written so far;
# 2. **cross-attention**: queries from the decoder, keys and values from the **memory**, which is what the encoder has made
#    of the source. Here each word that is written looks for the words it translates, as in lab 07;
# 3. the **feed-forward layer**.
#
# Each has its `Residual`. The memory is not normed again: the encoder's last norm has done that.
#
# **Predict.** Three words have been written, the source has five. What are the shapes of the two kinds of weights, for
# one head? Which of them is a triangle?
#
# ### Exercise 9.7: a decoder block
#
# - In `__init__` make, in this order: `self.feed_forward`, `self.around_self`, `self.around_cross` and
#   `self.around_feed_forward`.
# - `causal_mask(length)` is (1, 1, T, T); `x.shape[1]` is the length. `target_mask` (B, 1, 1, T) is True at real places,
#   or None. Where it is given, both must hold: `ops.logical_and(a, b)`.
# - Cross-attention's mask is `memory_mask` (B, 1, 1, S), or None.


# %% answer="9.7"
class DecoderBlock(keras.layers.Layer):
    """Causal self-attention, attention to the memory, then a feed-forward layer."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.supports_masking = True  # or Keras warns of each mask
        self.self_attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.cross_attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        ### BEGIN SOLUTION
        self.feed_forward = FeedForward(config.hidden)
        self.around_self = Residual(config)
        self.around_cross = Residual(config)
        self.around_feed_forward = Residual(config)
        ### END SOLUTION

    def build(self, x_shape, memory_shape):
        self.self_attention.build(x_shape)
        self.cross_attention.build(x_shape, memory_shape)
        for layer in (self.feed_forward, self.around_self, self.around_cross, self.around_feed_forward):
            layer.build(x_shape)

    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        """One block.

        Args:
            x: (B, T, D), the words written so far.
            memory: (B, S, D), what the encoder has made of the source.
            target_mask: (B, 1, 1, T), True = a real place; None where all are.
            memory_mask: (B, 1, 1, S), the same of the memory.

        Returns:
            x (B, T, D), the weights of self-attention (B, H, T, T), those of cross-attention (B, H, T, S).
        """
        ### BEGIN SOLUTION
        mask = causal_mask(x.shape[1])
        if target_mask is not None:
            mask = ops.logical_and(mask, target_mask)

        inputs = self.around_self.before(x)
        outputs, self_weights = self.self_attention(inputs, inputs, mask=mask, training=training)
        x = self.around_self.after(x, outputs, training)

        inputs = self.around_cross.before(x)
        outputs, cross_weights = self.cross_attention(inputs, memory, mask=memory_mask, training=training)
        x = self.around_cross.after(x, outputs, training)

        outputs = self.feed_forward(self.around_feed_forward.before(x))
        x = self.around_feed_forward.after(x, outputs, training)
        ### END SOLUTION
        return x, self_weights, cross_weights


# %% check="9.7"
check("9.7", DecoderBlock)

# %% [markdown]
# Now the proofs, on stacks of three blocks. **Causality.** We change the words from place 4 on and look at the
# outputs. In the decoder the places before must stay *exactly* as they were: not nearly, since what is masked has a
# weight of exactly 0, and 0 times anything is 0.
#
# **Predict.** And in a stack of encoder blocks?

# %%
DecoderBlock = student_or_reference("9.7", DecoderBlock)

keras.utils.set_random_seed(2)
encoder, decoder = [EncoderBlock(config) for _ in range(3)], [DecoderBlock(config) for _ in range(3)]
memory = rng.normal(size=(2, 5, 16)).astype("float32")
memory_mask = (np.arange(5) < np.array([[5], [3]]))[:, None, None]


def encode(x, mask=None):
    """Through the three encoder blocks."""
    for block in encoder:
        x, _ = block(x, mask=mask)
    return ops.convert_to_numpy(x)


def decode(x, memory, target_mask=None, memory_mask=None):
    """Through the three decoder blocks."""
    for block in decoder:
        x, self_weights, cross_weights = block(x, memory, target_mask=target_mask, memory_mask=memory_mask)
    return ops.convert_to_numpy(x), ops.convert_to_numpy(self_weights), ops.convert_to_numpy(cross_weights)


x = rng.normal(size=(2, 7, 16)).astype("float32")
changed = x.copy()
changed[:, 4:] = rng.normal(size=(2, 3, 16))
before, self_weights, cross_weights = decode(x, memory, memory_mask=memory_mask)
after, _, _ = decode(changed, memory, memory_mask=memory_mask)
print("decoder, places 0 to 3 change by", np.abs(after - before)[:, :4].max())
print("decoder, places 4 to 6 change by more than 0.1:", np.abs(after - before)[:, 4:].max() > 0.1)
print(
    "encoder, places 0 to 3 change by more than 0.1:", np.abs(encode(changed) - encode(x))[:, :4].max() > 0.1
)
print("shapes of the weights:", self_weights.shape, cross_weights.shape)
print("weights above the diagonal:", np.triu(self_weights, 1).max())

# %% [markdown]
# Three words written and five of the source make 3 × 3 weights, a triangle, and 3 × 5, a full rectangle; here it is 7
# words. The encoder sees later words, as it should: the source is there from the beginning. A decoder built of encoder
# blocks would be the negative control. Its training loss would be wonderful.
#
# **Padding.** We put four more padded places behind source and target, filled with large numbers, and compare the real
# places.
#
# **Predict.** Exactly 0 again?


# %%
def with_padding(array):
    """Four more places of large numbers."""
    return np.concatenate([array, 100 * rng.normal(size=(2, 4, 16))], axis=1).astype("float32")


longer_memory_mask = np.pad(memory_mask, [(0, 0)] * 3 + [(0, 4)])
longer_target_mask = np.broadcast_to(np.arange(11) < 7, (2, 1, 1, 11))
source_mask = memory_mask
real = memory_mask[:, 0, 0]
difference = encode(with_padding(memory), longer_memory_mask)[:, :5] - encode(memory, memory_mask)
print("encoder, real places: below 0.00001:", np.abs(difference[real]).max() < 1e-5)
longer, _, longer_cross = decode(
    with_padding(x), with_padding(memory), longer_target_mask, longer_memory_mask
)
print("decoder, real places: below 0.00001:", np.abs(longer[:, :7] - before).max() < 1e-5)
print("weight of cross-attention on padding:", (longer_cross * ~longer_memory_mask).max())
forgotten, _, _ = decode(with_padding(x), with_padding(memory), longer_target_mask)
print("with the memory's mask forgotten: above 0.1:", np.abs(forgotten[:, :7] - before).max() > 0.1)

# %% [markdown]
# Not exactly 0, but rounding: longer rows are summed in another order. The weights on padding are exactly 0. With the
# memory's mask forgotten, what stands on padding gets into every word.

# %% [markdown]
# ## 8. How many weights?
#
# A model's size is known before it is built. Let D be the width and F the hidden width of the feed-forward layer.
#
# | part | weights |
# |---|---|
# | attention | 4 matrices D × D (query, key, value, output), each with a bias of D |
# | feed-forward | D × F and a bias of F, F × D and a bias of D |
# | norm | scale and shift, D each |
# | encoder block | 1 attention, 1 feed-forward, 2 norms |
# | decoder block | 2 attentions, 1 feed-forward, 3 norms |
# | last norms | with pre-norm, one at the end of each of both stacks |
# | words | a vector of D for each of `source_size` and `target_size` words |
# | output | a row of D for each target word; **tied** means that it is the word's vector itself, and costs nothing |
# | positions | learned: `longest` × D for the encoder, and as many for the decoder; sinusoidal: none |
#
# The number of heads is not in the table: H heads of width D/H have together as many weights as one of width D.
#
# On paper, with D = 2 and F = 3: attention has 4 · (4 + 2) = 24, feed-forward 6 + 3 + 6 + 2 = 17, a norm 4. An encoder
# block has 24 + 17 + 8 = 49.
#
# **Predict.** And a decoder block?
#
# ### Exercise 9.8: how many weights there are
#
# The sizes are `config.width`, `config.hidden`, `config.encoder_layers`, `config.decoder_layers`, `config.source_size`,
# `config.target_size`, `config.longest`; `config.norm` is "pre" or "post", `config.positions` "sinusoidal" or
# "learned", `config.tied` True or False.


# %% answer="9.8"
def count_parameters(config):
    """The number of weights of a transformer with this config, a whole number."""
    ### BEGIN SOLUTION
    width, hidden = config.width, config.hidden
    attention = 4 * (width * width + width)
    feed_forward = width * hidden + hidden + hidden * width + width
    norm = 2 * width
    total = config.encoder_layers * (attention + feed_forward + 2 * norm)
    total += config.decoder_layers * (2 * attention + feed_forward + 3 * norm)
    total += (config.source_size + config.target_size) * width
    if not config.tied:
        total += config.target_size * width
    if config.positions == "learned":
        total += 2 * config.longest * width
    if config.norm == "pre":
        total += 2 * norm
    ### END SOLUTION
    return total


# %% check="9.8"
check("9.8", count_parameters)

# %%
count_parameters = student_or_reference("9.8", count_parameters)

sizes = TransformerConfig(source_size=3_000, target_size=1_000)
for changes in (
    {},
    {"norm": "post"},
    {"positions": "learned"},
    {"tied": False},
    {"heads": 8},
    {"encoder_layers": 6},
):
    each = TransformerConfig(source_size=3_000, target_size=1_000, **changes)
    model = Transformer(each)
    model.build()
    formula = count_parameters(each)
    what = ", ".join(f"{name}={value}" for name, value in changes.items()) or "as it is"
    print(f"{what:20} {formula:>9,} by formula, the same as the model: {formula == model.count_params()}")

# %% [markdown]
# A decoder block with D = 2 and F = 3 has 48 + 17 + 12 = 77.
#
# The base model of Vaswani et al. (2017) has D = 512, F = 2048, 6 + 6 blocks with post-norm, and one table of 37,000 word
# pieces for both languages and the output. The paper says 65 million weights.

# %%
base = TransformerConfig(
    source_size=1,
    target_size=37_000,
    width=512,
    heads=8,
    hidden=2048,
    encoder_layers=6,
    decoder_layers=6,
    norm="post",
)
print(f"{count_parameters(base) / 1e6:.1f} million by your formula")

# %% [markdown]
# ## 9. Real text
#
# The world's sentences have few forms. Does it hold for what people write? 5,000 English sentences (Tatoeba, by way of
# manythings.org, CC-BY 2.0), and of each a copy with its words shuffled; the full stop stays. The reader learns to give
# the places of copies a high score. Then, of 500 new sentences and their copies, it says which of the two somebody
# wrote. Both have the same words.
#
# **Predict.** Without positions you know it. With positions, and so little text: nearer to 60 % or to 90 %?
#
# Without the file the cell says how to get it, and the lab goes on.

# %% tags=["nbval-ignore-output"]
# varies: the corpus is optional, so the output depends on what is on this machine
from collections import Counter

from course_utils.text import corpora


def shuffled(sentence, rng):
    """The words in another order, the last token where it was."""
    copy = sentence
    while copy == sentence:
        copy = [*rng.permutation(sentence[:-1]).tolist(), sentence[-1]]
    return copy


def originals_found(positions, train, held_out):
    """The share of held-out sentences that have a lower score than their copies."""
    rng = np.random.default_rng(3)
    counts = Counter(word for sentence in train for word in sentence)
    common = [word for word, count in counts.items() if count > 2]
    vocabulary = {word: number for number, word in enumerate(common, start=2)}
    both = [(sentence, shuffled(sentence, rng)) for sentence in train]
    token_ids = ids_of([sentence for pair in both for sentence in pair], vocabulary)
    labels = np.where(token_ids > 0, np.arange(len(token_ids))[:, None] % 2, -1)
    model = trained(positions, token_ids, labels, len(common) + 2, epochs=4)
    tests = [ids_of(each, vocabulary) for each in (held_out, [shuffled(s, rng) for s in held_out])]
    original, copy = (np.where(ids > 0, model.predict(ids, verbose=0), 0).sum(axis=1) for ids in tests)
    return np.mean(np.where(np.abs(original - copy) < 1e-3, 0.5, original < copy))  # equal scores: a guess


if corpora.available("spa-eng"):
    real = [[s for s in each if len(s) <= 16 and len(set(s[:-1])) > 1] for each in corpora.quick_english()]
    for positions in ("none", "sinusoidal"):
        share = originals_found(positions, *real)
        print(f"positions: {positions:10} {share:.1%} of {len(real[1])} originals found")
else:
    print("spa-eng is not here. To get it, type in a terminal: course data get spa-eng")

# %% [markdown]
# If you have the file: without positions 50 %, as it must be, and with them about 90 %. So what the world showed in pure
# form holds for real sentences, where bags of words already say much: order is what they do not hold.

# %% [markdown]
# ## Two questions to think about
#
# Answer in a few sentences, in the cells below. Your instructor reads and grades these by hand.

# %% [markdown] reflection="9.a"
# **9.a** A colleague has forgotten the causal mask in the decoder. The training loss falls faster than ever, and the loss
# on validation sentences, too. Then the model translates, and writes nonsense. Explain all three. Which test, run before
# any training, would have found it?
#
# ### BEGIN SOLUTION
# At place t the decoder has to predict word t + 1, and word t + 1 stands in its input, one place further. Without the
# mask attention can fetch it from there and copy it, which is much easier to learn than to translate. Validation gives
# the decoder whole target sentences as well, so that copying works there, too, and its loss is no warning. When it
# translates there is no next word yet: what it has learned to copy is not there, and of translating it has learned
# little. The test: change the words from some place on and compare the outputs before that place. They must differ by
# exactly 0, with random weights already.
# ### END SOLUTION

# %% [markdown] reflection="9.b"
# **9.b** In section 6 a reader without positions understood who did what in Hungarian, but not in English. Somebody
# concludes that a translator from Hungarian to English needs no positions. What is right about that, and what is wrong?
# Think of the encoder, of the decoder, and of sentences with two clauses.
#
# ### BEGIN SOLUTION
# Right is that Hungarian writes the roles onto the words, so that the encoder can know subject and object of a simple
# sentence from the endings alone. Wrong is, first, the decoder: it writes English, where order is all, and must know
# what it has written already and in which order; without positions (and apart from what the causal mask lets through)
# it sees a bag of its own words. Second, endings say which noun is an object, not of which verb: "the cat chased the
# dog, and the bear saw the mouse" has two subjects, two objects and two verbs, and only order says which belong
# together; likewise which adjective belongs to which noun. A test: exchange the objects of two clauses and look
# whether the translation changes.
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - Self-attention is blind to order: other order in, the same other order out. Positions are added to the words, below
#   the first block.
# - Attention carries information between places; the feed-forward layer computes, at each place for itself.
# - Layer norm works on the numbers of one place, never over the batch or the sentence.
# - A residual connection gives the gradient a free road. Pre-norm leaves it free, post-norm puts a norm on it.
# - Encoder block: attention, feed-forward. Decoder block: causal self-attention, cross-attention, feed-forward.
# - Causality is proved, not hoped for: change the future, and the past must stay the same by exactly 0.
#
# **Sources.** A. Vaswani and others, *Attention is all you need*, 2017. J. Gehring and others, *Convolutional sequence to
# sequence learning*, 2017. J. L. Ba, J. R. Kiros and G. Hinton, *Layer normalization*, 2016. K. He and others, *Deep
# residual learning for image recognition*, 2016. R. Xiong and others, *On layer normalization in the transformer
# architecture*, 2020. Y. Dong, J.-B. Cordonnier and A. Loukas, *Attention is not all you need: pure attention loses rank
# doubly exponentially with depth*, 2021.

# %%
progress("09")
