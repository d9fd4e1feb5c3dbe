# %% [markdown]
# # Lab 02: scores and softmax
#
# *The dinner was horrible, but the music was great!* Is that a happy sentence or a sad one? In this lab you
# build a machine that answers by adding numbers: each word has a **score**, and the sentence's mood is their
# sum. Then you find out where such scores come from when nobody gives them to you: they are learned, from
# examples.
#
# Everything later in this course is made of the same three parts: scores, a way to turn scores into
# probabilities, and a gradient that says how to change them. Here all three are small enough to do by hand. And
# because our text comes from the world, which has *true* scores, you can see how close the learned ones come.
#
# **After this lab you can**
#
# - judge a sentence by a sum of word scores and a bias, and learn the scores with a perceptron;
# - turn a score into a probability, write the gradient of its loss by hand, and test a gradient that you do not
#   trust;
# - turn any list of scores into probabilities with softmax, without overflow;
# - sort e-mails into three kinds, and read in a confusion matrix what is taken for what;
# - draw a word from probabilities so that anybody can repeat your draw;
# - say what no sum of word scores can ever express.
#
# **Before you start:** labs 00 and 01, NumPy arrays and their shapes, what a derivative is.
# **Time:** about 100 minutes. The notebook itself runs in about a minute.
#
# <!-- exercises -->

# %%
from collections import Counter

import numpy as np
from scipy.stats import spearmanr

import course_utils.backend  # loads Keras and TensorFlow without their page of notes: some seconds
from course_utils import check, hint, progress, student_or_reference
from course_utils.text.world import World

world = World(seed=1)
train_records = world.sentences(30_000, "train")
test_records = world.sentences(10_000, "test")


def with_a_mood(records):
    """Sentences about a feeling or an opinion, and +1 (happy) or -1 (sad) for each."""
    moody = [record for record in records if record.sentiment_label]
    moods = [1 if record.sentiment_label == "happy" else -1 for record in moody]
    return [list(record.english) for record in moody], moods


train, train_moods = with_a_mood(train_records)
test, test_moods = with_a_mood(test_records)
print(f"{len(train):,} sentences with a mood to learn from, {len(test)} to be tested on")
for sentence, mood in list(zip(train, train_moods))[:6]:
    print(f"{mood:+d}  {' '.join(sentence)}")

# %% [markdown]
# ## 1. A mood is a sum
#
# Give four words a score: *happy* +2, *great* +1.5, *sad* −2.5, *awful* −3. Every other word has 0. A sentence
# gets one number more, the **bias**, say 0.5: it is the score of saying nothing at all. If people mostly write
# when they are pleased, it is positive.
#
# > *the film was great*: 0.5 + 1.5 = 2. Above 0, so happy.
# >
# > *the film was awful*: 0.5 − 3 = −2.5. Below 0, so sad.
# >
# > *anna was happy, but peter was sad*: 0.5 + 2 − 2.5 = 0. Exactly on the border: no decision.
#
# Where a word stands makes no difference. We look at the sentence as if its words had been shaken in a bag, and
# this is indeed called a **bag of words**.
#
# ### Exercise 2.1: a mood is a sum
#
# The bias counts once. A word that stands twice counts twice, and a word without a score counts 0.


# %% answer="2.1"
def sentence_score(words, word_scores, bias):
    """The score of a sentence.

    Args:
        words: list of words.
        word_scores: dict word -> score; a word may be missing.
        bias: a number.

    Returns:
        float: above 0 for a happy sentence, below 0 for a sad one.
    """
    ### BEGIN SOLUTION
    total = bias
    for word in words:
        total += word_scores.get(word, 0)
    return total
    ### END SOLUTION


# %% check="2.1"
check("2.1", sentence_score)

# %% [markdown]
# The world has a table of such scores, and calls a sentence happy when their sum is above 0. Its bias is 0. So
# with the true scores your function must be right every time.

# %%
sentence_score = student_or_reference("2.1", sentence_score)


def accuracy(word_scores, bias, sentences, moods):
    """The share of sentences whose score is on the right side of 0."""
    right = [mood * sentence_score(words, word_scores, bias) > 0 for words, mood in zip(sentences, moods)]
    return np.mean(right)


true_scores = world.word_scores()
print(f"{len(true_scores)} words have a score:", dict(list(true_scores.items())[:3]), "...")
print(f"right with the true scores: {accuracy(true_scores, 0, test, test_moods):.1%}")

# %% [markdown]
# ## 2. Where would scores come from? The perceptron
#
# Now put that table away. All you have is sentences, and for each one whether it is happy (+1) or sad (−1).
# Rosenblatt's **perceptron** (1958) learns from them in the simplest way there is. Start with every score and
# the bias at **zero**. Go over the sentences. Where the sum is on the right side of 0, do nothing. Where it is
# not, move:
#
# > add the label, +1 or −1, to the bias and to the score of each word in the sentence.
#
# A happy sentence that came out too low scores higher the next time; a sad one that came out too high, lower. A
# sum of exactly 0 decides nothing, so it is a mistake too. (Else nothing would ever begin.) By hand:
#
# | sentence | label | score | mistake? | after it |
# |---|---|---|---|---|
# | the film was great | +1 | 0 | yes | *the, film, was, great* +1, bias +1 |
# | the film was boring | −1 | 1 + 1 + 1 + 0 + 1 = 4 | yes | *the, film, was* 0, *great* +1, *boring* −1, bias 0 |
# | the film was great | +1 | 0 + 0 + 0 + 1 + 0 = 1 | no | as before |
#
# Two mistakes, and look what is left: *the*, *film* and *was* stand in happy and sad sentences alike, and their
# moves cancel. *great* and *boring* remain.
#
# ### Exercise 2.2: the perceptron
#
# Take the sentences in the order given. Going over all of them once is called an **epoch**. A word that stands
# twice in a sentence moves twice.


