# %% [markdown]
# # Lab 04: embeddings
#
# Lab 01 ended with a complaint. Counting finds *bear* and *dog* no more alike than *bear* and *because*: each word is
# a row of its own in a table, and what was learned about one says nothing about another. In this lab each word gets
# **a few numbers** instead, and the numbers are learned. Words that are used alike end up with similar numbers, and
# what a model learns about one of them it then knows about all.
#
# **After this lab you can**
#
# - look a word up as a row of a matrix, and say why that is a matrix product;
# - build a network that predicts the next word from the words before it, and measure it against counting;
# - find a word's neighbours, and say what "near" means;
# - train word vectors with skip-gram and negative sampling, with a training step of your own;
# - say what analogies do and do not show;
# - show, by a measured margin, where a word stands that is two things at once.
#
# **Before you start:** lab 01 (n-grams and perplexity) and lab 02 (logistic regression and softmax).
# **Time:** about 100 minutes. The notebook itself runs in a minute or two.
#
# <!-- exercises -->

# %%
import math
import time
from collections import Counter

import numpy as np

import course_utils.backend  # loads Keras and TensorFlow without their page of notes: some seconds
from course_utils import check, hint, progress, student_or_reference
from course_utils.models import scoreboard
from course_utils.models.ngram import KneserNey, NGramCounts, NGramModel
from course_utils.models.vocabulary import END_ID, Vocabulary
from course_utils.text.world import World

world = World(seed=1)
train_records = world.sentences(20_000, "train")
test_records = world.sentences(2_000, "test")
train = [list(record.english) for record in train_records]
test = [list(record.english) for record in test_records]
vocabulary = Vocabulary.from_sentences(train)
words = list(vocabulary.tokens)

print(f"{len(train):,} sentences to learn from, {len(test):,} to be tested on, as in lab 01")
print(f"{len(words)} tokens can come next; the first ones are {words[:6]}")

# %% [markdown]
# A network computes with numbers, so each token gets a number first, its **id**: its place in the vocabulary. `<unk>`
# is 0, `</s>` is 1, and then come the words by alphabet. The start token `<s>` never comes next, so it is not one of
# the 994. In contexts it has the id after the last: 994.

# %%
train_ids = [vocabulary.encode(sentence).tolist() for sentence in train]
test_ids = [vocabulary.encode(sentence).tolist() for sentence in test]
print(train[3], "->", train_ids[3])

# %% [markdown]
# ## 1. A few numbers for each word
#
# Ids say nothing about meaning: *bear* is no bigger than *apple*. So we give each word a short row of numbers, its
# **vector** or **embedding**. Take five words with two numbers each, and let us choose them by hand for once:
#
# | word | first number | second number |
# |---|---|---|
# | bear | 0.9 | 0.1 |
# | dog | 0.8 | 0.2 |
# | honey | 0.1 | 0.9 |
# | ate | -0.7 | 0.6 |
# | slept | -0.8 | 0.5 |
#
# *bear* and *dog* have similar rows, and so have *ate* and *slept*. All rows together are a matrix, the **table**. To
# look a word up is to take its row.
#
# There is another way to say it. Write a word as a row of zeros with a single 1 at its place, a **one-hot** vector.
# Then one-hot times table *is* that row: every other row is multiplied by zero. So looking up is the first layer of a
# network like any other, and its weights, the table, can be learned like any others.
#
# **Predict.** What is `[0, 0, 1, 0, 0] @ table`? Work it out before you run the cell.

# %%
five_words = ["bear", "dog", "honey", "ate", "slept"]
table = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [-0.7, 0.6], [-0.8, 0.5]])
one_hot = np.array([0, 0, 1, 0, 0])

print("one-hot times table:", one_hot @ table)
print("row 2 of the table: ", table[2])

# %% [markdown]
# The row of *honey*, either way. Nobody multiplies by zeros in practice: `keras.layers.Embedding` takes the row.

# %% [markdown]
# ## 2. Windows
#
# What should the numbers be? We do not choose them. We build a model that has to predict the next word from these
# numbers, and let training find the ones with which it does so best.
#
# Bengio and others (2003) did it with a **window**: the model sees the n−1 tokens before the one it predicts, just as
# an n-gram model does. For n = 3 the sentence *the bear ate* gives four windows:
#
# | context | what follows |
# |---|---|
# | `<s> <s>` | the |
# | `<s> the` | bear |
# | `the bear` | ate |
# | `bear ate` | `</s>` |
#
# ### Exercise 4.1: contexts, and what follows them
#
# Write `windows`. It is the counting loop of lab 01 once more, with ids in place of words, and nothing is counted:
# each context is written down, and the id that follows it. The ids of the start and the end token are arguments.


# %% answer="4.1"
def windows(sentences, n, start_id, end_id):
    """Every token with the n-1 tokens before it.

    Args:
        sentences: list of sentences, each a list of ids, without start and end.
        n: 2 or more.
        start_id: what stands in a context before the first word.
        end_id: what follows the last word.

    Returns:
        two arrays of whole numbers: contexts, of shape (M, n-1), and following, of shape (M,), where M
        counts all words of all sentences and one end for each. In the order of the text.
    """
    contexts, following = [], []
    ### BEGIN SOLUTION
    for sentence in sentences:
        padded = [start_id] * (n - 1) + list(sentence) + [end_id]
        for i in range(n - 1, len(padded)):
            contexts.append(padded[i - n + 1 : i])
            following.append(padded[i])
    ### END SOLUTION
    return np.array(contexts), np.array(following)


# %% check="4.1"
check("4.1", windows)

# %%
windows = student_or_reference("4.1", windows)

names = [*words, "<s>"]
contexts, following = windows(train_ids, 5, vocabulary.start_id, END_ID)
print(f"{len(following):,} windows, one for each token and each sentence end. Those of the first sentence:")
for context, next_id in list(zip(contexts, following))[: len(train[0]) + 1]:
    print(f"{' '.join(names[id] for id in context):>30} -> {names[next_id]}")

