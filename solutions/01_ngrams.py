# %% [markdown]
# # Lab 01: n-grams
#
# Type two words on a phone and it offers you a third. It understands nothing. It has counted which words
# people type after which. In this lab you build that keyboard, and then ask the two questions that the rest
# of the course keeps asking: *how good are these guesses?* and *how good could any guesser be?*
#
# The second question has no answer for ordinary text. Here it has one. Our text is drawn from a grammar, the
# **world**, that knows the exact probability of each of its sentences. So you will see your model's score
# beside the best score that is possible.
#
# **After this lab you can**
#
# - count n-grams, and say what start and end tokens are for;
# - suggest the next word, and back off to a shorter context when you know nothing about a longer one;
# - turn counts into probabilities that are never zero: add-k smoothing and interpolated Kneser–Ney;
# - measure a language model by its perplexity, and say what that number means;
# - explain why looking further back stops helping.
#
# **Before you start:** lab 00, Python's dictionaries and `Counter`, and what a logarithm is.
# **Time:** about 90 minutes. The notebook itself runs in less than a minute.
#
# <!-- exercises -->

# %%
import math
from collections import Counter

import numpy as np

from course_utils import check, hint, progress, student_or_reference
from course_utils.text.world import World

world = World(seed=1)
train_records = world.sentences(20_000, "train")
test_records = world.sentences(2_000, "test")
train = [list(record.english) for record in train_records]
test = [list(record.english) for record in test_records]

for sentence in train[:5]:
    print(sentence)

# %% [markdown]
# Each sentence is a list of **tokens**: words, in small letters, and punctuation marks. What `n't` is doing
# there alone is a story for lab 03.
#
# The sentences in `test` do not occur in `train`, not one of them. A model that has learned its training
# sentences by heart gains nothing from that.

# %% [markdown]
# ## 1. Counting what comes next
#
# Take three short sentences:
#
# > the bear ate · the bear slept · the fish ate
#
# What comes after *bear*? Once *ate*, once *slept*. What comes after *the*? Twice *bear*, once *fish*. A table
# of such counts, one row for each word, is already a language model. It is called a **bigram** model: it
# looks at two tokens, one of context and one to predict. A **trigram** model looks at two tokens of context.
# In general an **n-gram** model predicts a token from the **n−1 tokens before it**.
#
# Two places need care: where a sentence starts and where it ends.
#
# - What comes before the first word? We put **start tokens** `<s>` there, n−1 of them, so that the first word
#   has a context like any other.
# - How does a sentence end? We predict that too, with one **end token** `</s>` after the last word. Without
#   it, a model could never stop talking.
#
# For n = 3 the sentence *the bear ate* becomes
#
# ```
# <s>  <s>  the  bear  ate  </s>
# ```
#
# and gives four counts: `<s> <s>` → the, `<s> the` → bear, `the bear` → ate, `bear ate` → `</s>`.
#
# **Predict.** For n = 1 the context is empty. How many counts does *the bear ate* give then? Say a number
# before you go on.

# %% [markdown]
# ### Exercise 1.1: count what comes next
#
# Write `count_ngrams`. It returns a dictionary with a `Counter` for each context: `counts[context][word]` says how
# often `word` came after `context`, a tuple of n−1 tokens. A `Counter` answers 0 for a word that never came, which
# will be handy.
#
# Run the cell below, then the cell with `check`. If it does not pass, the card says what is wrong;
# `hint("1.1")` in a cell of its own gives you a hint, and each further call one that says more.


# %% answer="1.1"
def count_ngrams(sentences, n):
    """Count what follows each context of n-1 tokens.

    Args:
        sentences: list of sentences, each a list of tokens.
        n: the order, 1 or more.

    Returns:
        dict: context (a tuple of n-1 tokens) -> Counter of the tokens that came next.
    """
    counts = {}
    ### BEGIN SOLUTION
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            context = tuple(padded[i - n + 1 : i])
            if context not in counts:
                counts[context] = Counter()
            counts[context][padded[i]] += 1
    ### END SOLUTION
    return counts