# %% answer="2.2"
def perceptron(sentences, labels, epochs):
    """Learn word scores and a bias from mistakes.

    Args:
        sentences: list of sentences, each a list of words.
        labels: +1 or -1 for each sentence.
        epochs: how often to go over all of them.

    Returns:
        tuple: the word scores, a dict word -> score, and the bias.
    """
    word_scores = {}
    bias = 0
    ### BEGIN SOLUTION
    for _ in range(epochs):
        for words, label in zip(sentences, labels):
            score = bias + sum(word_scores.get(word, 0) for word in words)
            if label * score <= 0:
                bias += label
                for word in words:
                    word_scores[word] = word_scores.get(word, 0) + label
    ### END SOLUTION
    return word_scores, bias


# %% check="2.2"
check("2.2", perceptron)

# %% [markdown]
# **Predict.** The first time through, it has seen each word only a few times. How many of the test sentences
# will it get right after one epoch: half, three quarters, nine tenths? Will more epochs always help? And will
# the mistakes on the training sentences ever stop?

# %%
perceptron = student_or_reference("2.2", perceptron)

print("epochs  wrong in training  right in test")
for epochs in (1, 2, 5, 10, 20, 50, 100, 200):
    scores, bias = perceptron(train, train_moods, epochs)
    wrong = round(len(train) * (1 - accuracy(scores, bias, train, train_moods)))
    print(f"{epochs:6}  {wrong:17}  {accuracy(scores, bias, test, test_moods):13.1%}")

# %% [markdown]
# One epoch already gives nine tenths. Then it goes up and down: each correction is made for one sentence, and
# may spoil others. But the mistakes do stop. After 200 epochs there is none left in training, and 99% of the
# test sentences are right. That is no luck. If there is any table of scores that gets every sentence right,
# then the perceptron makes only a limited number of mistakes before it has found one too (Novikoff, 1962). And
# we know that there is such a table: the world's.
#
# ### What no scores can do
#
# That *if* matters. Here are four sentences as short as can be:
#
# > happy (+1) · not happy (−1) · sad (−1) · not sad (+1)
#
# **Predict.** How many epochs will the perceptron need for these four?

# %%
with_not = [["happy"], ["not", "happy"], ["sad"], ["not", "sad"]]
not_moods = [1, -1, -1, 1]
for epochs in (1, 2, 3, 1000):
    scores, bias = perceptron(with_not, not_moods, epochs)
    print(f"after {epochs:4} epochs: {dict(sorted(scores.items()))}, bias {bias}", end="; ")
    print(f"right: {accuracy(scores, bias, with_not, not_moods):.0%}")

# %% [markdown]
# At the end of each epoch every score is back at zero: it runs in a circle, for ever. And no other way of
# learning would do better, since there is nothing to be found. Suppose there were scores $h$, $s$, $n$ for
# *happy*, *sad*, *not*, and a bias $b$. The two happy sentences ask for $b + h > 0$ and $b + n + s > 0$: add
# them, and $2b + h + s + n > 0$. The two sad ones ask for $b + n + h < 0$ and $b + s < 0$: add them, and
# $2b + h + s + n < 0$. The same sum cannot be both. What *not* does depends on the word after it, and in a bag there is no *after* (Minsky and
# Papert made this argument famous in 1969).
#
# Does it hurt us? In the world's moody sentences, nobody says *not*:

# %%
print("training sentences with n't or not:", sum("n't" in words or "not" in words for words in train))
scores, bias = perceptron(train, train_moods, 200)
for text in ("i was happy yesterday .", "i was n't happy yesterday ."):
    print(f"{sentence_score(text.split(), scores, bias):4}  {text}")

# %% [markdown]
# So the scores are right for the world, and have no idea of *n't*: unknown, 0, as good as not there. You will
# see in section 7 what that does to sentences that people really wrote.

# %% [markdown]
# ## 3. How sure? Logistic regression
#
# Look at that number again: 51. What does it mean? That somebody is very happy? The perceptron cannot say.
# Only the side of 0 has a meaning; all scores times ten would decide everything in the same way.
#
# We would rather have a probability. **Logistic regression** keeps the sum and puts it through a curve that
# takes any number to one between 0 and 1, the **sigmoid**:
#
# $$P(\text{happy}) = \sigma(\text{score}) = \frac{1}{1 + e^{-\text{score}}}$$


# %%
def sigmoid(scores):
    """From scores to probabilities."""
    return 1 / (1 + np.exp(-scores))


print("score      " + "".join(f"{score:7}" for score in (-4, -2, -1, 0, 1, 2, 4)))
print("P(happy)   " + "".join(f"{sigmoid(score):7.2f}" for score in (-4, -2, -1, 0, 1, 2, 4)))

