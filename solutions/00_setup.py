# %% [markdown]
# # Lab 00: setup
#
# Welcome. In this course you build a machine that translates: first by counting words, at the end with a
# transformer of your own. This first lab is short and has nothing hard in it. It shows how the labs work, so
# that later the machinery does not stand between you and the ideas.
#
# **After this lab you can**
#
# - run and restart a notebook, and see that your computer has what the course needs;
# - check an exercise, read the card that answers, ask for hints and see your progress;
# - say where the sentences of this course come from, and why that is useful.
#
# **Before you start:** a little Python: functions, lists, texts. **Time:** about 30 minutes.
#
# <!-- exercises -->

# %% [markdown]
# ## 1. Is everything there?
#
# A notebook is a list of cells. Click into the next one and press **Shift + Enter** to run it. It asks this
# computer what it has. A line that begins with ✗ says what to do.

# %% tags=["nbval-ignore-output"]
# varies: versions, memory and speed differ from machine to machine
from course_utils.doctor import findings, report
from course_utils.facts import gather

print(report(findings(gather()), brief=False))

# %% [markdown]
# The cells of a notebook share one memory, that of the **kernel**. If something strange happens, choose
# *Kernel → Restart Kernel* in the menu and run the cells again from the top. Your answers stay, and so does
# your progress.

# %%
from course_utils import check, hint, progress, student_or_reference

# %% [markdown]
# ## 2. A first exercise
#
# ### Exercise 0.1: a first function
#
# An exercise gives you a function with a hole in it. Here it is the line that begins with `raise`. Put your
# answer in its place.
#
# `greet("Anna")` should return the text `Hello, Anna!`.
#
# First leave it as it is: run the cell, then the cell with `check` below it, and see what an exercise says
# that has not been begun. Then write `return f"Hello, {name}!"` and run both cells again.


# %% answer="0.1"
def greet(name):
    """Return a greeting such as 'Hello, Anna!'."""
    ### BEGIN SOLUTION
    return f"Hello, {name}!"
    ### END SOLUTION


# %% check="0.1"
check("0.1", greet)

# %% [markdown]
# A green card: all checks passed, and you have your first point. Each line is one property that your function
# was tried for, often with inputs drawn anew. Running the check again costs nothing. You can try as often as you
# like; what counts is your latest try.

# %% [markdown]
# ## 3. A first mistake
#
# ### Exercise 0.2: count the words of a sentence
#
# A card that says no is more useful than one that says yes, if it says *why*. So make a mistake on purpose:
# write `return len(sentence)`. Run both cells and read the card.


# %% answer="0.2"
def count_words(sentence):
    """Return the number of words in a text, a whole number."""
    ### BEGIN SOLUTION
    return len(sentence.split())
    ### END SOLUTION


# %% check="0.2"
check("0.2", count_words)

# %% [markdown]
# You will see what was expected, what your function gave, how it was called, and a likely cause. If that is not
# enough, ask for a hint: run the next cell. Run it again and there is another, more telling one. The hint is about
# *your* mistake: it depends on the check that failed.
#
# Now write it right. Whatever stands between spaces is a word here, *don't* and *3* too. Python's `sentence.split()`
# cuts a text into such words.

# %%
hint("0.2")

# %% [markdown]
# ## 4. Two things that often go wrong
#
# ### Exercise 0.3: sort words, longest first
#
# Return a **new** list with the longest word first, and words of equal length in alphabetical order.
#
# A function should leave its arguments alone. Whoever calls it may still need them. A check notices when yours
# does not: try `words.sort()` and see.


# %% answer="0.3"
def longest_first(words):
    """Return the words sorted: longest first, equal lengths by alphabet."""
    ### BEGIN SOLUTION
    return sorted(words, key=lambda word: (-len(word), word))
    ### END SOLUTION


# %% check="0.3"
check("0.3", longest_first)

# %% [markdown]
# ### Exercise 0.4: the mean length of some sentences
#
# Return how many words the sentences have on average, a number such as 4.5. An empty sentence is a sentence of no
# words. For an empty list of sentences return 0.0. Your `count_words` helps.
#
# If your function stops with an error, the card shows the line of *your* code at which it stopped.
# (Divide by `len(sentences)` without thinking of the empty list and you will see such a card.)


# %% answer="0.4"
def mean_length(sentences):
    """Return the mean number of words of a list of sentences (texts), 0.0 for an empty list."""
    ### BEGIN SOLUTION
    if not sentences:
        return 0.0
    return sum(count_words(sentence) for sentence in sentences) / len(sentences)
    ### END SOLUTION


# %% check="0.4"
check("0.4", mean_length)

# %% [markdown]
# ## 5. The world
#
# Most courses learn from text that somebody found. We do that too, at the end of each lab. But first each lab
# uses sentences from a small **world**: a grammar with some hundreds of words that speaks English and
# Hungarian. It has a great advantage: it knows the truth. It knows how probable each of its sentences is, what
# its translation is, which word belongs to which, what *it* refers to, and whether somebody is happy. So when
# your models guess, you can see how far from the truth they are.

# %%
from course_utils.text.world import World

world = World(seed=1)
records = world.sentences(8)
for record in records:
    print(record.english_text)
    print("   ", record.hungarian_text)

# %% [markdown]
# You do not need to know Hungarian. It is here *because* you probably do not: when your model translates it,
# you will know that the model has learned something that you have not.
#
# **Predict.** Which of the eight sentences is the least probable, do you think, and which the most probable?

# %%
import math