# %% check="1.1"
check("1.1", count_ngrams)

# %% [markdown]
# And the prediction? For n = 1 the three words give **four** counts: *the*, *bear*, *ate* and `</s>`. The context is
# the empty tuple `()`, and there is no start token, since nothing needs to stand before the first word.
#
# One exercise that is not done yet should not stop you. The next line takes your function if it passes its
# check, and the course's own if it does not (and says so).

# %%
count_ngrams = student_or_reference("1.1", count_ngrams)

little = [["the", "bear", "ate"], ["the", "bear", "slept"], ["the", "fish", "ate"]]
for context, followers in count_ngrams(little, 2).items():
    print(f"{context[0]:>5} -> {dict(followers)}")

# %% [markdown]
# Now the real thing: tables of 1-grams to 5-grams over twenty thousand sentences.
#
# **Predict.** The longer the context, the more different n-grams there are. What share of the different
# 5-grams will have been seen only once: a tenth, a third, more than half?

# %%
tables = {n: count_ngrams(train, n) for n in range(1, 6)}

print("n  contexts  different n-grams  seen once")
for n, counts in tables.items():
    all_counts = [count for followers in counts.values() for count in followers.values()]
    once = sum(count == 1 for count in all_counts) / len(all_counts)
    print(f"{n}  {len(counts):8,}  {len(all_counts):17,}  {once:9.0%}")

# %% [markdown]
# ## 2. Three suggestions
#
# A phone shows three next words. To find them, look at the longest context you have: the last four words
# typed. If these four words have been seen in training, offer what came after them most often. If not,
# forget the leftmost word and look at three words. Then at two, at one, and at last at none, where the most
# frequent words of all are waiting. Shortening the context like this is called **backing off**.
#
# A long context may have been seen, but with only one follower. Then offer that one first, and back off to
# fill the other two places.
#
# ### Exercise 1.2: three suggestions, like a phone keyboard
#
# - `typed` are the words so far. At the start of a sentence there are none: put `<s>` in front, as before.
# - The most frequent follower comes first. Words that came equally often come in alphabetical order.
# - No word comes twice, and `</s>` is not a word.


# %% answer="1.2"
def suggest(tables, typed, k=3):
    """Suggest the next word.

    Args:
        tables: dict n -> counts, as `count_ngrams` gives them, for n from 1 to the highest.
        typed: list of the words so far, without `<s>`.
        k: how many suggestions.

    Returns:
        list: at most k words, the likeliest first.
    """
    suggestions = []
    for n in range(max(tables), 0, -1):
        padded = ["<s>"] * (n - 1) + typed
        ### BEGIN SOLUTION
        context = tuple(padded[len(padded) - (n - 1) :])
        followers = tables[n].get(context, {})
        for word in sorted(followers, key=lambda word: (-followers[word], word)):
            if word != "</s>" and word not in suggestions:
                suggestions.append(word)
        ### END SOLUTION
    return suggestions[:k]


# %% check="1.2"
check("1.2", suggest)

# %%
suggest = student_or_reference("1.2", suggest)

typed = []
for word in test[0]:
    offered = suggest(tables, typed)
    mark = "✓" if word in offered else " "
    print(f"{' '.join(typed)[-40:]:>40} | {mark} {word:12} offered: {', '.join(offered)}")
    typed.append(word)

# %% [markdown]
# **Try it on your own sentence.** Change the words and run the cell again. What does the keyboard offer after
# a word it has never seen?

# %%
my_words = ["please", "buy", "an", "apple", "and"]
print(suggest(tables, my_words))