# %% [markdown]
# 0 is *I do not know*; each step up makes it surer, and it never reaches 1.
#
# How good are such probabilities? As in lab 01, ask how surprised the model is by the truth. The **loss** of a
# sentence is $-\ln P$ of its true label: 0 for being sure and right, large for being sure and wrong. The loss
# of a model is the mean over the sentences. From now on the label $y$ is **1** for happy and **0** for sad,
# because it stands for a probability.
#
# We want the scores with the smallest loss. The perceptron moved by ±1 on a mistake. Here every sentence moves
# the scores, a little or a lot, as its **gradient** says: how the loss changes when one score changes.
#
# Take a happy sentence with the score $s$. Its loss is $-\ln \sigma(s) = \ln(1 + e^{-s})$, and the derivative of
# that is $-e^{-s} / (1 + e^{-s})$, which is $P(\text{happy}) - 1$. For a sad sentence it comes out as
# $P(\text{happy})$. Both together are as simple as could be:
#
# $$\text{error} = P(\text{happy}) - y$$
#
# and since a word's score is added to the sum as often as the word stands there, its gradient is *error times
# count*. The bias is like a word that stands once in every sentence. Last, take the mean over the sentences.
#
# On paper. Two sentences, *I am happy* ($y = 1$) and *I am sad* ($y = 0$), all scores 0, so both have $P =
# 0.5$:
#
# | | error | I | am | happy | sad |
# |---|---|---|---|---|---|
# | I am happy | 0.5 − 1 = −0.5 | −0.5 | −0.5 | −0.5 | |
# | I am sad | 0.5 − 0 = 0.5 | 0.5 | 0.5 | | 0.5 |
# | **mean** | 0 | 0 | 0 | −0.25 | 0.25 |
#
# A negative gradient says: raise this score and the loss falls. So *happy* goes up, *sad* goes down, and *I*
# and *am* stay where they are. The perceptron's idea again, but weighed by how wrong we were.
#
# ### Exercise 2.3: the gradient by hand
#
# A table is quicker than a dictionary. `counts[b, v]` says how often word number v stands in sentence number b:
# B rows, V columns. `weights` holds the V word scores, so all scores together are `counts @ weights + bias`.


# %% answer="2.3"
def logistic_gradient(counts, labels, weights, bias):
    """How the mean loss changes with each word score and with the bias.

    Args:
        counts: (B, V), how often each word stands in each sentence.
        labels: (B,), 1 for happy and 0 for sad.
        weights: (V,), the word scores.
        bias: a number.

    Returns:
        tuple: the gradient of the weights, (V,), and that of the bias, a number.
    """
    ### BEGIN SOLUTION
    error = sigmoid(counts @ weights + bias) - labels
    return counts.T @ error / len(labels), error.mean()
    ### END SOLUTION


# %% check="2.3"
check("2.3", logistic_gradient)

# %% [markdown]
# ### Do you trust a gradient?
#
# A wrong gradient seldom crashes. It learns a little worse, and nobody notices. There is an honest test that
# needs no calculus: **nudge** one weight up by a hair, and down by a hair, and look how much the loss really
# changes. That is slow, two losses for each weight, but it cannot have the same mistake in it.


# %%
def logistic_loss(counts, labels, weights, bias):
    """The mean of -ln P(true label)."""
    happy = sigmoid(counts @ weights + bias)
    return -np.log(np.where(labels == 1, happy, 1 - happy)).mean()


def nudged_gradient(loss, weights, nudge=1e-5):
    """The gradient of `loss` at `weights`, one weight after the other, by finite differences."""
    gradient = np.zeros(len(weights))
    for v in range(len(weights)):
        up, down = weights.copy(), weights.copy()
        up[v] += nudge
        down[v] -= nudge
        gradient[v] = (loss(up) - loss(down)) / (2 * nudge)
    return gradient


# %%
logistic_gradient = student_or_reference("2.3", logistic_gradient)

rng = np.random.default_rng(2)
few_counts, few_labels = rng.integers(0, 3, size=(7, 5)), np.array([1, 0, 0, 1, 1, 0, 1])
some_weights, some_bias = rng.normal(size=5), 0.3


def few_loss(weights):
    return logistic_loss(few_counts, few_labels, weights, some_bias)


by_hand, _ = logistic_gradient(few_counts, few_labels, some_weights, some_bias)
wrong_labels, _ = logistic_gradient(few_counts, 2 * few_labels - 1, some_weights, some_bias)
print("by nudging:           ", nudged_gradient(few_loss, some_weights).round(4))
print("by hand:              ", by_hand.round(4))
print("by hand, labels ±1:   ", wrong_labels.round(4))
agree = np.allclose(nudged_gradient(few_loss, some_weights), by_hand, rtol=0, atol=1e-8)
print("nudging and the first by hand agree to 8 digits:", agree)

# %% [markdown]
# The third line is a mistake that everybody makes once: labels of +1 and −1, left over from the perceptron, in
# a formula made for 1 and 0. It runs without a word of complaint, and the nudges give it away. The checks in
# this course test your gradients in just this way.
#
# **Predict.** The derivative is the limit for ever smaller nudges. So is a smaller nudge always better? What
# about
# $10^{-12}$?

# %%
errors = {}
for n in (1, 3, 5, 12):
    errors[n] = np.abs(nudged_gradient(few_loss, some_weights, 10.0**-n) - by_hand).max()
for n in (1, 3):
    print(f"nudge 10^-{n}: off by {errors[n]:.0e}")
print("10^-5 is better than 10^-3: ", errors[5] < errors[3])
print("10^-12 is better than 10^-5:", errors[12] < errors[5])

# %% [markdown]
# A hundred times smaller nudge makes the error ten thousand times smaller, but only for a while. The computer
# keeps about 16 digits, and the two losses then agree in nearly all of them: what is left of their difference
# is rounding. 10⁻⁵ is a good compromise.
#
# ### Downhill
#
# Now to the real sentences. Take a step against the gradient, again and again: **gradient descent**. How long
# the step is we choose ourselves: here once the gradient, a **learning rate** of 1.

# %%
from course_utils.models.linear import count_matrix

vocabulary = sorted({word for words in train for word in words})
counts = count_matrix(train, vocabulary)
labels = (np.array(train_moods) + 1) // 2
print("counts has the shape (B, V) =", counts.shape)

weights, bias = np.zeros(len(vocabulary)), 0.0
for step in range(20):
    if step % 5 == 0:
        print(f"after {step:2} steps the loss is {logistic_loss(counts, labels, weights, bias):.3f}")
    of_weights, of_bias = logistic_gradient(counts, labels, weights, bias)
    weights = weights - of_weights
    bias = bias - of_bias