for record in sorted(records, key=lambda record: record.log_probability):
    one_in = float(f"{math.exp(-record.log_probability):.1e}")
    print(f"one in {one_in:13,.0f}: {record.english_text}")

# %% [markdown]
# Length is half of it: a longer sentence has more places at which it could have gone on differently. The other half
# is how many ways there are at each place. A fixed phrase is long and hardly surprising; a short sentence with two
# rare words is not to be foreseen.
#
# ## 6. Where this is going
#
# Below, the world shows for one sentence which Hungarian word belongs to which English words. To find this out
# from pairs of sentences alone, without being told, is called *alignment*. In lab 07 your attention layer will
# draw this picture by itself, having only seen how to translate. The simplest guess would be a straight
# diagonal: first word with first word, second with second.
#
# **Predict.** Do the two languages keep the same order? Where will the picture leave the diagonal?
#
# You need not follow the code of the next cell. It puts a 1 where two words belong together, a 0 elsewhere, in a
# table with a row for each English and a column for each Hungarian word.

# %%
import numpy as np

from course_utils.models import plotting


def truth(record):
    """1 where an English word (row) belongs to a Hungarian one (column), else 0."""
    matrix = np.zeros((len(record.english), len(record.hungarian)))
    for source, target in record.alignment:
        matrix[target, source] = 1
    return matrix


def diagonal(record):
    """The guess that both sentences keep the same order."""
    targets, sources = len(record.english), len(record.hungarian)
    matrix = np.zeros((targets, sources))
    for target in range(targets):
        matrix[target, target * sources // targets] = 1
    return matrix


def found(record):
    """Share of the true pairs that lie on the diagonal."""
    return (truth(record) * diagonal(record)).sum() / truth(record).sum()


# %% tags=["signature"]
sample = world.sentences(2_000)
print(f"true pairs that the diagonal finds: {np.mean([found(record) for record in sample]):.0%}")

middling = [record for record in sample if 8 <= len(record.english) <= 11]
hardest = min(middling, key=found)
print(hardest.hungarian_text)
print(hardest.english_text)
title = "Which word belongs to which"
plotting.alignment(truth(hardest), hardest.hungarian, hardest.english, title=title)

# %% [markdown]
# The diagonal finds less than half of the true pairs. In the sentence of the picture it finds next to none: Hungarian
# puts the time first and English puts it last, and the article *a* or *az* before a name has no partner at all. A
# machine that translates must learn where to look.
#
# ## 7. Try your own sentence, then real text
#
# Change the sentence and run the cell.

# %%
greet = student_or_reference("0.1", greet)
count_words = student_or_reference("0.2", count_words)
longest_first = student_or_reference("0.3", longest_first)
mean_length = student_or_reference("0.4", mean_length)

my_sentence = "I would like to learn how a machine translates"
print(greet("you"), "Your sentence has", count_words(my_sentence), "words.")
print(longest_first(my_sentence.split()))

# %% [markdown]
# `student_or_reference` gives you your own function when it passes its checks. If it does not, you get the
# course's, and a note that says so. That is why an exercise you could not solve never blocks the rest of a lab.
#
# Real corpora are optional. When they are not on this machine, the cell below says how to get them. The command
# it names is typed in a terminal (*File → New → Terminal*).

# %% tags=["nbval-ignore-output"]
# varies: the corpora are optional, so the output depends on what is on this machine
from course_utils.text import corpora

for name in ("hun-eng", "spa-eng"):
    if corpora.available(name):
        english = [english for _, english in corpora.load_pairs(name)]
        print(f"{name:9} {len(english):>8,} sentences of {mean_length(english):.1f} words on average")
    else:
        print(f"{name} is not here. To get it, type in a terminal: course data get {name}")
ours = [record.english_text for record in sample]
print(f"the world          sentences of {mean_length(ours):.1f} words on average")

# %% [markdown]
# ## 8. Handing in
#
# Your answers live in this notebook, so the notebook is what you hand in. Before you do:
#
# 1. *Kernel → Restart Kernel and Run All Cells*. A cell may work only because of something that you have deleted
#    since. This finds it.
# 2. Look at `progress()`.
# 3. Save (*Ctrl + S*) and send the file as your instructor asks.
#
# The points of your hand-in are computed again by your instructor, on another computer, with fresh inputs. So a
# card that you see here is a promise, not yet a grade.
#
# Some questions have no check. Your instructor reads the answers. Here are two: double-click into the cell, write,
# and press Shift + Enter.

# %% [markdown] reflection="0.a"
# **0.a** In exercise 0.2 the check tried your function with a handful of sentences. Can you write a function that
# passes the check and is still wrong? What does that say about what a passed check means?
#
# ### BEGIN SOLUTION
# Yes. A function that splits at spaces passes, yet counts "bear—honey", or a lone "–" between two spaces, wrongly.
# A check tries some properties on some inputs. It can show that an answer is wrong; that no mistake was found does
# not show that there is none.
# ### END SOLUTION

# %% [markdown] reflection="0.b"
# **0.b** Look at the picture of the alignment again. What must a machine know about both languages, besides a
# dictionary, to translate the sentence?
#
# ### BEGIN SOLUTION
# The order of words, and words that have no partner: Hungarian says with an ending what English says with a
# preposition or a pronoun, so one word belongs to several. Which ending or form is right depends on other words
# of the sentence, near or far.
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - `check("0.1", greet)` tells what holds and what does not; `hint("0.1")` helps with what failed; `progress()`
#   counts your points, also after a restart.
# - A check compares behaviour, not wording: there is more than one right answer.
# - The world knows the truth about its sentences. Every lab measures against it first, and then turns to real text.

# %%
progress("00")