# %% [markdown]
# ## 3. From counts to probabilities
#
# A suggestion is a ranking. To measure a model we need more: a **probability** for each possible next token,
# never negative, adding up to 1. The obvious choice divides:
#
# $$P(\text{word} \mid \text{context}) = \frac{\text{count of word after context}}{\text{total count after context}}$$
#
# If after *bear* came *ate* three times and *slept* once, then $P(\text{ate} \mid \text{bear}) = 3/4$.
#
# And $P(\text{honey} \mid \text{bear})$? Zero. The model does not say that *bear honey* is unlikely, it says
# that it **cannot happen**. Is that a problem in practice? Let us see how often something "impossible" happens
# in the test sentences, for n from 1 to 10. The package has fast counts of every order, which give the same
# numbers as your tables.

# %% tags=["figure"]
from course_utils.models import plotting
from course_utils.models.ngram import AddK, KneserNey, ModifiedKneserNey, NGramCounts, NGramModel

counts_to_10 = NGramCounts.from_sentences(train, order=10)
unseen = counts_to_10.unseen_share(test)
orders = list(range(1, 11))
plotting.lines(
    {"never seen": 100 * unseen},
    orders,
    xlabel="n",
    ylabel="% of the test n-grams",
    title="How often a test sentence does something new",
)

# %%
print("share of test n-grams never seen in training:")
print("   n" + "".join(f"{n:7}" for n in orders))
print("    " + "".join(f"{share:7.1%}" for share in unseen))

# %% [markdown]
# With n = 5 a good part of what people say has never been said in our training text. One zero is enough to
# make a whole sentence impossible. Language is like that: there is always something that nobody has said yet.
#
# The cure is to take a little from what was seen and give it to what was not. This is called **smoothing**.
#
# ### Exercise 1.3: add-k smoothing
#
# The simplest way: pretend that every word of the vocabulary came $k$ times more after every context.
#
# $$P(\text{word} \mid \text{context}) = \frac{\text{count} + k}{\text{total} + k \cdot V}$$
#
# where $V$ is the size of the vocabulary. On paper, with $k = 1$ and a vocabulary of 6 words: after *bear* came
# *ate* 3 times and *slept* once, so $P(\text{ate} \mid \text{bear}) = (3 + 1)/(4 + 6) = 0.4$ and
# $P(\text{honey} \mid \text{bear}) = (0 + 1)/(4 + 6) = 0.1$.


# %% answer="1.3"
def add_k_probability(counts, context, word, k, vocabulary_size):
    """P(word | context) with k added to every count.

    Args:
        counts: one table, counts[context][word].
        context: tuple of n-1 tokens; it may never have been seen.
        word: any token; it may never have been seen.
        k: what is added, more than 0.
        vocabulary_size: V, the number of tokens that can come next.

    Returns:
        float: the probability.
    """
    followers = counts.get(context, Counter())
    ### BEGIN SOLUTION
    total = sum(followers.values())
    return (followers[word] + k) / (total + k * vocabulary_size)
    ### END SOLUTION


# %% check="1.3"
check("1.3", add_k_probability)

# %% [markdown]
# ## 4. How good is a model? Perplexity
#
# Let the model read the test text and note the probability it gave to each token *before* it saw it. A good
# model is seldom surprised. Multiply all these probabilities and you have the probability of the text; but
# that product is tiny, and tinier the longer the text. So take the *average* of the logarithms, and undo the
# logarithm at the end:
#
# $$\text{perplexity} = \exp\Big(-\frac{1}{N}\sum_{i=1}^{N} \ln P(\text{token}_i \mid \text{its context})\Big)$$
#
# It has a plain meaning. A model that hesitates between 8 equally likely tokens at each step has a perplexity
# of 8. So a perplexity of 8 means: *as unsure as if it had to choose among 8 equal possibilities*. Lower is
# better, and 1 would be a model that always knows.
#
# ### Exercise 1.4: perplexity


# %% answer="1.4"
def perplexity(log_probabilities):
    """The perplexity of a text.

    Args:
        log_probabilities: natural logarithm of each token's probability, a list of numbers <= 0.

    Returns:
        float: at least 1.
    """
    ### BEGIN SOLUTION
    mean = sum(log_probabilities) / len(log_probabilities)
    return math.exp(-mean)
    ### END SOLUTION