print(f"after 20 steps the loss is {logistic_loss(counts, labels, weights, bias):.3f}")

# %% [markdown]
# ### The same in Keras
#
# In Keras this model is one layer, `Dense(1)`: a weight for each word, and a bias. Keras works out gradients by
# itself, from the operations it has seen. That is how the rest of this course gets its gradients. If you have
# done it right, Keras must give the same numbers: the same gradient at the same place, and after twenty steps
# from zero the same weights.
#
# `from_logits=True` says that the model gives scores, which are also called **logits**, and not yet
# probabilities.

# %%
import keras
import tensorflow as tf


def dense_model(optimizer):
    """Logistic regression, all weights zero."""
    model = keras.Sequential(
        [keras.Input((len(vocabulary),)), keras.layers.Dense(1, kernel_initializer="zeros")]
    )
    model.compile(optimizer, loss=keras.losses.BinaryCrossentropy(from_logits=True))
    return model


model = dense_model(keras.optimizers.SGD(learning_rate=1.0))
model.fit(counts, labels, batch_size=len(counts), epochs=20, shuffle=False, verbose=0)
keras_weights, keras_bias = model.get_weights()

with tf.GradientTape() as tape:  # records what is computed, to go back through it
    loss = model.loss(labels[:, None], model(counts))
keras_gradient = tape.gradient(loss, model.trainable_weights)
our_gradient = logistic_gradient(counts, labels, keras_weights[:, 0], keras_bias[0])

print("same weights after 20 steps:", np.allclose(keras_weights[:, 0], weights, atol=1e-4))
print("same bias after 20 steps:   ", np.allclose(keras_bias, bias, atol=1e-4))
print("same gradient there:        ", np.allclose(keras_gradient[0][:, 0], our_gradient[0], atol=1e-5))
print("and for the bias:           ", np.allclose(keras_gradient[1], our_gradient[1], atol=1e-5))

# %% [markdown]
# ### The lab's result: learned scores against the true ones
#
# Twenty steps are a beginning. We train longer, and compare four ways of giving words a score:
#
# - **counting**, the baseline: in what share of the happy sentences does the word stand, and in what share of
#   the sad ones? Its score is the logarithm of the ratio, with 1 added to both counts as in lab 01. (This is
#   known as *naive Bayes*.)
# - **perceptron**, 200 epochs, as above.
# - **logistic regression, 300 plain steps** as you have just made them.
# - **logistic regression, 300 steps of Adam.** Adam is an *optimizer*: it takes your gradient and gives every
#   weight a step length of its own, so that rare words, whose gradients are small, come along as quickly as
#   frequent ones.
#
# The learned scores have no reason to have the same *size* as the true ones. So we compare the order, with the
# **rank correlation** (Spearman): 1 if the words come in exactly the true order, 0 if the order has nothing to
# do with it. Two more columns say how many test sentences are right, and how many of the hard ones, those with
# a happy *and* a sad word in them, where it depends on how strong each one is. At the bottom stand two landmarks:
# *the signs alone*, a cheat who knows which words are happy and which are sad, but not how strongly; and the
# world.
#
# **Predict.** Put the four in order. Where will counting be good, and where will it fail?

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
happy_share = ((counts[labels == 1] > 0).sum(axis=0) + 1) / (labels == 1).sum()
sad_share = ((counts[labels == 0] > 0).sum(axis=0) + 1) / (labels == 0).sum()
count_scores = dict(zip(vocabulary, np.log(happy_share / sad_share)))
count_bias = np.log((labels == 1).sum() / (labels == 0).sum())

plain_weights, plain_bias = np.zeros(len(vocabulary)), 0.0
for _ in range(300):
    of_weights, of_bias = logistic_gradient(counts, labels, plain_weights, plain_bias)
    plain_weights, plain_bias = plain_weights - of_weights, plain_bias - of_bias

adam_model = dense_model(keras.optimizers.Adam(learning_rate=0.05))
adam_model.fit(counts, labels, batch_size=len(counts), epochs=300, shuffle=False, verbose=0)
adam_weights, adam_bias = adam_model.get_weights()

learned = {
    "counting": (count_scores, count_bias),
    "perceptron": perceptron(train, train_moods, 200),
    "logistic, plain steps": (dict(zip(vocabulary, plain_weights)), plain_bias),
    "logistic, Adam": (dict(zip(vocabulary, adam_weights[:, 0].tolist())), float(adam_bias[0])),
    "the signs alone": ({word: np.sign(score) for word, score in true_scores.items()}, 0.0),
    "the world itself": (true_scores, 0.0),
}
print(f"loss after plain steps {logistic_loss(counts, labels, plain_weights, plain_bias):.3f}, ", end="")
print(f"after Adam {logistic_loss(counts, labels, adam_weights[:, 0], adam_bias[0]):.3f}")

# %% tags=["signature", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
def has_two_moods(words):
    """Whether a happy word and a sad one stand in the sentence."""
    signs = [np.sign(true_scores.get(word, 0)) for word in words]
    return 1 in signs and -1 in signs


hard = [words for words in test if has_two_moods(words)]
hard_moods = [mood for words, mood in zip(test, test_moods) if has_two_moods(words)]
results = {}
print(f"                       rank correlation  test right  hard ones right ({len(hard)})")
for name, (scores, bias) in learned.items():
    rank = spearmanr(list(true_scores.values()), [scores.get(word, 0) for word in true_scores]).statistic
    results[name] = rank, accuracy(scores, bias, test, test_moods), accuracy(scores, bias, hard, hard_moods)
    print(f"{name:21}  {results[name][0]:16.3f}  {results[name][1]:10.1%}  {results[name][2]:15.1%}")