# %% [markdown]
# ## 3. A network that predicts the next word
#
# From a context to a prediction there are four steps.
#
# 1. **Look up.** Each of the n−1 ids becomes its vector of D numbers.
# 2. **Put side by side.** The n−1 vectors make one long row of D·(n−1) numbers. First the vector of the first word,
#    then that of the second: the row knows which word stood where.
# 3. **Mix.** A hidden layer: H weighted sums of this row, and every sum below zero becomes zero. (This is called
#    *relu*. Bengio and others used tanh; relu trains a little faster.)
# 4. **Choose.** The last layer is **as wide as the vocabulary**: V weighted sums of the hidden numbers, one for each
#    token that can come next. These are the **logits**. The softmax of lab 02 turns them into probabilities.
#
# **On paper.** With V = 994 words, n = 5, vectors of D = 32 numbers and H = 128 hidden units: how many weights does
# each step have? The table has a row more than there are words, for `<s>`. Step 2 has no weights, and each sum in
# steps 3 and 4 has a bias besides. Write down a number for each of the other steps, and what they come to together.
#
# ### Exercise 4.2: a network that predicts the next word
#
# Build it from Keras layers, in a `keras.Sequential`: `layers.Input((n - 1,), dtype="int32")`, then
# `layers.Embedding`, `layers.Flatten`, and `layers.Dense` twice, and no others. Leave the softmax out: the loss takes
# it (`from_logits=True`), which is safer for very small probabilities.

# %%
import keras
from keras import layers