# %% check="1.4"
check("1.4", perplexity)

# %% [markdown]
# Now we can measure. The end token counts as a token, since a model must predict it; start tokens do not. The
# vocabulary is every token of the training text, the end token, and `<unk>`, a place kept for all the words we
# have never met: a word that is in no table has a count of 0, and gets what smoothing gives to that.
#
# First, two landmarks: the worst guesser, who finds everything equally likely, and the best one there is. The
# best is the world itself: `record.log_probability` is the exact probability with which it says that sentence.

# %%
add_k_probability = student_or_reference("1.3", add_k_probability)
perplexity = student_or_reference("1.4", perplexity)

vocabulary_size = len({word for sentence in train for word in sentence} | {"</s>", "<unk>"})
test_tokens = sum(len(sentence) + 1 for sentence in test)
truth = math.exp(-sum(record.log_probability for record in test_records) / test_tokens)

print(f"knowing nothing, with {vocabulary_size} tokens to choose from:  {vocabulary_size:7}")
print(f"the world itself, over everything it says:    {math.exp(world.entropy()):7.2f}")
print(f"the world itself, on our test sentences:      {truth:7.2f}")


# %%
def log_probabilities(probability, sentences, n):
    """The log-probability of each token, `</s>` too, by probability(context, word)."""
    logs = []
    for sentence in sentences:
        context = ("<s>",) * (n - 1)
        for word in [*sentence, "</s>"]:
            logs.append(math.log(probability(context, word)))
            context = (*context, word)[1:]
    return logs


def add_k_perplexity(n, k):
    """Test perplexity of an n-gram model with add-k smoothing."""

    def probability(context, word):
        return add_k_probability(tables[n], context, word, k, vocabulary_size)

    return perplexity(log_probabilities(probability, test, n))


# %% [markdown]
# **Predict.** Adding 1 sounds harmless. Which model will be best with k = 1: n = 1, 2, 3 or 5? And will a
# smaller k help the long contexts or hurt them?

# %%
print("      k:" + "".join(f"{k:>9}" for k in (1, 0.1, 0.01, 0.001)))
for n in (1, 2, 3, 5):
    row = [add_k_perplexity(n, k) for k in (1, 0.1, 0.01, 0.001)]
    print(f"n = {n}   " + "".join(f"{value:9.2f}" for value in row))

# %% [markdown]
# Read the table down the column of k = 1. One word of context helps a lot. After that the model gets *worse*: two
# words of context lose to one, and four lose to none at all. That is the negative control of this lab, and it
# deserves a reason.
#
# A long context has been seen a few times at most. Say 4 times, while the vocabulary has about a thousand
# words. Then we add a thousand invented observations to 4 real ones: the model believes our invention, not
# the text. A small k repairs some of it. But add-k has a deeper fault: it gives every unseen word the *same*
# share. After *my neighbour bought a new*, never seen, it finds *phone* just as likely as *because*. The shorter
# context, *a new*, would have known better.