# %%
rank, right_of_test, right_of_hard = zip(*results.values())
print("Adam's order is nearer to the true one than counting's:", rank[3] > rank[0])
print("counting's is nearer than that of the plain steps:     ", rank[0] > rank[2])
plain_scores, adam_scores = learned["logistic, plain steps"][0], learned["logistic, Adam"][0]
print("plain steps: amazing (true 3.0, rare) is above great (2.0):", plain_scores["amazing"] > plain_scores["great"])
print("Adam: amazing is above great:                          ", adam_scores["amazing"] > adam_scores["great"])
mistakes = [1 - share for share in right_of_hard]
print("on hard sentences the perceptron and Adam make less than")
print("half of counting's mistakes:                           ", max(mistakes[1], mistakes[3]) < mistakes[0] / 2)

# %% tags=["signature", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
from course_utils.models import plotting_scores

feelings = [
    *("happy", "cheerful", "grateful", "proud", "excited", "satisfied", "calm"),
    *("nervous", "jealous", "disappointed", "angry", "lonely", "sad", "desperate"),
]
plotting_scores.against_truth(
    {name: learned[name][0] for name in ("counting", "logistic, Adam")},
    true_scores,
    {"feelings": feelings, "opinions": [word for word in true_scores if word not in feelings]},
)

# %% [markdown]
# What to see.
#
# - **Read the first column from its floor.** Whoever knows the signs alone has 0.86 already. What is above it is
#   knowing how strong a word is. (Its 0% on the hard sentences is no misprint: one happy and one sad word give
#   +1 − 1 = 0, exactly on the border, and no decision is not right.)
# - **Counting is a strong baseline for the order.** A strong word drags its sentence to its side, so it is
#   found in sentences of its own kind nearly always. A weak one loses against strong ones now and then. That is
#   why counting finds the order well, and why you must not forget to compare with it.
# - **It fails where words must be weighed.** Counting scores each word by itself. The learners score words
#   *together*: if *happy* explains a sentence, then *but* and *was* need not. That shows on the hard sentences, with
#   the perceptron and with Adam. (The plain steps have not got that far: see the next point.)
# - **A falling loss is not a finished one.** After 300 plain steps most test sentences are right, and yet the
#   order is worse than by counting: rare words have hardly moved. *Amazing*, in 20 sentences, is still below
#   *great*, in 123, though it is the stronger word. The model was not wrong, only unfinished.
# - **No learner is perfect**, although the text has no noise. Who never met *awful* beside *perfect* can
#   only infer from other words which of them is stronger.
#
# Some words that have no true score at all have got one:

# %% tags=["nbval-ignore-output"]
# varies: trained numbers differ a little between processors
mood_scores, mood_bias = learned["logistic, Adam"]
strays = [word for word in vocabulary if word not in true_scores]
for word in sorted(strays, key=lambda word: -abs(mood_scores[word]))[:5]:
    times = sum(word in words for words in train)
    print(f"{word:8} learned {mood_scores[word]:+.1f}, true 0; sentences with it: {times}")

# %% [markdown]
# They are rare. When a word stands in a handful of sentences, or in one, and these happen to have the same mood, the
# learner takes it for the cause. More text would cure it.
#
# **Try it on your own sentence.** Change the words and run the cell again: a bar for each word, the bias and
# the sum. Find a sentence that is as happy as can be, and one that the machine gets wrong.

# %% tags=["figure", "nbval-ignore-output"]
# varies: trained numbers differ a little between processors
from course_utils.text import corpora

my_words = corpora.words("The dinner was horrible, but the music was great!")
my_score = sentence_score(my_words, mood_scores, mood_bias)
plotting_scores.contributions(
    my_words,
    [mood_scores.get(word, 0) for word in my_words],
    mood_bias,
    title=f"happy with a probability of {sigmoid(my_score):.2f}",
)

# %% [markdown]
# ## 4. From any number of scores to probabilities: softmax
#
# Two moods, one score. What if there are more things to choose from? Give *each* of them a score. Say a phone
# must guess what comes after *the bear ate the …*, and some model gives four words these scores: *bear* 1, *of*
# 0, *honey* 4, *and* −1. We need four probabilities: none below 0, sum 1.
#
# The first idea is to divide each by the sum, as with the counts in lab 01. **Predict** what comes out, and
# what comes out for −1, −2, −3, where −1 is the best.

# %%
for some_scores in ([1, 0, 4, -1], [-1, -2, -3], [1, 2, -3]):
    some_scores = np.array(some_scores)
    total = some_scores.sum()
    shares = (some_scores / total).round(2) if total != 0 else "a division by 0"
    print(f"{some_scores!s:15} sum {total:2}: {shares}")

# %% [markdown]
# Three failures. A *negative* probability. Then the worst score, −3, gets the *largest* share. Then there is
# nothing to divide by. Counts are never negative; scores are.
#
# So make them positive first, in a way that keeps their order: raise $e$ to them. Here that gives 2.72, 1, 54.6 and
# 0.37, with a sum of 58.7. *Then* divide:
#
# | | bear | of | honey | and |
# |---|---|---|---|---|
# | score | 1 | 0 | 4 | −1 |
# | $e^{\text{score}}$ | 2.72 | 1 | 54.6 | 0.37 |
# | probability | 0.05 | 0.02 | 0.93 | 0.01 |
#
# $$\text{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# It is called *soft*max because it does not simply choose the largest: it gives most to it, and something to
# all.
#
# One danger remains. How large may a score be?

# %%
with np.errstate(over="ignore"):  # it would warn of an overflow, which is what we want to see
    print(f"e^700  = {np.exp(700.0):.2e}")
    print(f"e^1000 = {np.exp(1000.0)}")