# %% answer="4.2"
def window_model(vocabulary_size, n, width, hidden):
    """The window language model.

    Args:
        vocabulary_size: V. Contexts hold the ids 0 to V-1 of the tokens, and V, the id of <s>.
        n: the model sees n-1 tokens.
        width: D, how many numbers a word has.
        hidden: H, how many units the hidden layer has, with activation "relu".

    Returns:
        keras.Model: takes contexts (B, n-1), gives logits (B, V).
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            layers.Input((n - 1,), dtype="int32"),
            layers.Embedding(vocabulary_size + 1, width),
            layers.Flatten(),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(vocabulary_size),
        ]
    )
    ### END SOLUTION


# %% check="4.2"
check("4.2", window_model)

# %%
window_model = student_or_reference("4.2", window_model)

keras.utils.set_random_seed(4)
network = window_model(len(words), n=5, width=32, hidden=128)
network(contexts[:2])
for step, weight in zip(("table", "mix", "  bias", "choose", "  bias"), network.get_weights()):
    print(f"{step:8} {weight.shape!s:12} {weight.size:8,}")
print(f"together              {network.count_params():8,}")

# %% [markdown]
# Did you get 176,578? More than two thirds of it is the last layer, because it is as wide as the vocabulary. Remember
# that when we come to section 6.
#
# How good is it? With `log_probabilities` of the package we get ln P of each token of the test text, and from these
# the perplexity of lab 01. **Predict** the perplexity of the network now, before any training.

# %%
from course_utils.models.window import hidden_layer, log_probabilities


def perplexity(logs):
    """As in lab 01."""
    return math.exp(-np.mean(logs))


test_contexts, test_following = windows(test_ids, 5, vocabulary.start_id, END_ID)
untrained = perplexity(log_probabilities(network, test_contexts, test_following))
print(f"before training: about {round(untrained, -1):.0f}")

# %% [markdown]
# About what 994 equal choices give: it knows nothing and finds every token about equally likely.
#
# **What training does.** The loss is the **cross-entropy**: the mean of −ln P(token) over a batch. You know this
# number: it is the logarithm of the perplexity. So a training that makes the loss smaller does nothing else than make
# the perplexity smaller, on the training text. Keras works out how each weight has to change, those of the table too.
#
# The learning rate starts at 0.006 and falls to zero along half a wave of a cosine: big steps first, small ones to
# settle.


# %%
def train_network(model, contexts, following, epochs=4, batch_size=1024, rate=6e-3):
    """Train by next-word prediction; the learning rate falls from `rate` to 0."""
    steps = epochs * math.ceil(len(following) / batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(schedule), loss)
    model.fit(contexts, following, batch_size=batch_size, epochs=epochs, verbose=0)


began = time.perf_counter()
train_network(network, contexts, following)
seconds = {"network": time.perf_counter() - began}

# %% [markdown]
# Kneser–Ney with n = 5 reached 7.48 on these sentences in lab 01. The network sees the same four words. The cell
# below trains two more, one that sees a single word and one that sees eight.
#
# **Predict.** With four words, will it be better or worse than 7.48? And from n = 5 on Kneser–Ney stayed level: more
# context brought nothing. What will the network make of eight words? Write down two numbers.

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
test_tokens = sum(len(sentence) + 1 for sentence in test)
truth = math.exp(-sum(record.log_probability for record in test_records) / test_tokens)
counting_logs, network_logs = {}, {}
print("words seen   Kneser–Ney   network")
for n in (2, 5, 9):
    counts = NGramCounts.from_sentences(train, order=n)
    counting_logs[n] = NGramModel(counts, KneserNey()).log_probabilities(test)
    if n == 5:
        trained = network
    else:
        keras.utils.set_random_seed(4)
        trained = window_model(len(words), n, width=32, hidden=128)
        train_network(trained, *windows(train_ids, n, vocabulary.start_id, END_ID))
    network_logs[n] = log_probabilities(trained, *windows(test_ids, n, vocabulary.start_id, END_ID))
    print(f"{n - 1:10} {perplexity(counting_logs[n]):12.2f} {perplexity(network_logs[n]):9.2f}")
print(f"the world itself: {truth:15.2f}")

# %%
scores = {n: perplexity(logs) for n, logs in network_logs.items()}
counted = {n: perplexity(logs) for n, logs in counting_logs.items()}
print("with four words the network is better than counting:", scores[5] < counted[5])
print("so it is with any of these windows:", all(scores[n] < counted[n] for n in scores))
print("it closes more than half of the gap between Kneser–Ney and the truth:", scores[5] < (counted[5] + truth) / 2)
print("eight words help it further:", scores[9] < scores[5] - 0.1)

scoreboard.record("04", "window network, 4 words", scores[5])
scoreboard.record("04", "window network, 8 words", scores[9])

# %% [markdown]
# From 7.48 to about 5.4, where 4.21 is the best that is possible: counting left a gap of 3.27, and the network closes
# more than half of it with the same four words. With eight it gets better still, about 5.2, where counting had long
# stopped: a context of eight words, none of them `<s>`, is mostly new, and a table knows nothing about a new row.
# With a single word the two are close: after each single word there is plenty to count.

# %% [markdown]
# ## 4. Where does the gain come from?
#
# Take all test tokens whose four words before were never seen together in the training text. Here counting has to
# back off. The network does not know what backing off is. It sees four vectors, and if they look like the vectors of
# a context that it does know, it predicts what came there.

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
seen = {tuple(context) for context in contexts.tolist()}
is_new = np.array([tuple(context) not in seen for context in test_contexts.tolist()])
print(f"{is_new.mean():.0%} of the test contexts are new")
print("context     Kneser–Ney   network")
for name, where in (("seen", ~is_new), ("new", is_new)):
    print(f"{name:8} {perplexity(counting_logs[5][where]):13.2f} {perplexity(network_logs[5][where]):9.2f}")

print("\nwhere the network gains most:")
for i in np.argsort(counting_logs[5] - network_logs[5])[:8]:
    context = " ".join(names[id] for id in test_contexts[i])
    chances = f"{math.exp(counting_logs[5][i]):.4f} -> {math.exp(network_logs[5][i]):.2f}"
    print(f"{context:>30} -> {names[test_following[i]]:10} {chances}")

# %%
factor = {
    name: perplexity(counting_logs[5][where]) / perplexity(network_logs[5][where])
    for name, where in (("seen", ~is_new), ("new", is_new))
}
print("the network is better after seen contexts, and after new ones:", min(factor.values()) > 1)
print("its gain is larger after new ones:", factor["new"] > factor["seen"])

# %% [markdown]
# (New contexts are not the harder ones. They stand further inside a sentence, where more is settled already. So
# compare along the lines.)
#
# Look at *please put the wallet*, one of those where the network gains most. What does the training text hold that
# could help?

# %%
after_wallet = Counter(each[3] for each in train if each[:3] == ["put", "the", "wallet"])
after_please = Counter(each[4] for each in train if each[:3] == ["please", "put", "the"])
things = {each[3] for each in train if each[:3] == ["please", "put", "the"]}
print("after 'put the wallet':            ", dict(after_wallet))
print("after 'please put the' and a thing:", dict(after_please))
print(f"{len(things)} different things, and a wallet among them: {'wallet' in things}")

# %% [markdown]
# Counting cannot use this. It has never seen *please put the wallet*, so it forgets the *please*, and after *put the
# wallet* it has only seen *on*. The network has seen *please put the* with many other things, each time followed by
# *into*. The wallet's vector is like theirs, so the answer is the same. That is what lab 01 was missing.
#
# **A control.** The vectors are put side by side, so the network knows the order of the words. Does it need it?
# Shuffle the four words of each window, in training and test alike, and train once more. **Predict:** will it lose
# more, or less, than its whole advantage over Kneser–Ney?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
rng = np.random.default_rng(4)
keras.utils.set_random_seed(4)
orderless = window_model(len(words), n=5, width=32, hidden=128)
train_network(orderless, rng.permuted(contexts, axis=1), following)
without_order = perplexity(log_probabilities(orderless, rng.permuted(test_contexts, axis=1), test_following))
print(f"four words, in order: {scores[5]:.2f}   shuffled: {without_order:.2f}   Kneser–Ney: {counted[5]:.2f}")

# %%
print("without the order it loses:", without_order > scores[5] + 1)
print("and is still better than counting with it:", without_order < counted[5])

# %% [markdown]
# It loses most of the advantage, though not all. Knowing which four words stood there, in any order, and having
# vectors for them, is worth a little more than counting them in order.

# %% [markdown]
# ## 5. What the vectors know
#
# Nobody told the network which words are alike. Let us look at its table: are *bear* and *dog* near each other now?
#
# **What is near?** The usual measure is the **cosine** of the angle between two vectors:
#
# $$\cos(a, b) = \frac{a \cdot b}{|a|\,|b|} = \frac{\sum_i a_i b_i}{\sqrt{\sum_i a_i^2}\ \sqrt{\sum_i b_i^2}}$$
#
# It is 1 when two vectors point the same way, 0 at a right angle, −1 when they point in opposite ways. How long they
# are does not matter. On paper, with the table of section 1: *bear* · *dog* = 0.9·0.8 + 0.1·0.2 = 0.74, their lengths
# are 0.906 and 0.825, and the cosine is 0.74 / 0.747 = 0.99. *bear* and *honey*: 0.18 / 0.820 = 0.22.
#
# ### Exercise 4.3: what stands near a word


# %% answer="4.3"
def nearest_neighbours(vectors, words, word, k):
    """The other words whose vectors have the largest cosine with that of `word`.

    Args:
        vectors: array (V, D), a row for each word.
        words: list of the V words, in the same order.
        word: one of them.
        k: how many neighbours.

    Returns:
        list: k pairs (word, cosine), the largest cosine first; all other words, where they are fewer than
        k. `word` itself is never among them.
    """
    ### BEGIN SOLUTION
    vector = vectors[words.index(word)]
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
    cosines = vectors @ vector / lengths
    order = [row for row in np.argsort(-cosines) if words[row] != word]
    return [(words[row], float(cosines[row])) for row in order[:k]]
    ### END SOLUTION


# %% check="4.3"
check("4.3", nearest_neighbours)

# %%
nearest_neighbours = student_or_reference("4.3", nearest_neighbours)

for word in five_words:
    near = [f"{other} {cosine:.2f}" for other, cosine in nearest_neighbours(table, five_words, word, 2)]
    print(f"{word:6} {', '.join(near)}")

# %% [markdown]
# Now the vectors of the network, and beside them those it began with. We ask only about words that came at least 20
# times in training: a word seen twice has hardly moved from where it started.

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
frequency = Counter(word for sentence in train for word in sentence)
known = [word for word in words if frequency[word] >= 20]
rows = [words.index(word) for word in known]
keras.utils.set_random_seed(4)
at_the_start = window_model(len(words), n=5, width=32, hidden=128)
at_the_start(contexts[:2])
start_vectors = at_the_start.get_weights()[0][rows]
network_vectors = network.get_weights()[0][rows]

print(f"{len(known)} words; the five nearest ones, at the start and after training")
for word in ("bear", "monday", "phone", "happy", "bought", "apple"):
    before, after = (nearest_neighbours(each, known, word, 5) for each in (start_vectors, network_vectors))
    print(f"{word:7} {', '.join(other for other, _ in before)}")
    print(f"        {', '.join(f'{other} {cosine:.2f}' for other, cosine in after)}")

# %% [markdown]
# Animals stand by animals and days by days. Nobody gave the network a list of animals. It had to predict what comes
# next, and since the same things come next after *bear* and after *dog*, two similar vectors served best.
#
# Can we put a number on it? For real text one would have to ask people. Here the world knows which of its words are
# of one **kind**: two words are, if its grammar can put one in the other's place. For how many words is the nearest
# neighbour of the same kind? Chance gives about 2 in 100.
#
# The network has a second set of vectors. Its last layer also has a column for each word, the weights that decide how
# likely this word is. Are they an embedding, too?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
from course_utils.models.kinds import form_pairs, word_kinds
from course_utils.models.vectors import lean, share_of_kin, unit

kinds = word_kinds()
column_vectors = network.get_weights()[3].T[rows]
kin = {
    "at the start": share_of_kin(start_vectors, known, kinds),
    "the network's table": share_of_kin(network_vectors, known, kinds),
    "its last layer": share_of_kin(column_vectors, known, kinds),
}
print("nearest neighbour of the same kind:")
for name, share in kin.items():
    print(f"{name:20} {share:5.0%}")

# %%
print("at the start hardly any:", kin["at the start"] < 0.1)
print("after training nine of ten, in the table and in the last layer:", min(list(kin.values())[1:]) > 0.9)

# %% [markdown]
# **Try it on your own sentence.** What would the network offer next? And what stands near a word of your choice?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
my_words = ["please", "buy", "an", "apple", "and"]
my_word = "london"

typed = ([vocabulary.start_id] * 4 + vocabulary.encode(my_words).tolist())[-4:]
logits = np.asarray(network(np.array([typed])))[0]
print(" ".join(my_words), "…", ", ".join(words[id] for id in np.argsort(-logits)[:5]))
print(my_word, "~", ", ".join(other for other, _ in nearest_neighbours(network_vectors, known, my_word, 5)))

# %% [markdown]
# ## 6. Vectors alone, and cheaper: skip-gram
#
# The network spends most of its time in the last layer: 994 sums for each token, and for real text a hundred
# thousand. If it is the *vectors* we want, and not the predictions, there is a cheaper way. Mikolov and others (2013)
# asked an easier question: not *which word of all comes next?* but **do these two words stand near each other, or
# were they thrown together?** That is a question with two answers, the logistic regression of lab 02. Their program
# became known as word2vec.
#
# For this we need pairs that do stand near each other. With a **window** of 1, *the bear ate* gives four:
#
# > (the, bear) · (bear, the) · (bear, ate) · (ate, bear)
#
# The first word of a pair is called the **centre**, the second the **context**.
#
# ### Exercise 4.4: which words stand near which
#
# Each word with each other word at most `window` places before or after it. Take care at both ends of the sentence.


# %% answer="4.4"
def skipgram_pairs(sentence, window):
    """Pairs of words that stand near each other.

    Args:
        sentence: list of words, or of ids.
        window: how many places to each side, 1 or more.

    Returns:
        list: tuples (centre, context), one for each centre and each other place at most `window` away.
        Any order will do.
    """
    pairs = []
    ### BEGIN SOLUTION
    for i in range(len(sentence)):
        for j in range(max(0, i - window), min(len(sentence), i + window + 1)):
            if j != i:
                pairs.append((sentence[i], sentence[j]))
    ### END SOLUTION
    return pairs


# %% check="4.4"
check("4.4", skipgram_pairs)

# %%
skipgram_pairs = student_or_reference("4.4", skipgram_pairs)

true_pairs = np.array([pair for sentence in train_ids for pair in skipgram_pairs(sentence, 2)])
print(f"{len(true_pairs):,} true pairs with a window of 2; the first ones:")
print(", ".join(f"({words[centre]}, {words[context]})" for centre, context in true_pairs[:6]))

# %% [markdown]
# And the pairs that were thrown together? We make them: to each true pair we draw N words at random, the
# **negatives**, and tell the model that these did *not* stand near the centre. By chance some did. That does no harm:
# true pairs come far more often.
#
# Frequent words are drawn more often, but not quite as often as they occur: Mikolov and others drew them in
# proportion to their count to the power of ¾, which worked best.

# %%
from course_utils.models.skipgram import draw_negatives

id_counts = np.bincount([id for sentence in train_ids for id in sentence], minlength=len(words))
drawn = draw_negatives(np.random.default_rng(1), id_counts, (4, 5))
for (centre, context), negatives in zip(true_pairs, drawn):
    strangers = ", ".join(words[id] for id in negatives)
    print(f"({words[centre]}, {words[context]}) is true; not near {words[centre]!r}: {strangers}")

# %% [markdown]
# ### The loss, on one pair by hand
#
# Each word has two vectors: one for when it is the centre, one for when it is the context of another. The **score**
# of a pair is the dot product of the centre's vector and the context's vector, and σ(score) is the probability that
# the pair is true, with σ(x) = 1 / (1 + e⁻ˣ) as in lab 02.
#
# The model should say *true* of the true pair and *false* of each negative. For a score x, −ln σ(x) is the loss for
# having to say *true*, and −ln σ(−x) the loss for having to say *false*, because 1 − σ(x) = σ(−x). So for one true
# pair with N negatives
#
# $$\text{loss} = -\ln\sigma(\text{centre}\cdot\text{context})\ -\ \sum_{i=1}^{N} \ln\sigma(-\,\text{centre}\cdot\text{negative}_i)$$
#
# **On paper.** centre = (1, 2), context = (1, 0), and one negative = (0, 1). The scores are 1 and 2. The loss is −ln
# σ(1) − ln σ(−2) = 0.313 + 2.127 = 2.440. Nearly all of it comes from the negative, which scores high and should not:
# training will push it away.
#
# **A trap.** For a score of −1000 the computer finds σ = 0, and ln 0 is minus infinity. But −ln σ(x) = ln(1 + e⁻ˣ), a
# function called **softplus** of −x, and `ops.softplus` is right for any x.
#
# ### Exercise 4.5: the loss of negative sampling
#
# Write it with `keras.ops`, for B pairs at a time: training will need its gradient, and no gradient passes through
# NumPy. Shapes: centre and context are (B, D), negatives (B, N, D).

# %%
from keras import ops


# %% answer="4.5"
def negative_sampling_loss(centre, context, negatives):
    """The loss of each pair with its negatives.

    Args:
        centre: (B, D), vectors of the centre words.
        context: (B, D), vectors of their true contexts.
        negatives: (B, N, D), vectors of N negatives for each pair.

    Returns:
        (B,): one loss for each pair, the sum over itself and its negatives.
    """
    ### BEGIN SOLUTION
    true_scores = ops.sum(centre * context, axis=-1)
    false_scores = ops.sum(ops.expand_dims(centre, 1) * negatives, axis=-1)
    return ops.softplus(-true_scores) + ops.sum(ops.softplus(false_scores), axis=-1)
    ### END SOLUTION


# %% check="4.5"
check("4.5", negative_sampling_loss)

# %% [markdown]
# ### Exercise 4.6: a training step by hand
#
# So far `model.fit` did the training. What does it do with a batch? Four things: compute the loss while a **tape**
# writes down every operation; ask the tape for the gradient of the loss by each weight; hand the gradients to the
# optimizer, which changes the weights; and report the loss. Keras lets you write this step yourself: a model's
# `train_step`. Then `fit` calls yours.
#
# Below is the model with its two tables. Candidates are the true context and behind it the negatives, N+1 ids in a
# row. Write the middle part: the loss of the batch, which is the **mean** of the losses of its pairs, the gradients,
# and the optimizer's step. `fit` first runs your step without numbers, to build a graph of its operations, and then
# runs the graph: so use `ops` and `tf` in it, and no NumPy. What you need:
#
# ```
# with tf.GradientTape() as tape:                 # writes down what happens inside
#     ...
# tape.gradient(loss, variables)                  # a list, one gradient for each variable
# self.trainable_variables                        # the variables of this model: both tables
# self.optimizer.apply(gradients, variables)      # one step
# ```

# %%
import tensorflow as tf

negative_sampling_loss = student_or_reference("4.5", negative_sampling_loss)


# %% answer="4.6"
class SkipGram(keras.Model):
    """Skip-gram with negative sampling: two vectors for each word.

    Args:
        vocabulary_size: V.
        width: D.
    """

    def __init__(self, vocabulary_size, width):
        super().__init__()
        self.centres = layers.Embedding(vocabulary_size, width)
        self.contexts = layers.Embedding(vocabulary_size, width)
        self.centres.build()
        self.contexts.build()
        self.mean_loss = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        """What Keras sets back to zero at the start of each epoch."""
        return [self.mean_loss]

    def call(self, centre):
        """Ids (B,) -> vectors (B, D)."""
        return self.centres(centre)

    def train_step(self, data):
        """One step of training on a batch: ids of centres (B,) and of candidates (B, 1+N)."""
        centre, candidates = data
        context, negatives = candidates[:, 0], candidates[:, 1:]
        ### BEGIN SOLUTION
        with tf.GradientTape() as tape:
            losses = negative_sampling_loss(
                self.centres(centre), self.contexts(context), self.contexts(negatives)
            )
            loss = ops.mean(losses)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        ### END SOLUTION
        self.mean_loss.update_state(loss)
        return {"loss": self.mean_loss.result()}


# %% check="4.6"
check("4.6", SkipGram)

# %% [markdown]
# ### The same by `model.fit`
#
# Is your step right? It is logistic regression, after all, so Keras can do it without us: give each candidate a
# **label**, 1 for the true context and 0 for a negative, and let `fit` minimise the binary cross-entropy of the
# scores. That takes a mean over the 1+N candidates where the paper's loss is a sum, so we multiply by 1+N. From the
# same vectors at the start, on the same batches, both must arrive at the same vectors.

# %%
SkipGram = student_or_reference("4.6", SkipGram)

N = 5
candidates = np.column_stack([true_pairs[:, 1], draw_negatives(np.random.default_rng(1), id_counts, (len(true_pairs), N))])
labels = np.zeros(candidates.shape)
labels[:, 0] = 1

keras.utils.set_random_seed(4)
by_hand = SkipGram(len(words), width=32)
start = by_hand.centres.get_weights()[0]

centre_id = keras.Input((), dtype="int32")
candidate_ids = keras.Input((1 + N,), dtype="int32")
centres, others = layers.Embedding(len(words), 32), layers.Embedding(len(words), 32)
pair_scores = layers.Dot(axes=(2, 1))([others(candidate_ids), centres(centre_id)])
classifier = keras.Model([centre_id, candidate_ids], pair_scores)
centres.set_weights(by_hand.centres.get_weights())
others.set_weights(by_hand.contexts.get_weights())

some = np.random.default_rng(2).choice(len(true_pairs), 100_000, replace=False)
by_hand.compile(keras.optimizers.SGD(20.0))
by_hand.fit(true_pairs[some, 0], candidates[some], batch_size=2000, shuffle=False, verbose=0)
binary_loss = keras.losses.BinaryCrossentropy(from_logits=True)
classifier.compile(keras.optimizers.SGD(20.0), binary_loss, loss_weights=1.0 + N)
classifier.fit([true_pairs[some, 0], candidates[some]], labels[some], batch_size=2000, shuffle=False, verbose=0)

yours, theirs = by_hand.centres.get_weights()[0], centres.get_weights()[0]
print("after 50 batches the vectors have moved:", np.abs(yours - start).max() > 0.1)
print("by hand and by fit they are the same, to four digits:", np.allclose(yours, theirs, atol=1e-4))

# %% [markdown]
# Same question, same loss, same vectors. From here on we use your step.
#
# Four rounds over all pairs, as the network had four rounds over all windows. There were 211,459 windows and there
# are 645,836 pairs. **Predict:** which of the two takes longer?


# %%
def train_skipgram(seed, n_negatives=N, epochs=4, batch_size=4096):
    """Vectors of the centre words, before and after training."""
    keras.utils.set_random_seed(seed)
    drawn = draw_negatives(np.random.default_rng(seed), id_counts, (len(true_pairs), n_negatives))
    model = SkipGram(len(words), width=32)
    before = model.centres.get_weights()[0]
    steps = epochs * math.ceil(len(true_pairs) / batch_size)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, steps)))
    rows_of_ids = np.column_stack([true_pairs[:, 1], drawn])
    model.fit(true_pairs[:, 0], rows_of_ids, batch_size=batch_size, epochs=epochs, verbose=0)
    return before, model.centres.get_weights()[0]


began = time.perf_counter()
before, after = train_skipgram(seed=1)
seconds["skip-gram"] = time.perf_counter() - began
skipgram_start, skipgram_vectors = before[rows], after[rows]

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
print(", ".join(f"{name}: {taken:.0f} seconds" for name, taken in seconds.items()), "\n")
for word in ("bear", "monday", "phone", "happy", "bought", "apple"):
    near = nearest_neighbours(skipgram_vectors, known, word, 5)
    print(f"{word:7} {', '.join(f'{other} {cosine:.2f}' for other, cosine in near)}")
kin["skip-gram"] = share_of_kin(skipgram_vectors, known, kinds)
print("\nnearest neighbour of the same kind:")
for name, share in kin.items():
    print(f"{name:20} {share:5.0%}")

# %% [markdown]
# Three times as many pairs, and still no longer than the network: six scores for each instead of 994. And the
# neighbours are at least as good. (It has given something up: it predicts nothing, and has no perplexity.)
#
# **What are the negatives for?** Leave them out. Then the loss only asks that true pairs score high. **Predict** what
# vectors would be the best possible answer to that, before you run the cell.

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
_, collapsed = train_skipgram(seed=1, n_negatives=0)


def mean_cosine(vectors):
    """Of all pairs of two different words."""
    cosines = unit(vectors) @ unit(vectors).T
    return (cosines.sum() - len(vectors)) / (len(vectors) * (len(vectors) - 1))


spread = {"with negatives": mean_cosine(skipgram_vectors), "without": mean_cosine(collapsed[rows])}
for name, cosine in spread.items():
    print(f"{name:15} mean cosine of two words: {cosine:.2f}")
kin["without negatives"] = share_of_kin(collapsed[rows], known, kinds)
print(f"nearest neighbour of the same kind, without negatives: {kin['without negatives']:.0%}")

# %%
print("without negatives all words point nearly the same way:", spread["without"] > 0.9)
print("with them they spread out:", spread["with negatives"] < 0.6)
print("skip-gram's neighbours are of the same kind for nineteen words of twenty:", kin["skip-gram"] > 0.95)
print("without negatives, not even for two of three:", kin["without negatives"] < 0.67)

# %% [markdown]
# If only true pairs count, the best answer is to say *true* always: all vectors point nearly the same way, and every
# pair scores high. The loss is then as good as zero, and the vectors are worth little: what is left of the neighbours
# is an echo of the way there. The negatives are what keeps the words apart.

# %% [markdown]
# ## 7. A map, and analogies
#
# Nobody can look at 32 numbers. **Principal component analysis** (PCA) finds the two directions in which some vectors
# differ most, and draws them as if seen from there. It loses a lot, so a map can suggest, and the cosine must
# confirm.

# %% tags=["figure", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
from course_utils.models.maps import word_map
from course_utils.models.vectors import PrincipalAxes

groups = {
    "animals": ["bear", "dog", "cat", "lion", "horse", "wolf"],
    "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
    "family": ["mother", "father", "sister", "brother", "uncle"],
    "cities": ["budapest", "london", "paris", "berlin", "rome", "vienna"],
    "qualities": ["big", "small", "old", "young", "fast", "slow"],
    "what was done": ["bought", "sold", "picked", "washed", "walked", "talked"],
}


def vectors_of(some_words, vectors=skipgram_vectors):
    """Their vectors, each made 1 long."""
    return unit(vectors[[known.index(word) for word in some_words]])


shown = [word for group in groups.values() for word in group]
axes = PrincipalAxes.of(vectors_of(shown))
title = f"Two directions of 32 hold {axes.shares.sum():.0%} of the differences"
word_map(axes.project(vectors_of(shown)), shown, groups, title=title)

# %% [markdown]
# **Analogies.** If *bears* stands to *bear* as *dogs* to *dog*, then perhaps the step from one vector to the other is
# the same: bears − bear ≈ dogs − dog. Then we could *calculate*: bears − bear + dog ≈ dogs. Mikolov, Yih and Zweig
# (2013) became famous for king − man + woman ≈ queen.
#
# ### Exercise 4.7: this is to that as …
#
# Make every vector 1 long first, so that none drowns the others. Go the step from a to b, starting at c. The answer
# is the word whose vector has the largest cosine with where you arrive. The three words that were asked with do not
# count as answers.


# %% answer="4.7"
def analogy(vectors, words, a, b, c):
    """a is to b as c is to ...

    Args:
        vectors: array (V, D), a row for each word, of any length.
        words: list of the V words, in the same order.
        a, b, c: three of them.

    Returns:
        str: the answer, none of the three.
    """
    ### BEGIN SOLUTION
    of_length_1 = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    step = of_length_1[words.index(b)] - of_length_1[words.index(a)]
    arrived = of_length_1[words.index(c)] + step
    scores = of_length_1 @ arrived
    scores[[words.index(word) for word in (a, b, c)]] = -np.inf
    return words[np.argmax(scores)]
    ### END SOLUTION


# %% check="4.7"
check("4.7", analogy)

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
analogy = student_or_reference("4.7", analogy)

for a, b, c in [
    ("bear", "bears", "key"),
    ("pear", "pears", "bear"),
    ("big", "bigger", "old"),
    ("buy", "bought", "sell"),
    ("sing", "sang", "find"),
]:
    print(f"{a} is to {b} as {c} is to {analogy(skipgram_vectors, known, a, b, c)}")

# %% [markdown]
# Some look fine, some do not quite. A handful of examples proves nothing, whichever way. So we take *all* words of
# the world that have both forms and came often enough, and draw 300 questions, or as many as there are, from all that
# can be asked with them (five pairs, as for *big* and *bigger*, make only 20). We count two things: is the answer the
# **very word**, and is it at least of the **right kind** (any plural of an animal for *dogs*)?
#
# Two baselines: the vectors at the start, and **no analogy at all**, just the nearest neighbour of c. The second one
# is often forgotten: if it does as well, the step from a to b was not needed.
#
# **Predict.** How often will the answer be the very word?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
relations = {
    "one and many": form_pairs("sg", "pl"),
    "buy and bought": form_pairs("base", "past"),
    "big and bigger": form_pairs("plain", "comp"),
}


def hit_rates(answer, pairs):
    """How often answer(a, b, c) is the very word, and how often of its kind, over pairs of pairs."""
    questions = [(a, b, c, d) for a, b in pairs for c, d in pairs if a != c and b != d]
    chosen = np.random.default_rng(1).permutation(len(questions))[:300]
    asked = [(answer(*questions[i][:3]), questions[i][3]) for i in chosen]
    of_kind = [bool(kinds.get(got, frozenset()) & kinds[wanted]) for got, wanted in asked]
    return np.mean([got == wanted for got, wanted in asked]), np.mean(of_kind)


answers = {
    "skip-gram": lambda a, b, c: analogy(skipgram_vectors, known, a, b, c),
    "no analogy": lambda a, b, c: nearest_neighbours(skipgram_vectors, known, c, 1)[0][0],
    "at the start": lambda a, b, c: analogy(skipgram_start, known, a, b, c),
}
rates = {}
print(f"{'':24}{'':>15}  the very word  right kind")
for relation, pairs in relations.items():
    both_known = [pair for pair in pairs if set(pair) <= set(known)]
    for name, answer in answers.items():
        rates[relation, name] = hit_rates(answer, both_known)
        exact, of_kind = rates[relation, name]
        print(f"{relation:15} {len(both_known):3} pairs {name:>14}  {exact:13.0%} {of_kind:11.0%}")

# %%
kind_rates = {key: of_kind for key, (_, of_kind) in rates.items()}
for relation in relations:
    step, nothing = kind_rates[relation, "skip-gram"], kind_rates[relation, "no analogy"]
    print(f"{relation}: the right kind more often than not, or nearly: {step > 0.4};", end=" ")
    print(f"without the step hardly ever: {nothing < 0.1}")
print("the very word, of many: less than once in eight:", rates["one and many", "skip-gram"][0] < 1 / 8)

# %% [markdown]
# Two results.
#
# - **The step is real.** From one to many, from *buy* to *bought*, from *big* to *bigger*: more often than not the
#   same direction leads to the right kind of word, and without it the answer hardly ever is one.
# - **The very word is rare.** And it has to be. In our world every animal does what every other animal does. No text
#   could tell the model that *dogs* belongs to *dog* rather than to *cat*: nothing in the company they keep says so.
#   A vector holds what the text tells, and no more. A large real text tells more: there Mikolov and others (2013)
#   found the very word for about 60% of such questions.

# %% [markdown]
# ## 8. Where would you put *apple*?
#
# Our tokens are in small letters. So *apple* is what you eat, and also the company that unveils a phone. It is one
# token, so it has one vector. Here are fruits, one and many, and brands, without the three words that are both:
# *apple*, *orange* and *blackberry*.

# %% tags=["figure", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
one_fruit = ["pear", "banana", "plum", "strawberry", "lemon", "peach", "cherry", "melon", "apricot", "raspberry"]
brands = ["samsung", "google", "microsoft", "nokia", "sony"]
two_things = ["apple", "orange", "blackberry"]
fruits = [many for one, many in form_pairs("sg", "pl") if one in one_fruit and many in known]

groups = {"one fruit": one_fruit, "fruits": fruits, "brands": brands}
pure = [*one_fruit, *fruits, *brands]
axes = PrincipalAxes.of(vectors_of(pure))
word_map(axes.project(vectors_of(pure)), pure, groups, title="Where would you put apple?")

# %% [markdown]
# **Predict.** Copy the three groups onto paper as three circles. Mark where *apple* will be, and *apples*. Where
# would *orange* be? Think of how the vector is learned: each sentence with *apple* pulls it a little.
#
# To say it in numbers as well: the **lean** of a word is its cosine with the middle of the fruits (one fruit) less
# its cosine with the middle of the brands. A pure fruit leans to the plus side, a pure brand to the minus side. (When
# a pure fruit or a pure brand is measured, it is left out of the middle of its own group.) A word lies **between** if
# it leans less to the fruits than every pure fruit and less to the brands than every pure brand. How far it is from
# the nearer of these two edges is its **margin**.
#
# And what is the truth? The world knows what it meant each time: `record.construction` is `"brand_news"` where it
# spoke of brands.

# %%
uses = Counter()
for record in train_records:
    for word in record.english:
        uses[word, record.construction == "brand_news"] += 1
print("word         as fruit  as brand")
for word in (*two_things, "apples", "pear", "nokia"):
    print(f"{word:12} {uses[word, False]:8} {uses[word, True]:9}")

# %% [markdown]
# Now the answer. The axes of the map are those of the pure words alone: the three words had no say in them.

# %% tags=["signature", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
everything = [*pure, *two_things]
word_map(
    axes.project(vectors_of(everything)),
    everything,
    groups,
    title="One vector for two things lies between them",
    marked=two_things,
)

# %% tags=["signature", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
runs = {"start": skipgram_start, "seed 1": skipgram_vectors}
for seed in (2, 3):
    runs[f"seed {seed}"] = train_skipgram(seed)[1][rows]


def leans(some_words, vectors):
    """How far each word leans to the fruits (plus) or to the brands (minus)."""
    return [lean(vectors, known, word, one_fruit, brands) for word in some_words]


def margin(word, vectors):
    """How far inside it lies between the pure fruits and the pure brands; negative: outside."""
    own = leans([word], vectors)[0]
    return min(min(leans(one_fruit, vectors)) - own, own - max(leans(brands, vectors)))


def table_row(name, share, numbers):
    print(f"{name:28}{share:8.0%}" + "".join(f"{number:9.2f}" for number in numbers))


print(f"{'the lean of':28}as brand" + "".join(f"{name:>9}" for name in runs))
table_row("pure fruits, the lowest", 0, [min(leans(one_fruit, each)) for each in runs.values()])
for word in ("apples", *two_things):
    share = uses[word, True] / (uses[word, True] + uses[word, False])
    table_row(word, share, [leans([word], each)[0] for each in runs.values()])
table_row("pure brands, the highest", 1, [max(leans(brands, each)) for each in runs.values()])
print("\nthe margin of")
for word in two_things:
    print(f"{word:36}" + "".join(f"{margin(word, each):9.2f}" for each in runs.values()))

# %%
for name in ("seed 1", "seed 2", "seed 3"):
    vectors = runs[name]
    smallest = min(margin(word, vectors) for word in two_things)
    print(f"{name}: apple, orange and blackberry lie between, each with a margin above 0.08: {smallest > 0.08}")
    print(f"        apples, which is one thing, leans to the fruits: {leans(['apples'], vectors)[0] > 0.1}")
at_start = leans(one_fruit, skipgram_start), leans(brands, skipgram_start)
print("at the start fruits and brands are not even apart:", min(at_start[0]) < max(at_start[1]))

# %% [markdown]
# *apple* is pulled both ways, and half of its sentences are about the company. So it ends about halfway, no nearer to
# the pears than to Samsung, and nearest of all to *orange* and *blackberry*, which share its fate. *apples* has no
# such trouble: companies have no plural here, and it leans to the fruits. (The table has its lean. For the map, put
# it into `everything`. It may fall below the lowest pure fruit all the same, and so have a margin: that edge is made
# of fruits in the singular alone.)
#
# Being halfway is a compromise and not knowledge. No sentence of the world is about something that is half a fruit
# and half a company.

# %% [markdown]
# ## 9. A vector for the word in its place
#
# One vector for each word cannot be two things. But somewhere the network of section 3 must tell them apart: after
# *please buy an apple* it has to predict other words than after *the shares of apple*. The place is the **last layer
# but one**, also called the penultimate layer: the 128 hidden numbers. They are a vector, too, not of a word but of
# the four words that were seen. It is an embedding of a context.
#
# Take the middle of all training contexts that end in a pure fruit, and of all that end in a pure brand. Then take
# the test contexts that end in *apple*, *orange* or *blackberry*. Which of the two middles is each one nearer to? The
# world knows what each was.
#
# **Predict.** Always saying the more frequent use would be right for a little more than half of them. And the hidden
# layer?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
weights = network.get_weights()


def middle(last_words):
    """Where the hidden layer puts training contexts that end in one of these words, on average."""
    ids = [words.index(word) for word in last_words]
    found = unit(hidden_layer(weights, contexts[np.isin(contexts[:, -1], ids)]))
    return unit(found.mean(axis=0))


to_fruit = middle(one_fruit) - middle(brands)
sentence_lengths = [len(sentence) + 1 for sentence in test]
is_brand = np.repeat([record.construction == "brand_news" for record in test_records], sentence_lengths)
ends_in_two_things = np.isin(test_contexts[:, -1], [words.index(word) for word in two_things])
context_leans = unit(hidden_layer(weights, test_contexts)) @ to_fruit
found_right = (context_leans < 0) == is_brand

apple_contexts = np.flatnonzero(test_contexts[:, -1] == words.index("apple"))
_, different = np.unique(test_contexts[apple_contexts], axis=0, return_index=True)
for i in apple_contexts[np.sort(different)][:10]:
    meant = "brand" if is_brand[i] else "fruit"
    print(f"{' '.join(names[id] for id in test_contexts[i]):>30}  leans {context_leans[i]:5.2f}, meant: {meant}")
more_frequent = max(is_brand[ends_in_two_things].mean(), 1 - is_brand[ends_in_two_things].mean())
print(f"{ends_in_two_things.sum()} contexts that end in apple, orange or blackberry")
print(f"always the more frequent use: {more_frequent:.0%} right")
print(f"the hidden layer:             {found_right[ends_in_two_things].mean():.0%} right")

# %%
print("the word in its place is told apart four times in five, or better:", found_right[ends_in_two_things].mean() > 0.8)

# %% [markdown]
# The words before it say what *apple* is. The hidden layer has moved it, away from the middle, towards the fruits or
# towards the brands. But it only sees four words, at fixed places, and only those on the left. Lab 08 does this
# properly: with self-attention each word looks at all others, and *apple* moves towards what it means.

# %% [markdown]
# ## 10. Real text
#
# Five thousand English sentences of the phrase collection (Tatoeba, by way of manythings.org, CC-BY 2.0), and 500
# others to be tested on. Kneser–Ney and the network, both with four words of context, and a third model: for each
# token the plain average of the two probabilities.
#
# **Predict.** Will the network win here, too? There are a fifth as many tokens as in our world's training text, and
# more than three times as many different words.
#
# Without this file the cell says how to get it, and the lab goes on.

# %% tags=["nbval-ignore-output"]
# varies: the corpus is optional, and trained numbers differ a little between processors
from course_utils.text import corpora

if corpora.available("spa-eng"):
    real_train, real_test = corpora.quick_english()
    real_vocabulary = Vocabulary.from_sentences(real_train)
    real_words = list(real_vocabulary.tokens)
    real_windows = [
        windows([real_vocabulary.encode(each).tolist() for each in part], 5, real_vocabulary.start_id, END_ID)
        for part in (real_train, real_test)
    ]
    keras.utils.set_random_seed(4)
    real_network = window_model(len(real_words), n=5, width=32, hidden=64)
    train_network(real_network, *real_windows[0])

    real_counting = NGramModel(NGramCounts.from_sentences(real_train, order=5), KneserNey())
    logs = {"Kneser–Ney": real_counting.log_probabilities(real_test)}
    logs["network"] = log_probabilities(real_network, *real_windows[1])
    logs["the average of both"] = np.logaddexp(logs["Kneser–Ney"], logs["network"]) - math.log(2)
    print(f"{len(real_windows[0][1]):,} tokens, {len(real_words):,} different ones; perplexity on 500 other sentences:")
    for name, each in logs.items():
        print(f"{name:20} {perplexity(each):6.1f}")

    real_frequency = Counter(word for sentence in real_train for word in sentence)
    once = np.mean([count == 1 for count in real_frequency.values()])
    print(f"words that came only once: {once:.0%}\n")
    often = [word for word in real_words if real_frequency[word] >= 10]
    real_vectors = real_network.get_weights()[0][[real_words.index(word) for word in often]]
    for word in ("he", "my", "can", "what", "was", "water", "school"):
        near = nearest_neighbours(real_vectors, often, word, 5)
        print(f"{word:7} {', '.join(other for other, _ in near)}")
else:
    print("spa-eng is not here. To get it, type in a terminal: course data get spa-eng")

# %% [markdown]
# If you have the file: the network loses, clearly. Half of the words came only once, and one sentence is not enough
# to say where a word stands. Counting asks little of its text: it says what it saw, and otherwise what is frequent.
# The average of both is better than either, as Bengio and others found, too: they err in different places. With
# more text the network overtakes the counts: Bengio and others measured it on a million words.
#
# The neighbours show the same. *he*, *my* and *can*, which came hundreds of times, found their own kind. *water* and
# *school* did not, yet.

# %% [markdown]
# ## Two questions to think about
#
# Answer in a few sentences, in the cells below. Your instructor reads and grades these by hand.

# %% [markdown] reflection="4.a"
# **4.a** *please put the wallet* never came in the training text. Kneser–Ney gives *into* almost no chance there, the
# network almost certainty. Explain how each of them arrives at its answer. Why can the network know something about a
# context that it has never seen?
#
# ### BEGIN SOLUTION
# Kneser–Ney has no row for these four words. It drops the leftmost one, and finds *put the wallet*, which was
# followed by *on* both times. The *please*, which asks for *into*, is the first thing it forgets. The network has no
# rows for contexts. It computes with the vectors of the four words. In training it saw *please put the* with many
# other things, and their vectors are similar to that of *wallet*, because they are used alike elsewhere. Similar
# vectors in the same places give similar hidden numbers, and so a similar prediction. What it learned about one thing
# holds for all that stand near it.
# ### END SOLUTION

# %% [markdown] reflection="4.b"
# **4.b** *apple* lies between the fruits and the brands. For which task would this vector do harm, and for which
# would it be good enough? And what would a model need in order to do better?
#
# ### BEGIN SOLUTION
# It harms where the sense decides: a search for fruit that brings news of phones, a translation into a language with
# two words, a guess at what comes next. It is good enough where the other words settle the matter, for example to
# tell a text about shopping from one about animals by the mean of all its vectors. To do better, the vector must
# depend on the sentence: the words around *apple* have to move it. The hidden layer of the window network does that
# for four words on the left; attention does it with all of them.
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - An embedding is a row of a table. Looking it up is a matrix product, so it can be learned like any other weight.
# - A network that predicts the next word from vectors knows something about contexts that it has never seen, because
#   similar words have similar vectors. Counting does not. With very little text counting still wins.
# - Cross-entropy is the logarithm of perplexity.
# - Skip-gram asks an easier question, whether two words stand near each other. Negatives keep the vectors from
#   falling into one.
# - Near means a large cosine. Analogies must be counted over many questions, beside the answer without the analogy.
# - One vector for each word puts a word of two meanings between them. A vector of the word in its place can do
#   better.
#
# **Sources.** Y. Bengio, R. Ducharme, P. Vincent and C. Jauvin, *A neural probabilistic language model*, 2003. T.
# Mikolov, W. Yih and G. Zweig, *Linguistic regularities in continuous space word representations*, 2013. T. Mikolov,
# I. Sutskever, K. Chen, G. Corrado and J. Dean, *Distributed representations of words and phrases and their
# compositionality*, 2013. O. Levy and Y. Goldberg, *Linguistic regularities in sparse and explicit word
# representations*, 2014 (how analogies are computed).

# %%
progress("04")