# %% [markdown]
# ## 5. Kneser–Ney: ask the shorter context, and ask it the right question
#
# Kneser and Ney (1995) put two ideas together.
#
# **First idea: discount and interpolate.** Take a fixed discount $D$, say 0.75, from *each* count. What is
# taken is handed to the shorter context to spread:
#
# $$P(w \mid h) = \frac{\max(c(hw) - D,\ 0)}{c(h)} + \underbrace{\frac{D \cdot N(h)}{c(h)}}_{\text{what was taken}} P(w \mid h')$$
#
# $h$ is the context and $h'$ the same without its leftmost token; $c(hw)$ is the count of the word, $c(h)$ the
# total of the context; $N(h)$ is the number of *different* words that followed. Below the empty context
# stands the uniform distribution, $1/V$.
#
# On paper: after *bear* came *ate* 3 times and *slept* once, and $D = 0.5$. Two different words give up 0.5
# each. So *ate* keeps $(3 - 0.5)/4 = 0.625$ and *slept* $(1 - 0.5)/4 = 0.125$, and $2 \cdot 0.5/4 = 0.25$ is left
# for the shorter context to spread.
#
# **Second idea: how many different neighbours?** When do we ask the shorter context? When the longer one does
# not know. Then it should not tell how *frequent* a word is, but in how many *different* contexts it turns
# up. The classic example is *Francisco*: frequent, but only after *San*. After any other word it is a poor
# guess, and its raw count would make it a good one. So below the highest order, Kneser–Ney does not count
# how often an n-gram occurred, but how many different tokens stood to its left: its **continuation count**.
#
# The next two cells make these tables for you, and look for the Franciscos of our world: frequent words with few
# different left neighbours, and beside them frequent words with many.


# %%
def continuation_counts(counts):
    """Counts of order n -> of order n-1: how many different tokens stood to the left."""
    result = {}
    for context, followers in counts.items():
        for word in followers:
            result.setdefault(context[1:], Counter())[word] += 1
    return result


def kneser_ney_tables(tables):
    """The highest order as it is, continuation counts below it.

    Two cases at the start of a sentence: what begins with `<s>` has nothing to its left and
    keeps its ordinary count; contexts with several `<s>` say the same as those with one, and
    are left out.
    """
    result = {}
    for n in tables:
        counts = dict(tables[n])
        if n < max(tables):
            counts = {h: words for h, words in counts.items() if h[:1] == ("<s>",)}
            counts = continuation_counts(tables[n + 1]) | counts
        result[n] = {h: words for h, words in counts.items() if h[:2] != ("<s>", "<s>")}
    return result


# %%
frequency = tables[1][()]
neighbours = continuation_counts(tables[2])[()]
frequent = [word for word in frequency if word.isalpha() and frequency[word] >= 200]
franciscos = sorted(frequent, key=lambda word: (neighbours[word] / frequency[word], word))
print("word          count  different left neighbours")
for word in [*franciscos[:4], *franciscos[-4:]]:
    print(f"{word:12} {frequency[word]:6}  {neighbours[word]:24}")

# %% [markdown]
# The first four come often and after next to nothing else: *but* follows a comma, *please* stands at the start of a
# sentence. When the context is new, these are poor guesses. The last four come less often and after almost
# anything.
#
# ### Exercise 1.5: interpolated Kneser–Ney
#
# Write the formula. The continuation counts are in the tables already: `tables[n]` holds whatever has to be
# counted at order n. The function calls itself for the shorter context.
#
# Two ends to mind. When a context was never seen, $c(h)$ is 0 and there is nothing to discount: the answer is then
# the shorter context's. And the empty context has no shorter one: there $1/V$ takes its place.


# %% answer="1.5"
def kneser_ney_probability(tables, context, word, discount, vocabulary_size):
    """P(word | context), interpolated over all shorter contexts.

    Args:
        tables: dict n -> counts, as `kneser_ney_tables` gives them.
        context: tuple of tokens, from () up to one less than the highest order; it may be new.
        word: any token; it may never have been seen.
        discount: D, between 0 and 1.
        vocabulary_size: V.

    Returns:
        float: the probability.
    """
    followers = tables[len(context) + 1].get(context, Counter())
    ### BEGIN SOLUTION
    if context:
        lower = kneser_ney_probability(tables, context[1:], word, discount, vocabulary_size)
    else:
        lower = 1 / vocabulary_size
    total = sum(followers.values())
    if total == 0:
        return lower
    kept = max(followers[word] - discount, 0) / total
    handed_down = discount * len(followers) / total
    return kept + handed_down * lower
    ### END SOLUTION


# %% check="1.5"
check("1.5", kneser_ney_probability)