# %% [markdown]
# Infinity, and infinity divided by infinity is no number: one large score, and a training run of days is full
# of `nan`.
#
# The cure costs nothing. Only *differences* of scores count: if you take the same number $m$ from all scores,
# every power is divided by $e^m$, above and below the line, and the probabilities stay the same. So take away
# the **largest** score. Then the largest power is $e^0 = 1$, no power can overflow, and the sum is at least 1.
#
# ### Exercise 2.4: softmax, for scores of any size
#
# Your function gets an array: one row of scores, or a table with many rows, or a stack of tables. Always the
# **last axis** holds the scores that share one sum. `x.max(axis=-1, keepdims=True)` is the largest of each row,
# in a shape that lines up with the rows again.


# %% answer="2.4"
def softmax(scores):
    """From scores to probabilities, over the last axis.

    Args:
        scores: array (..., K), any numbers.

    Returns:
        array: (..., K), none below 0, the last axis sums to 1.
    """
    ### BEGIN SOLUTION
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% check="2.4"
check("2.4", softmax)

# %%
softmax = student_or_reference("2.4", softmax)

print(softmax(np.array([1, 0, 4, -1])).round(2))
print(softmax(np.array([1000, 999, -1000])).round(2))
print("softmax of (2, 0):", softmax(np.array([2.0, 0.0])).round(4), "  sigmoid of 2:", sigmoid(2.0).round(4))

# %% [markdown]
# The last line: the sigmoid was a softmax all along, of two scores of which one is always 0.

# %% [markdown]
# ## 5. Three kinds of e-mail
#
# Some of the world's sentences come from e-mails: *personal* ones, *work*, and *invitations*. Sorting them is
# the same as before, with three of everything. Each word has three scores, one a class: `weights` is now a
# table of V rows and K = 3 columns, `counts @ weights + bias` gives three scores for each e-mail, and softmax
# makes probabilities of them.


# %%
classes = ["personal", "work", "invitation"]


def emails_of(records):
    """Sentences of e-mails, and the number of the class of each."""
    mails = [record for record in records if record.email_kind]
    kinds = np.array([classes.index(record.email_kind) for record in mails])
    return [list(record.english) for record in mails], kinds


train_mails, train_kinds = emails_of(train_records)
test_mails, test_kinds = emails_of(test_records)
print(f"{len(train_mails):,} to learn from, {len(test_mails)} to be tested on")
for number in (0, 1, 2):
    first = list(train_kinds).index(number)
    print(f"{classes[number]:10}  {' '.join(train_mails[first])}")

# %% [markdown]
# The loss is still $-\ln P$ of the true class. And the gradient is the one you know, a column a class. The
# error of a class is its probability, less 1 if it is the true class:
#
# $$\text{error}_k = P(k) - [k \text{ is the true class}]$$
#
# On paper: all scores 0, the true class is *work*. Each class has $P = 1/3$, so the errors are 1/3, 1/3 − 1 =
# −2/3, 1/3. They sum to 0: what the true class gains, the others pay.
#
# ### Exercise 2.5: the gradient for several classes
#
# The labels are class numbers. With K classes, `np.eye(K)[labels]` turns them into rows with a 1 at the true
# class and 0 elsewhere, which is called **one-hot**. K is 3 for the e-mails; take it from the arguments, so that
# your function serves for any number of classes.


# %% answer="2.5"
def softmax_gradient(counts, labels, weights, bias):
    """How the mean loss changes with each weight and with each bias.

    Args:
        counts: (B, V), how often each word stands in each text.
        labels: (B,), the number of each text's class, 0 to K-1.
        weights: (V, K), a score for each word and class.
        bias: (K,), a bias for each class.

    Returns:
        tuple: the gradient of the weights, (V, K), and that of the bias, (K,).
    """
    ### BEGIN SOLUTION
    probabilities = softmax(counts @ weights + bias)
    error = probabilities - np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)
    ### END SOLUTION


# %% check="2.5"
check("2.5", softmax_gradient)

# %% [markdown]
# ### Exercise 2.6: what is taken for what
#
# *95% right* does not say what goes wrong. A **confusion matrix** does: a row for each true class, a column for
# each predicted one, and in each place how often that happened. What is right stands on the diagonal. If one
# *work* e-mail of three is taken for an invitation, then the row of *work* holds 0, 2, 1.


# %% answer="2.6"
def confusion_matrix(true, predicted, classes):
    """Count how often each class was taken for each class.

    Args:
        true: list of class names.
        predicted: list of class names, one for each.
        classes: the K names, in the order of rows and columns.

    Returns:
        array: (K, K), rows the true classes, columns the predicted ones.
    """
    matrix = np.zeros((len(classes), len(classes)), dtype=int)
    ### BEGIN SOLUTION
    for one, other in zip(true, predicted):
        matrix[classes.index(one), classes.index(other)] += 1
    ### END SOLUTION
    return matrix


# %% check="2.6"
check("2.6", confusion_matrix)

# %% [markdown]
# Labels are dear: somebody must read each e-mail and decide. So three questions in one picture. What does the
# machine do with **30** labelled e-mails to learn from? With **all** 2,894? And what if it has learned from
# all, but reads only the **first three words** of each?
#
# **Predict.** Which two kinds will be confused when it has seen little? And which when it reads only the
# beginning?

# %%
softmax_gradient = student_or_reference("2.5", softmax_gradient)
confusion_matrix = student_or_reference("2.6", confusion_matrix)