# %% [markdown]
# Does it help? Yours first, for trigrams, beside add-k with the best k of the table above, and beside the
# package's fast Kneser–Ney with the same discount: it must agree with yours.

# %%
kneser_ney_probability = student_or_reference("1.5", kneser_ney_probability)


def kneser_ney_perplexity(n, discount=0.75):
    """Test perplexity of an n-gram model with interpolated Kneser–Ney."""
    smoothed = kneser_ney_tables({m: tables[m] for m in range(1, n + 1)})

    def probability(context, word):
        return kneser_ney_probability(smoothed, context, word, discount, vocabulary_size)

    return perplexity(log_probabilities(probability, test, n))


trigrams = NGramCounts.from_sentences(train, order=3)
fast = NGramModel(trigrams, KneserNey(discount=0.75)).perplexity(test)
best_add_k = min(add_k_perplexity(3, k) for k in (1, 0.1, 0.01, 0.001))
print(f"add-k, n = 3, best k:      {best_add_k:.2f}")
print(f"Kneser–Ney, n = 3, yours:  {kneser_ney_perplexity(3):.2f}")
print(f"Kneser–Ney, n = 3, ours:   {fast:.2f}")

# %% [markdown]
# ## 6. The lab's result: perplexity against the truth
#
# Now all orders from 1 to 10. *Modified* Kneser–Ney (Chen and Goodman, 1998) takes a different discount from
# counts of one, of two, and of three or more. The package estimates its discounts from the text, so its numbers
# differ a little from yours with 0.75.
#
# **Predict.** Two sketches, on paper, before you run it: the line of add-k and the line of Kneser–Ney from
# n = 1 to 10, and how far above the truth the better one will end.

# %% tags=["signature"]
perplexities = {"add-k, k = 0.01": [], "Kneser–Ney": [], "modified Kneser–Ney": []}
for n in orders:
    counts = NGramCounts.from_sentences(train, order=n)
    for name, smoothing in zip(perplexities, (AddK(0.01), KneserNey(), ModifiedKneserNey())):
        perplexities[name].append(NGramModel(counts, smoothing).perplexity(test))

print(" n  never seen" + "".join(f"{name:>21}" for name in perplexities))
for i, n in enumerate(orders):
    row = "".join(f"{values[i]:21.2f}" for values in perplexities.values())
    print(f"{n:2}  {unseen[i]:10.1%}{row}")
print(f"    the truth, for the same sentences:{truth:39.2f}")

# %% tags=["signature"]
plotting.lines(
    perplexities,
    orders,
    xlabel="n",
    ylabel="perplexity on the test sentences",
    title="Longer contexts help until they have never been seen",
    truth=("the world itself", truth),
    logarithmic=True,
)

# %% [markdown]
# Three things to see.
#
# - **The first words of context are worth the most.** From n = 1 to n = 3 the perplexity falls steeply.
# - **Then the lines part.** Add-k turns round and gets worse: its long contexts know little and are believed
#   much. Kneser–Ney stays level: where the long context knows nothing, it passes the question on. Its two
#   versions lie almost on one line. On newspapers, for which it was tried first, the modified one wins by a
#   little; our grammar does not need it.
# - **The gap to the truth stays.** It does not close with n. A sentence such as *the bear ate the honey because
#   it was …* ends in *hungry* or in *delicious*, and which bears and foods go with which words was never said in
#   these words before. Counting treats *bear* and *dog* as no more alike than *bear* and *because*. Lab 04 begins
#   there.
#
# The next cell writes Kneser–Ney's best score on the course's scoreboard. Later labs write theirs under it, and
# `course scoreboard` in a terminal shows them all beside the truth.

# %%
from course_utils.models import scoreboard

scoreboard.record("01", "n-grams, Kneser–Ney", min(perplexities["Kneser–Ney"]))

# %% [markdown]
# ## 7. Writing, one word at a time
#
# A model that gives probabilities can also write: draw the first word, then the next one given the first,
# and so on until it draws `</s>`. Shannon did it in 1948 by opening a book at random places.
#
# ### Exercise 1.6: write, one word at a time
#
# Draw each word in proportion to its count after the last n−1 tokens, with the generator `rng` and nothing
# else, so that a seed always gives the same sentence. `rng.choice(words, p=...)` draws one of a list of words
# with the given probabilities. These must sum to 1, so divide the counts by their total first.


# %% answer="1.6"
def generate(counts, n, seed, max_words):
    """Write a sentence.

    Args:
        counts: one table of order n, counts[context][word].
        n: its order.
        seed: of the random generator.
        max_words: stop here even if no `</s>` was drawn.

    Returns:
        list: the words, without `<s>` and `</s>`.
    """
    rng = np.random.default_rng(seed)
    tokens = ["<s>"] * (n - 1)
    ### BEGIN SOLUTION
    while len(tokens) - (n - 1) < max_words:
        followers = counts[tuple(tokens[len(tokens) - (n - 1) :])]
        weights = np.array(list(followers.values()))
        word = str(rng.choice(list(followers), p=weights / weights.sum()))
        if word == "</s>":
            break
        tokens.append(word)
    ### END SOLUTION
    return tokens[n - 1 :]


# %% check="1.6"
check("1.6", generate)

# %%
generate = student_or_reference("1.6", generate)

for n in (1, 2, 3, 5):
    print(f"n = {n}")
    for seed in range(4):
        print("   ", " ".join(generate(tables[n], n, seed, 25)))

# %% [markdown]
# With n = 1, a bag of words. With n = 2, each pair of neighbours fits and the whole makes no sense. With n = 5
# the sentences are good. *Too* good?
#
# We can ask two questions about each sentence. Could the world have said it? `world.parse` answers that: it
# knows every sentence of its grammar. And: does it stand word for word in the training text?
#
# **Predict.** How will the two shares change with n? Which of them is larger at n = 3? And for which n will most
# sentences be both *possible* and *new*?

# %%
seen_in_training = {tuple(sentence) for sentence in train}
written = {}
for n in tables:
    written[f"n = {n}"] = [tuple(generate(tables[n], n, seed, 30)) for seed in range(300)]
written["the world"] = [record.english for record in World(seed=2).sentences(300)]

print("           possible  copied  possible and new")
for writer, sentences in written.items():
    possible = [world.parse(sentence) is not None for sentence in sentences]
    copied = [sentence in seen_in_training for sentence in sentences]
    new = [can and not old for can, old in zip(possible, copied)]
    print(f"{writer:9}  {np.mean(possible):8.0%}  {np.mean(copied):6.0%}  {np.mean(new):16.0%}")

# %% [markdown]
# Short contexts write nonsense, long ones copy. Between the two, a model of counts does say something new and
# right, but not often: where it is free, it forgets how the sentence began. Look at the world's own line: everything
# it says is possible, and most of it is new; only short everyday sentences come twice. Closing the gap in the last column is what the
# models of the coming labs are for.

# %% [markdown]
# ## 8. Real text
#
# Everything above works on any text. Here are the English sentences of a phrase collection (Tatoeba, by way of
# manythings.org, CC-BY 2.0) and a novel (M. Jókai, *Timar's Two Worlds*). Nobody knows the true entropy of
# these; there is no dashed line.
#
# Without these files the cell says how to get them, and the lab goes on.

# %% tags=["nbval-ignore-output"]
# varies: the corpora are optional, so the output depends on what is on this machine
from course_utils.text import corpora


def real_sentences(name):
    """Unique English sentences of a corpus, as lists of tokens, in an order drawn once."""
    if name == "timar":
        sentences = corpora.sentences(corpora.load_text(name))
    else:
        sentences = [corpora.words(english) for _, english in corpora.load_pairs(name)]
    unique = sorted({tuple(sentence) for sentence in sentences})
    return [list(unique[i]) for i in np.random.default_rng(1).permutation(len(unique))]