def learn_kinds(mails, kinds, steps=300):
    """Softmax regression by gradient descent, from zero: the words it knows, weights and bias."""
    known = sorted({word for words in mails for word in words})
    table = count_matrix(mails, known)
    weights, bias = np.zeros((len(known), 3)), np.zeros(3)
    for _ in range(steps):
        of_weights, of_bias = softmax_gradient(table, kinds, weights, bias)
        weights, bias = weights - of_weights, bias - of_bias
    return known, weights, bias


def kind_probabilities(mails, known, weights, bias):
    """(B, 3) from the words of each e-mail."""
    return softmax(count_matrix(mails, known) @ weights + bias)


def named(kinds):
    return [classes[number] for number in kinds]


from_30 = learn_kinds(train_mails[:30], train_kinds[:30])
from_all = learn_kinds(train_mails, train_kinds)
beginnings = [words[:3] for words in test_mails]
predicted = {
    "30 e-mails": kind_probabilities(test_mails, *from_30).argmax(axis=1),
    "all e-mails": kind_probabilities(test_mails, *from_all).argmax(axis=1),
    "all, but three words read": kind_probabilities(beginnings, *from_all).argmax(axis=1),
}
print(f"always the most frequent kind: {np.bincount(test_kinds).max() / len(test_kinds):.1%}")
for name, guesses in predicted.items():
    print(f"{name}: {np.mean(guesses == test_kinds):.1%} right")

# %% tags=["figure"]
matrices = {
    name: confusion_matrix(named(test_kinds), named(kinds), classes) for name, kinds in predicted.items()
}
plotting_scores.confusion(matrices, classes)

# %%
work_taken_for_invitation = [
    words
    for words, guess, kind in zip(test_mails, predicted["30 e-mails"], test_kinds)
    if (guess, kind) == (2, 1)
]
for words in work_taken_for_invitation[:4]:
    print(" ".join(words))
begin_with_dear = sum(words[0] == "dear" for words in work_taken_for_invitation)
print(f"{begin_with_dear} of {len(work_taken_for_invitation)} begin with dear")
for name, mails, kinds in (
    ("30", train_mails[:30], train_kinds[:30]),
    (f"{len(train_mails):,}", train_mails, train_kinds),
):
    dear = Counter(classes[kind] for words, kind in zip(mails, kinds) if words[0] == "dear")
    print(f"among {name} e-mails to learn from begin with dear: {dict(sorted(dear.items()))}")

# %% tags=["figure"]
known, weights, bias = from_30
words = work_taken_for_invitation[0]
work_less_invitation = dict(zip(known, weights[:, 1] - weights[:, 2]))
plotting_scores.contributions(
    words,
    [work_less_invitation.get(word, 0) for word in words],
    bias[1] - bias[2],
    title="right: speaks for work; left: for an invitation",
)

# %% [markdown]
# With 30 e-mails, *work* is taken for *invitation*, and all these mistakes are alike: they begin with *dear*.
# Among the 30, no e-mail from work does. So the machine has learned that *dear* and the comma after it speak
# against work, and *please* and *!* for an invitation; *send* and *plan* are too weak against them all. A
# person would have called it hasty. The cure was more text: with all e-mails nothing is left to confuse.
#
# Whoever reads only three words often sees *dear anna ,* and nothing else. Friends and hosts begin alike, and the
# machine bets on friends, who write so most often. No amount of training would help here: what is missing is not in
# the weights but in the input. *73% right* would not have told you where to look. (And whoever always says the most
# frequent kind is right in 38% of cases. Do not forget the baseline.)

# %% [markdown]
# ## 6. A score for every next word
#
# Now replace three kinds of e-mail by a thousand words, and ask which comes next. That is a **language model**,
# and its last step in every model of this course is a softmax over one score for each word of the vocabulary.
# The bigrams of lab 01 are such a model too: let the score of a word be the logarithm of its count.

# %%
followers = Counter()
for record in train_records:
    for word, next_word in zip(record.english, record.english[1:]):
        if word == "was":
            followers[next_word] += 1

next_words = sorted(followers)
next_scores = np.log([followers[word] for word in next_words])
probabilities = softmax(next_scores)
frequencies = np.array([followers[word] for word in next_words]) / followers.total()
print(len(next_words), "different words came after was")
print(
    "softmax of the logarithms is what lab 01 computed, count by total:",
    np.allclose(probabilities, frequencies),
)

# %% [markdown]
# A model that always says the likeliest word says the same thing every time. To write, we **draw**: each word
# as often as its probability says. In lab 01 `rng.choice` did that for you. Here is how it is done.
#
# Lay the probabilities side by side on a line from 0 to 1. With *bear* 0.5, *fox* 0.2 and *fish* 0.3, the bear
# owns the line from 0 to 0.5, the fox from 0.5 to 0.7, the fish from 0.7 to 1. Now `u = rng.random()` is a
# number between 0 and 1, each place equally likely. Whose part is it in? If $u = 0.63$: past the bear's 0.5,
# and 0.13 further on, inside the fox's 0.2. The fox it is.
#
# A computer's chance is computed. A generator `rng = np.random.default_rng(7)` gives the same numbers each time
# it is made with that **seed**. So your draw can be repeated by anybody, as long as you take chance from `rng`
# and nowhere else.
#
# ### Exercise 2.7: draw words, reproducibly


# %% answer="2.7"
def sample_words(words, probabilities, count, rng):
    """Draw words by their probabilities, each draw by itself.

    Args:
        words: list of words.
        probabilities: array of one probability a word, sum 1.
        count: how many words to draw; a word may be drawn more than once.
        rng: a NumPy random generator, the only source of chance.

    Returns:
        list: the words drawn, in the order drawn.
    """
    drawn = []
    ### BEGIN SOLUTION
    for _ in range(count):
        u = rng.random()
        for word, probability in zip(words, probabilities):
            if u < probability:
                break
            u -= probability
        drawn.append(word)
    ### END SOLUTION
    return drawn