real_models = {}
for name in ("spa-eng", "timar"):
    if not corpora.available(name):
        print(f"{name} is not here. To get it, type in a terminal: course data get {name}")
        continue
    sentences = real_sentences(name)
    held_out, kept = sentences[:2000], sentences[2000:]
    tokens = sum(map(len, kept))
    print(f"{name}: {len(kept):,} sentences, {tokens:,} tokens; on 2,000 others:")
    for n in (1, 2, 3, 5):
        counts = NGramCounts.from_sentences(kept, order=n)
        real_models[name] = NGramModel(counts, ModifiedKneserNey())
        score, new = real_models[name].perplexity(held_out), counts.unseen_share(held_out)[-1]
        print(f"  n = {n}: perplexity {score:7.1f}, never seen {new:6.1%}")

# %% [markdown]
# Compare with the world. Our little world has about a thousand words and a grammar; the real texts have tens of
# thousands of words, and a novel hardly ever repeats itself. The phrase collection is full of short everyday
# sentences and far easier to guess. If you have the files, look at the shape: the first words of context help most,
# and soon most contexts are new and a longer one brings next to nothing.
#
# **Your turn.** How would each text go on?

# %% tags=["nbval-ignore-output"]
# varies: the corpora are optional, so the output depends on what is on this machine
for name, model in real_models.items():
    for typed in ("i do", "she said that", "the old man"):
        print(f"{name:8} {typed} … {', '.join(model.suggest(typed.split()))}")
    print(f"{name:8} writes: {' '.join(model.generate(np.random.default_rng(4), 30))}")

# %% [markdown]
# ## Two questions to think about
#
# Answer in a few sentences, in the cells below. Your instructor reads and grades these by hand.

# %% [markdown] reflection="1.a"
# **1.a** The share of n-grams never seen grows with n, and still the perplexity of Kneser–Ney does not get
# worse from n = 5 to n = 10. Why not? And why does add-k get worse?
#
# ### BEGIN SOLUTION
# Kneser–Ney gives a context that was never seen no weight at all: the probability is then exactly that of the
# shorter context. A context seen once or twice gets little more, since most of its count is discounted and handed
# down. So a longer context can add knowledge, and costs almost nothing where it has none. Add-k has nobody to ask.
# After a rare context nearly all its probability is the invented, uniform part, and the larger n, the more
# contexts are rare.
# ### END SOLUTION

# %% [markdown] reflection="1.b"
# **1.b** The 5-gram model writes good sentences. Does its perplexity tell you whether it would be a good writer?
# Name one thing that you would want from a writer and that perplexity does not measure, and say how you could
# measure it.
#
# ### BEGIN SOLUTION
# Perplexity measures how well the model predicts text that somebody else wrote. It does not tell whether what the
# model writes is new: much of what the 5-gram model writes is copied from its training text. That can be measured
# by the share of written sentences, or of long stretches of words, that stand in the training text. Other good
# answers: whether the text is true, whether it keeps to one subject over several sentences, whether it answers
# what was asked.
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - An n-gram model predicts a token from the n−1 tokens before it, by counting. Start tokens give the first word a
#   context; the end token makes the model able to stop.
# - Most long contexts are new. A model must spare some probability for what it has never seen, and should ask the
#   shorter context how to spread it.
# - Perplexity is the number of equally likely tokens among which the model seems to hesitate. Compare it only on the
#   same text with the same vocabulary.
# - No model can, on average, do better than the source itself. Here we know that limit. For real text we do not.
# - Counts cannot see that *bear* and *dog* are alike. The labs on embeddings and attention begin where this one ends.
#
# **Sources.** C. Shannon, *A mathematical theory of communication*, 1948. R. Kneser and H. Ney, *Improved
# backing-off for m-gram language modeling*, 1995. S. Chen and J. Goodman, *An empirical study of smoothing
# techniques for language modeling*, 1998.

# %%
progress("01")