# %% check="2.7"
check("2.7", sample_words)

# %% [markdown]
# One more thing before you run it. Divide all scores by a number $T$ before the softmax, the **temperature**.
# **Predict:** will $T = 0.5$ make the draws more alike or more different? And $T = 2$?

# %%
sample_words = student_or_reference("2.7", sample_words)

for seed in (7, 7, 8):
    print(f"seed {seed}:", " ".join(sample_words(next_words, probabilities, 9, np.random.default_rng(seed))))
for temperature in (0.5, 1, 2):
    softer = softmax(next_scores / temperature)
    draws = sample_words(next_words, softer, 1000, np.random.default_rng(7))
    print(f"T = {temperature:3}: likeliest word {softer.max():.2f}, ", end="")
    print(f"different words in 1000 draws: {len(set(draws))}")

# %% [markdown]
# The same seed gives the same words. A low temperature makes differences larger, so the likeliest word wins
# more often; a high one makes all words more alike. You will meet it again in labs 05 and 11.

# %% [markdown]
# ## 7. Real text
#
# Here is a fixed part of a phrase collection (Tatoeba, by way of manythings.org, CC-BY 2.0). Nobody has
# labelled its sentences happy or sad, so there is nothing to compare with but your own judgement. We use the
# scores learned from the world, and sort the real sentences by them.
#
# **Predict.** What will go wrong?
#
# Without the file the cell says how to get it, and the lab goes on.

# %% tags=["nbval-ignore-output"]
# varies: the corpus is optional, so the output depends on what is on this machine
def mood_of(words):
    return sentence_score(words, mood_scores, mood_bias)


if corpora.available("spa-eng"):
    real_train, real_held_out = corpora.quick_english()
    real = real_train + real_held_out
    moody = sorted((words for words in real if any(word in true_scores for word in words)), key=mood_of)
    negated = [words for words in moody if "not" in words or "n't" in words]
    awful = [words for words in moody if "awful" in words]
    print(f"{len(real):,} sentences; {len(moody)} hold one of the 40 words, {len(negated)} of these not or n't")
    for title, chosen in (
        ("the saddest", moody[:8]),
        ("the happiest", moody[-8:]),
        ("with not", [*negated[:3], *negated[-5:]]),
        ("with awful", awful),
    ):
        print(f"{title}:")
        for words in chosen:
            print(f"   {mood_of(words):5.1f}  {' '.join(words)}")
else:
    print("spa-eng is not here. To get it, type in a terminal: course data get spa-eng")

# %% [markdown]
# Most of the saddest and the happiest are right, in sentences unlike any of the world's. What goes wrong, goes wrong for reasons that you
# now know. *not* has no score, and could have no good one. A word counts twice when it stands twice. *Awful* in
# *an awful lot* has another meaning, and a sum cannot look at the neighbours. And nearly all sentences contain
# none of the forty words: of them the machine knows nothing, however happy they are.
#
# Each of these is a reason for a later lab: words that are alike (04), the order of words (05), and words that
# change their meaning with their neighbours (08).

# %% [markdown]
# ## Two questions to think about
#
# Answer in a few sentences, in the cells below. Your instructor reads and grades these by hand.

# %% [markdown] reflection="2.a"
# **2.a** Suppose that all training sentences are on the right side of 0. Now multiply all weights and the bias
# by 2. What happens to the number of mistakes, to the probabilities and to the loss? What will logistic
# regression do with our sentences if we let it train for ever, and what follows for a probability of 0.9999
# that it gives?
#
# ### BEGIN SOLUTION
# No sum changes its side, so there are still no mistakes. Every probability moves towards its label, 0 or 1, so
# the loss falls. There is therefore no best set of weights: doubling always helps, and the weights grow as long
# as we train. The loss goes to 0. The probabilities become as extreme as the training is long, so 0.9999 tells
# as much about the number of steps as about the sentence; it is not the share of such sentences that turn out
# happy. (That is why one stops in time, or adds a penalty on large weights.)
# ### END SOLUTION

# %% [markdown] reflection="2.b"
# **2.b** No scores of single words can get *happy*, *not happy*, *sad* and *not sad* right. How could you
# change what the machine counts, and leave the rest as it is, so that it can? Give the scores that would work.
# What would be the price in a real language?
#
# ### BEGIN SOLUTION
# Count pairs of neighbouring words as well as words: add "not happy" and "not sad" as if they were words of
# their own. Then, for example, happy +1, sad −1, not happy −2, not sad +2, everything else 0, is right for all
# four. The price is lab 01's: there are very many pairs, and most have never been seen, so "not delighted" has
# no score even if "not happy" and "delighted" are well known. And *not* may stand further away, as in "not at
# all happy". A model that shares what it knows about *not* among all words needs more than a sum.
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - A score for each word, a sum and a bias make a classifier. A perceptron finds scores that make no mistakes
#   if there are any.
# - The sigmoid makes a probability of one score, softmax of many. Subtract the largest score first.
# - For both, the gradient of the loss is *error times input*, and the error is *probability minus truth*. Every
#   network in this course ends in this error.
# - Test a gradient by nudging. Compare with counting. Ask what is taken for what.
# - Chance from one seeded generator can be repeated.
# - A bag of words has no order. No learning rule can find scores that do not exist.
#
# **Sources.** F. Rosenblatt, *The perceptron*, 1958. A. Novikoff, *On convergence proofs for perceptrons*,
# 1962. M. Minsky and S. Papert, *Perceptrons*, 1969. D. Kingma and J. Ba, *Adam: a method for stochastic
# optimization*, 2015.

# %%
progress("02")
