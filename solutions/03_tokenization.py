# %% [markdown]
# # Lab 03: tokenization
#
# A model eats numbers. Text has to be cut into units, and each unit gets a number, before any model sees it. What
# should a unit be? A word? A letter? Something between? The choice looks like a detail. It decides how long every
# sentence is, what the model can never say, and which languages it treats well.
#
# In this lab you cut text in three ways, from scratch: into words, into the pieces of byte-pair encoding, and into
# the pieces of WordPiece. Nearly every language model of today uses one of the last two or a close relative. Our
# second language is Hungarian, which builds its words out of parts. You need not know any of it: that is the
# point. The pieces will show you its grammar.
#
# **After this lab you can**
#
# - cut English into words, punctuation and clitics, and say why `n't` stands alone;
# - say what an unknown word is, and count how many there are;
# - learn byte-pair encoding from a text, apply it, and prove that it loses nothing, whatever the text;
# - find the longest match of WordPiece, and say how it differs;
# - turn sentences of different lengths into batches with little padding, shuffled anew in each pass.
#
# **Before you start:** lab 01, and Python's `Counter` and tuples. Regular expressions are explained where you need
# them.
# **Time:** about 110 minutes. The notebook itself runs in less than a minute.
#
# <!-- exercises -->

# %%
import re
from collections import Counter
from functools import cache
from itertools import pairwise

from course_utils import check, hint, progress, student_or_reference
from course_utils.text.world import World

world = World(seed=1)
train_records = world.sentences(20_000, "train")
test_records = world.sentences(2_000, "test")
english_train = [record.english_text for record in train_records]
english_test = [record.english_text for record in test_records]
hungarian_train = [record.hungarian_text for record in train_records]
hungarian_test = [record.hungarian_text for record in test_records]

for english, hungarian in zip(english_train[:5], hungarian_train):
    print(f"{english}\n    {hungarian}")

# %% [markdown]
# The same sentences as in lab 01, this time as one writes them, with capitals and without blanks before commas. Each
# comes with its Hungarian translation.
#
# ## 1. Words
#
# The first idea that comes to mind: a unit is what stands between two blanks. Python does that in one call. Let us
# look for the honey.

# %%
chunks = Counter(chunk for text in english_train for chunk in text.split())
print({chunk: count for chunk, count in chunks.most_common() if chunk.startswith("honey")})
print(f"{len(chunks):,} different chunks")

# %% [markdown]
# To a model these are five words that have nothing to do with each other. What it learns about `honey.` it does not
# know about `honey,`. So punctuation must come off.
#
# English has one more thing that sticks to its words. *Doesn't* is *does* and *not*, drawn together. *I'm* is *I* and
# *am*. What is left of the second word, `n't` or `'m`, is called a **clitic**: it leans on the word before it. If
# *doesn't* stays whole, then so do *isn't*, *didn't*, *can't*, and a model must learn six times what "not" means. Cut
# off, `n't` is one unit that always means the same, and *does* is the same *does* as in *Does he sleep?*
#
# The cut is before the n. That leaves `does` and `is`, which are words. It also leaves the `ca` of *can't*. That is
# no word, but it is regular, and a machine can put it together again. This is the convention of the Penn Treebank
# (Marcus, Santorini and Marcinkiewicz, 1993), and the reason why `n't` stood alone in lab 01.
#
# ### A few patterns
#
# **Regular expressions** describe text by patterns. `re.findall(pattern, text)` gives a list of everything that fits,
# from left to right. `re.sub(pattern, replacement, text)` replaces everything that fits.
#
# | pattern | fits |
# |---|---|
# | `\w` | one letter of any language, a digit, or `_` |
# | `\s` | one blank of any kind |
# | `[^\w\s]` | one character that is neither: a punctuation mark |
# | `[,;]` | one of the characters between the brackets: a comma or a semicolon |
# | `\w+` | one or more letters, as many as there are |
# | `(?:-\w+)*` | a hyphen and more letters, as often as they come, or not at all |
# | `A\|B` | A, and where that does not fit, B |
# | `\b` | a place where a word begins or ends |
# | `(?<=\w)` | a place that has a letter before it |
# | `(...)` | in `re.sub` the replacement `\1` is what stood in the first brackets |
#
# For example, `re.findall(r"\w+|[^\w\s]", "Hello, Anna!")` gives `['Hello', ',', 'Anna', '!']`. The `r` before the
# quotes lets `\w` be written as it is. A pattern is a text, so `+` puts two together: `clitic + r"|\w+"`. Brackets
# that begin with `(?:` only hold things together. Plain brackets also keep what stood in them, which `re.sub` needs
# for `\1`. In `re.findall` they spoil the list: it then holds what stood in the brackets, and nothing else.
#
# ### Exercise 3.1: words, punctuation and clitics
#
# - A punctuation mark is a token of its own; blanks only part tokens and vanish.
# - The clitics `n't 's 'm 're 've 'll 'd` at the end of a word are tokens of their own.
# - A hyphen or an apostrophe between two letters belongs to the word: *well-known*, *o'clock*. At the edge of a word
#   it is a mark, as in *'Hello,' she said*.
# - Nothing else is changed: capitals stay capitals. (Only the curly apostrophe ’ of printed text is made a straight
#   one first; that line is given.)
#
# Two steps do it. First put a blank before each clitic. Then collect clitics, words and marks. The pattern of a
# clitic is given. (A number such as 4.99 falls apart into three tokens. That is all right here.)


# %% answer="3.1"
def split_words(text):
    """Cut a text into words, clitics and punctuation marks.

    Args:
        text: any text, such as "Anna doesn't like honey."

    Returns:
        list: the tokens in order, ["Anna", "does", "n't", "like", "honey", "."]
    """
    clitic = r"(?:n't|'(?:s|m|re|ve|ll|d))\b"
    text = text.replace("’", "'")
    ### BEGIN SOLUTION
    text = re.sub(rf"(?<=\w)({clitic})", r" \1", text)
    return re.findall(rf"{clitic}|\w+(?:['-]\w+)*|[^\w\s]", text)
    ### END SOLUTION


# %% check="3.1"
check("3.1", split_words)

# %%
split_words = student_or_reference("3.1", split_words)

print(split_words("It's a well-known story: the bear couldn't sleep, and Anna's honey was gone."))
with_not = Counter()
for text in english_train:
    tokens = split_words(text)
    with_not.update(first for first, second in pairwise(tokens) if second == "n't")
print("before n't:", dict(with_not.most_common()))

# %% [markdown]
# Now every word form gets a number: its **id**. The list of all forms, in the order of their ids, is the
# **vocabulary**. Four ids are kept for special purposes. They are these four wherever sentences are padded (labs 04
# and 05 use a smaller vocabulary, numbered in another way):
#
# | id | token | what for |
# |---|---|---|
# | 0 | `<pad>` | fills up short sentences, section 6 |
# | 1 | `<unk>` | stands for every word that is not in the vocabulary |
# | 2 | `<s>` | before the first word, as in lab 01 |
# | 3 | `</s>` | after the last word, as in lab 01 |
#
# In this section we write everything in small letters first, as lab 01 did: *The* and *the* become one word. The
# price is that the fruit and the brand, *apple* and *Apple*, become one word too.

# %%
from course_utils.text.tokenization import END, PAD, START, UNKNOWN


def words_of(texts):
    """The tokens of each text, in small letters."""
    return [split_words(text.lower()) for text in texts]


def vocabulary_of(sentences):
    """Every token that occurs -> its id."""
    words = sorted({word for sentence in sentences for word in sentence})
    return {word: id for id, word in enumerate(words, start=4)}


english_words, hungarian_words = words_of(english_train), words_of(hungarian_train)
vocabulary = vocabulary_of(english_words)
print(f"{len(vocabulary):,} words")
for word in ["the", "bear", "ate", "cabbage", "quickly", "xylophone"]:
    print(f"{word:10} {vocabulary.get(word, UNKNOWN)}")

# %% [markdown]
# *Xylophone* is unknown, and so becomes `<unk>`. Whatever it meant is lost, and a model that writes can never write
# it. How often does that happen? In lab 01 never, you might say: twenty thousand sentences show every word that our
# little world has. So let us pretend that we have less text.
#
# **Predict.** We take the vocabulary from the first 250, 500, 1,000, 2,000 sentences, and count unknown words in the
# test sentences, which say the same things in both languages. Will Hungarian have fewer unknown words than English,
# about as many, or more?

# %%
english_held_out, hungarian_held_out = words_of(english_test), words_of(hungarian_test)


def unknown_share(train, test):
    """The share of the test tokens that do not occur in the training sentences."""
    known = {word for sentence in train for word in sentence}
    tokens = [word for sentence in test for word in sentence]
    return sum(word not in known for word in tokens) / len(tokens)


print("                 English              Hungarian")
print("sentences   words   unknown      words   unknown")
for n in (250, 500, 1_000, 2_000, 20_000):
    row = f"{n:9,}"
    for train, test in ((english_words, english_held_out), (hungarian_words, hungarian_held_out)):
        row += f"{len(vocabulary_of(train[:n])):8,}{unknown_share(train[:n], test):10.2%}   "
    print(row)

# %% [markdown]
# More, always: twice as many after 500 sentences, nearly four times as many after 2,000. Why? Our world knows for each
# Hungarian word the forms that it uses, so we can ask of each unknown word: had it been seen in another form?

# %%
# of each word: {"nom": "könyv", "acc": "könyvet", ...}, in small letters, as our tokens are
hungarian_forms = [{name: form.lower() for name, form in forms.items()} for forms in world.hungarian_forms()]

seen = {word for sentence in hungarian_words[:1_000] for word in sentence}
unknown = Counter(word for sentence in hungarian_held_out for word in sentence if word not in seen)
seen_otherwise = {}
for forms in hungarian_forms:
    for form in set(forms.values()) & set(unknown):
        seen_otherwise.setdefault(form, set()).update(set(forms.values()) & seen)

share = sum(unknown[word] for word, others in seen_otherwise.items() if others) / unknown.total()
print(f"after 1,000 sentences: {unknown.total()} unknown words, {share:.0%} of them seen in another form:")
for word in ("autómat", "ajtót", "prágába", "játékot", "káposztát", "fest"):
    print(f"  {word:10} unknown; seen: {', '.join(sorted(seen_otherwise[word])) or 'no form of it'}")

# %% [markdown]
# Where English puts a word in front, Hungarian puts an ending behind: *in the garden* is `a kertben`, *to the doctor*
# is `az orvosnak`, *I see the door* is `látom az ajtót`. One noun has hundreds of forms. A model of whole words has to
# learn each by itself, and most of them it will never see.
#
# So words as units have two faults. They are **too many**, and still there is **always one more**. English has the
# same fault, only less of it.

# %% [markdown]
# ## 2. Characters
#
# The other extreme: let each character be a unit. There are few of them, and a new word is only a new order of old
# characters.
#
# **Predict.** How many times longer does a sentence get?

# %%
print("                        units   per test sentence   unknown")
for language, train, test, words, held_out in (
    ("English", english_train, english_test, english_words, english_held_out),
    ("Hungarian", hungarian_train, hungarian_test, hungarian_words, hungarian_held_out),
):
    print(
        f"{language + ', words':22}{len(vocabulary_of(words)):7,}"
        f"{sum(map(len, held_out)) / len(held_out):20.1f}{unknown_share(words, held_out):10.2%}"
    )
    print(
        f"{language + ', characters':22}{len(set(''.join(train))):7,}"
        f"{sum(map(len, test)) / len(test):20.1f}{unknown_share(train, test):10.2%}"
    )

# %% [markdown]
# Four to five times longer. That is expensive: a model works once for each unit, and has to remember over four times
# as many steps what a sentence began with. And a single *k* means nothing. We want something between: frequent
# strings should be one unit, rare ones should fall into parts.

# %% [markdown]
# ## 3. Byte-pair encoding
#
# Gage (1994) found a simple way to make files smaller: look for the pair of neighbours that comes most often, and
# write one new symbol for it. Then do the same again. Sennrich, Haddow and Birch (2016) saw that this finds good
# units for translation. It is called **byte-pair encoding**, BPE, and it goes like this.
#
# Take a tiny text: *ház* (house) came 4 times, *házban* (in the house) 2 times, *tóban* (in the lake) 3 times. Begin
# with single letters, and count which two stand side by side, over all words, as often as the word came:
#
# ```
# h á z         4          h á    4 + 2 = 6        b a    2 + 3 = 5       t ó    3
# h á z b a n   2          á z    4 + 2 = 6        a n    2 + 3 = 5       ó b    3
# t ó b a n     3          z b            2
# ```
#
# *h á* and *á z* are level at 6. When counts are equal we take the smaller pair, in Python's order of texts, so that
# everybody gets the same: that is *h á*. The two letters become one symbol, `há`. Count again:
#
# ```
# há z          4          há z   6        b a    5       t ó    3
# há z b a n    2          z b    2        a n    5       ó b    3
# t ó b a n     3
# ```
#
# Now *há z* has 6, and becomes `ház`. Next come *a n* (level with *b a*, and smaller), and then *b an*:
#
# ```
# ház           4
# ház ban       2
# t ó ban       3
# ```
#
# After four **merges** the ending *-ban*, which means "in", is a unit of its own. Nobody told us that it is an ending.
# It came with several words, so the pair inside it was frequent and the pair across its edge was not.
#
# **Predict.** Which pair will be the fifth merge? And will *ház* and *ban* ever be merged?
#
# ### Exercise 3.2: count pairs of neighbours
#
# A word is a tuple of symbols. `words` maps each word to how often it came, as in the table above:
# `{("h", "á", "z"): 4, ...}`. Every position counts: `a a a` holds the pair `a a` twice.


# %% answer="3.2"
def count_pairs(words):
    """How often each two symbols stand side by side.

    Args:
        words: dict: word, a tuple of symbols -> how often the word came.

    Returns:
        dict: pair, a tuple of two symbols -> how often it came, over all words. A Counter is a dict too.
    """
    pairs = Counter()
    ### BEGIN SOLUTION
    for symbols, count in words.items():
        for pair in pairwise(symbols):
            pairs[pair] += count
    ### END SOLUTION
    return pairs


# %% check="3.2"
check("3.2", count_pairs)

# %% [markdown]
# ### Exercise 3.3: make a pair into one symbol
#
# Go from left to right. Where the pair stands, put one symbol, its two halves joined with `+`; put everything else as
# it was. `a a a` with the pair `a a` becomes `aa a`.


# %% answer="3.3"
def merge_pair(symbols, pair):
    """Join every occurrence of a pair.

    Args:
        symbols: a word, a tuple of symbols. They are texts, or bytes.
        pair: a tuple of two symbols.

    Returns:
        tuple: the symbols, with pair[0] + pair[1] wherever the two stood side by side.
    """
    merged = []
    at = 0
    ### BEGIN SOLUTION
    while at < len(symbols):
        if symbols[at : at + 2] == pair:
            merged.append(pair[0] + pair[1])
            at += 2
        else:
            merged.append(symbols[at])
            at += 1
    ### END SOLUTION
    return tuple(merged)


# %% check="3.3"
check("3.3", merge_pair)

# %%
count_pairs = student_or_reference("3.2", count_pairs)
merge_pair = student_or_reference("3.3", merge_pair)

words = {tuple("ház"): 4, tuple("házban"): 2, tuple("tóban"): 3}
for number in range(1, 8):
    counts = count_pairs(words)
    best = min(counts, key=lambda pair: (-counts[pair], pair))
    words = {merge_pair(symbols, best): count for symbols, count in words.items()}
    print(f"{number}  {' + '.join(best):10} {counts[best]}    ", " | ".join(" ".join(symbols) for symbols in words))

# %% [markdown]
# The fifth merge is *t ó*. After that there is nothing left but to put whole words together: first *tóban*, then
# *házban*. Frequent words end up as one unit, rare ones stay in parts. Where to stop is for us to say: **the
# number of merges decides the size of the vocabulary**, which is the first symbols and one more for each merge.
#
# ### Bytes
#
# One question is left: what are the first symbols? If they are letters, then a letter that was not in the text is
# unknown, and we have the old trouble again. There are about 150,000 characters in Unicode, too many to list.
#
# But every text is also a row of **bytes**, numbers from 0 to 255, and of these there are only 256. In UTF-8, the
# encoding that nearly all text uses, an English letter is one byte, an accented, Greek or Cyrillic letter nearly
# always two, a Japanese or Chinese character three, and most emoji four or more.

# %%
for character in "k", "é", "ő", "α", "本", "🐻", "🐻‍❄️":
    encoded = character.encode()
    print(f"{character}  {len(encoded):2} bytes: {' '.join(f'{byte:02x}' for byte in encoded)}")

# %% [markdown]
# So begin with bytes (Radford and others did so for GPT-2, 2019). Then there is **nothing that cannot be cut into known
# pieces**: in the worst case into single bytes. In Python a single byte is written `b"k"`, or `b"\xc3"` where it is
# no English letter; they can be joined with `+` and compared just as texts can.
#
# **Predict.** The two bytes of *á* are `b"\xc3"` and `b"\xa1"`. We learn merges from twenty thousand Hungarian
# sentences. What will the very first merges be?
#
# ### Exercise 3.4: learn byte-pair encoding
#
# The first line inside the function makes each word into a tuple of single bytes. Then, `n_merges` times: count the
# pairs, take the most frequent, of equals the smallest (`min` with a key does both, as in the cell above), keep it,
# and merge it in every word. When there is no pair left, stop early.


# %% answer="3.4"
def learn_bpe(word_counts, n_merges):
    """Learn merges from the words of a text.

    Args:
        word_counts: dict: word, a text -> how often it came.
        n_merges: how many merges to learn.

    Returns:
        list: the merges in order, each a pair of bytes objects; fewer than n_merges when no pair is left.
    """
    words = {tuple(bytes([byte]) for byte in word.encode()): count for word, count in word_counts.items()}
    merges = []
    ### BEGIN SOLUTION
    for _ in range(n_merges):
        pairs = count_pairs(words)
        if not pairs:
            break
        best_pair = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best_pair)
        words = {merge_pair(word, best_pair): count for word, count in words.items()}
    ### END SOLUTION
    return merges


# %% check="3.4"
check("3.4", learn_bpe)

# %% [markdown]
# Merges must not run over the edges of words, or `in the` would soon be one unit. But we do not want to lose the blanks
# either. The usual trick: a word takes the blank before it along. The pattern below cuts any text into such stretches
# without losing a character.
#
# A blank inside a piece is shown as `▁`, so that you can see it, and half a letter as `�`.

# %%
STRETCH = re.compile(r" ?\w+| ?[^\w\s]+|\s+")


def shown(piece):
    """A piece as text."""
    return piece.decode(errors="replace").replace(" ", "▁")


learn_bpe = student_or_reference("3.4", learn_bpe)

print(STRETCH.findall(hungarian_train[0]))
hungarian_counts = Counter(stretch for text in hungarian_train for stretch in STRETCH.findall(text))
merges = learn_bpe(hungarian_counts, 300)
learned = [left + right for left, right in merges]
print("the first 40:", " ".join(map(shown, learned[:40])))
print("the last 40: ", " ".join(map(shown, learned[-40:])))

# %% [markdown]
# The first merge is the letter *á*, glued together from its two bytes, and *é* is the third: BPE has to learn the
# Hungarian alphabet, too, its frequent letters first. Between them come pairs of letters, *sz* and *gy*, which are
# one sound in Hungarian, and short words with their blank: `▁a` and `▁az`, which both mean "the". At the end there
# are whole words and names, `▁szereti` (loves), `▁mondta` (said), `▁Mária`, and an ending, *unk* (we, our). `�dám` is
# *Ádám* without the first byte of its *Á*.
#
# The package has the same method, with the counts kept up to date instead of counted anew, so that thousands of merges
# take a second. It must agree with yours.

# %%
from course_utils.text.tokenization import ByteBPE

package_bpe = ByteBPE.train(hungarian_train, 4 + 256 + len(merges))
print("the same merges as the package's:", list(package_bpe.merges) == merges)

# %% [markdown]
# ### Exercise 3.5: apply the merges to a new word
#
# The merges were learned one after the other, and each was learned in a text in which the ones before it had been
# done. So a new word must go the same way: **begin with its bytes, and apply the merges in the order in which they
# were learned**, each wherever it fits.
#
# On paper, with the merges *h á*, *há z*, *a n*, *b an* from above: *hóban* (in the snow) is a new word. The first
# two merges do not fit, the third gives `h ó b an`, the fourth `h ó ban`.


# %% answer="3.5"
def apply_bpe(word, merges):
    """Cut a word into pieces.

    Args:
        word: a text; it may never have been seen.
        merges: list of pairs of bytes objects, in the order in which they were learned.

    Returns:
        list: the pieces, bytes objects that make up word.encode() when they are joined.
    """
    symbols = tuple(bytes([byte]) for byte in word.encode())
    ### BEGIN SOLUTION
    for learned_pair in merges:
        symbols = merge_pair(symbols, learned_pair)
    ### END SOLUTION
    return list(symbols)


# %% check="3.5"
check("3.5", apply_bpe)

# %% [markdown]
# With this you have a whole **tokenizer**: text to ids, and ids to text. The ids go on where the special ones end: first
# the 256 bytes, then the pieces in the order of the merges. The same stretches come again and again, so `@cache`
# remembers what was cut once.

# %%
apply_bpe = student_or_reference("3.5", apply_bpe)

piece_of = dict(enumerate([bytes([byte]) for byte in range(256)] + learned, start=4))
id_of = {piece: id for id, piece in piece_of.items()}


@cache
def pieces_of(stretch):
    return apply_bpe(stretch, merges)


def encode(text):
    return [id_of[piece] for stretch in STRETCH.findall(text) for piece in pieces_of(stretch)]


def decode(ids):
    return b"".join(piece_of[id] for id in ids).decode()


print(encode(hungarian_test[0]))
print(" ".join(shown(piece_of[id]) for id in encode(hungarian_test[0])))
print(decode(encode(hungarian_test[0])))
print("the same ids as the package's:", all(encode(text) == package_bpe.encode(text) for text in hungarian_test))

# %% [markdown]
# **Predict.** The merges were learned from Hungarian sentences about bears and kitchens. Which of these texts will come
# back unharmed: Greek, Japanese, an emoji, an *é* that is written as *e* with an accent put on top, two tabs?

# %%
texts = ["Ο λύκος κοιμάται.", "熊は蜂蜜が好きです", "Szia! 🐻‍❄️ 👩🏽‍🔬", "e\u0301 is not é", "\t\tx  = 3\n", "xylophone", ""]
for text in texts:
    ids = encode(text)
    print(f"{decode(ids) == text!s:6}{len(text):3} characters {len(text.encode()):3} bytes {len(ids):3} ids   {text!r}")

# %% [markdown]
# All of them. Nothing is unknown and nothing is lost: `decode(encode(text)) == text` for every text there is. What you
# pay for a text unlike the training text is **length**: Greek takes about one id for each byte, two for each letter.
#
# ### Two ways to get it wrong
#
# **Decoding piece by piece.** A piece is a row of bytes, and it may end in the middle of a letter. Half a letter is no
# text. So join first, then decode.

# %%
for text in ("🐻 ate", "ŵ"):
    pieces = [piece_of[id] for id in encode(text)]
    print(pieces)
    print("  joined, then decoded: ", b"".join(pieces).decode())
    print("  decoded one by one:   ", "".join(piece.decode(errors="replace") for piece in pieces))

# %% [markdown]
# **The longest piece first.** It seems natural to take the longest piece that fits, instead of going through the merges
# in order. Does it matter?


# %%
def longest_piece_first(word):
    rest, pieces = word.encode(), []
    while rest:
        length = max(n for n in range(1, len(rest) + 1) if rest[:n] in id_of)
        pieces.append(rest[:length])
        rest = rest[length:]
    return pieces


differently = [word for word in hungarian_counts if longest_piece_first(word) != pieces_of(word)]
print(f"{len(differently) / len(hungarian_counts):.0%} of the {len(hungarian_counts):,} stretches are cut in another way")
for word in differently[:6]:
    cuts = ["|".join(map(shown, pieces)) for pieces in (pieces_of(word), longest_piece_first(word))]
    print(f"   in order: {cuts[0]:16} longest first: {cuts[1]}")

# %% [markdown]
# Neither of the two is wrong by itself. But a model that has learned with one of them and is used with the other meets
# words cut in ways it has never seen. The order of the merges is part of the tokenizer, as much as the pieces are.
#
# **Try it on your own sentence**, in any language. Put emoji in.

# %%
my_text = "A macska 🐈 alszik, and I can't wait! Οὐκ οἶδα."
my_ids = encode(my_text)
print(f"{len(my_text)} characters, {len(my_ids)} ids:", " ".join(shown(piece_of[id]) for id in my_ids))
print(decode(my_ids))

# %% [markdown]
# ## 4. WordPiece and unigram
#
# ### WordPiece: the longest match
#
# "The longest piece first" is a method of its own, if one trains for it: **WordPiece** (Schuster and Nakajima, 2012),
# known from Google's translator and BERT. It keeps no merges. It has a vocabulary, and a rule:
#
# > Of the word, take the longest piece of the vocabulary that it begins with. Do the same with the rest.
#
# A piece that goes on inside a word is written with `##` before it: `ban` begins a word, `##ban` does not. So from the
# pieces alone you can see where words begin.
#
# On paper: with `h`, `ház`, `##b`, `##ban`, `##a`, `##n` the word *házban* gives `ház ##ban`. Two things follow from
# the rule.
#
# - **It never goes back.** With `kert`, `ker`, `##tek` and nothing else, *kertek* (gardens) begins with `kert`. Then
#   `##ek` is missing. That `ker ##tek` would have done does not help.
# - **A word can be unknown.** When nothing fits, the whole word becomes `<unk>`, not only the part that did not fit.
#
# ### Exercise 3.6: the longest match first


# %% answer="3.6"
def longest_match(word, vocabulary):
    """Cut a word by the rule of WordPiece.

    Args:
        word: a text without blanks and marks.
        vocabulary: a set of pieces, those inside a word with "##" before them.

    Returns:
        list: the pieces as they stand in the vocabulary, ["ház", "##ban"], or ["<unk>"].
    """
    pieces = []
    at = 0
    ### BEGIN SOLUTION
    while at < len(word):
        for end in range(len(word), at, -1):
            piece = word[at:end] if at == 0 else "##" + word[at:end]
            if piece in vocabulary:
                break
        else:
            return ["<unk>"]
        pieces.append(piece)
        at = end
    ### END SOLUTION
    return pieces


# %% check="3.6"
check("3.6", longest_match)

# %% [markdown]
# How does one get such a vocabulary? The papers describe a search and publish no program for it. The package starts
# with all characters and merges the most frequent pairs, as BPE does, here of characters.
#
# Yours against the package's, over every word of the Hungarian text:

# %%
from course_utils.text.tokenization import WordPiece

longest_match = student_or_reference("3.6", longest_match)

wordpiece = WordPiece.train(hungarian_train, 560)
wordpiece_vocabulary = set(wordpiece.vocabulary)
hungarian_forms_seen = {word for text in hungarian_train for word in re.findall(r"\w+", text)}
same = [longest_match(word, wordpiece_vocabulary) == wordpiece.pieces(word) for word in hungarian_forms_seen]
print(f"the same pieces as the package's for {sum(same):,} of {len(same):,} words")
for word in ("könyvtárban", "xylophone", "Ω"):
    print(f"{word:12} WordPiece: {' '.join(longest_match(word, wordpiece_vocabulary)):26} "
          f"bytes: {' '.join(map(shown, apply_bpe(word, merges)))}")

# %% [markdown]
# *Xylophone* has an x, and no word of our Hungarian text has one: unknown, all of it. Byte pieces have no such words.
#
# ### Unigram: the likeliest cut
#
# The third method in wide use comes from the other end (Kudo, 2018). It begins with far too many pieces, gives each a
# probability, as if every piece of a text were drawn by itself, and cuts each word in the **likeliest** way. Then it
# throws away those pieces that are needed least, and repeats. The library *sentencepiece* does that; no exercise here.
# The three at the same size of vocabulary:

# %%
from course_utils.text.tokenization import Unigram

unigram = Unigram.train(hungarian_train, 560)
print(f"{'':14}{'byte-pair encoding':22}{'WordPiece':26}unigram")
for word in ("könyvtárban", "könyvemet", "orvosnak", "kertben", "iskolából", "macskákat", "utaztunk"):
    by_bpe = " ".join(package_bpe.pieces(f" {word}"))  # a word brings its blank
    print(f"{word:14}{by_bpe:22}{' '.join(wordpiece.pieces(word)):26}{' '.join(unigram.pieces(word))}")

# %% [markdown]
# They agree on the frequent and differ on the rest. No method knows what a stem is. But look at the ends: *ban* (in),
# *nak* (to), *at* and *et* (the object) stand there as pieces. Is that luck, or do they find the grammar? It can be
# measured, since the world knows the truth.

# %% [markdown]
# ## 5. The lab's result: vocabulary against length, and the endings of Hungarian
#
# Two questions. **First**, what does a larger vocabulary buy? We train BPE of many sizes on both languages and count
# how many pieces a test sentence has. **Second**, do the endings of Hungarian fall out?
#
# For the second we need the truth, and the lexicon has it. It lists for each noun and name the basic form and the
# others: *kert, kertet, kertben, kertbe*. What is left of a form when the basic form is taken away is its ending:
# *-et, -ben, -be*. (A last *a* or *e* gets an accent before an ending: *macska, macskát*. Words that change inside are
# left out.) A tokenizer has found the ending if its **last cut** falls exactly there: `macská|t`, and not `macsk|át`.

# %%
stem_length, words_with = {}, {}
for forms in hungarian_forms:
    basic = forms.get("nom", "")
    accented = basic[:-1] + {"a": "á", "e": "é"}.get(basic[-1:], basic[-1:])
    for name, form in forms.items():
        if basic and form != basic and form.startswith((basic, accented)) and " " not in form:
            stem_length[form] = len(basic)
            words_with.setdefault(form[len(basic) :], {})[basic] = name


def share_of_right_cuts(last_piece):
    """How often `last_piece(form)` is exactly the ending that the lexicon gives this form."""
    return sum(last_piece(form) == form[length:] for form, length in stem_length.items()) / len(stem_length)


print(f"{len(stem_length)} forms with {len(words_with)} different endings; the most common:")
for ending in sorted(words_with, key=lambda ending: -len(words_with[ending]))[:5]:
    print(f"  -{ending:4} on {len(words_with[ending]):3} words, such as {', '.join(list(words_with[ending])[:4])}")

# %% [markdown]
# **Predict.** The vocabulary grows from 260 (only bytes) to 2,000. English and Hungarian sentences say the same things:
# will their lines meet? And will the share of right last cuts grow all the way, or turn round somewhere?

# %% tags=["signature"]
sizes = [260, 400, 560, 800, 1_000, 1_500, 2_000]
lengths = {"English": [], "Hungarian": []}
right_cuts = []
for size in sizes:
    for language, train, test in (
        ("English", english_train, english_test),
        ("Hungarian", hungarian_train, hungarian_test),
    ):
        bpe = ByteBPE.train(train, size)
        lengths[language].append(sum(len(bpe.encode(text)) for text in test) / len(test))
    right_cuts.append(share_of_right_cuts(lambda form, bpe=bpe: bpe.pieces(f" {form}")[-1]))

english_words_a_sentence = sum(map(len, english_held_out)) / len(english_held_out)
hungarian_words_a_sentence = sum(map(len, hungarian_held_out)) / len(hungarian_held_out)

print("             tokens per test sentence   last cut of a")
print("vocabulary      English     Hungarian   Hungarian form right")
for i, size in enumerate(sizes):
    print(f"{size:10,}{lengths['English'][i]:13.1f}{lengths['Hungarian'][i]:14.1f}{right_cuts[i]:16.0%}")
print(f"{'words':10}{english_words_a_sentence:13.1f}{hungarian_words_a_sentence:14.1f}")

# %% tags=["signature"]
from course_utils.models import plotting

plotting.lines(
    {
        "English": lengths["English"],
        "Hungarian": lengths["Hungarian"],
        "English, whole words": [english_words_a_sentence] * len(sizes),
        "Hungarian, whole words": [hungarian_words_a_sentence] * len(sizes),
    },
    sizes,
    xlabel="size of the vocabulary",
    ylabel="tokens per test sentence",
    title="Each merge shortens the text, the first ones most",
)

# %% [markdown]
# - **The first merges are worth the most.** Three hundred of them make a sentence less than half as long. After that it
#   takes more and more pieces to win less and less. At 2,000 English is nearly as short as with whole words, and still
#   nothing is unknown.
# - **Hungarian stays longer**, in bytes and in pieces, though it has *fewer* words. It has more different ones, so each
#   is rarer, and rare words stay in parts.
# - **The endings come, and some are swallowed again.** About half of the last cuts are right at 400 and 560, and 43% at
#   1,500. As the vocabulary
#   grows on, frequent forms become one piece, and there is no cut in them any more.
#
# Is half a lot? We need something to compare it with. The simplest guess is that every ending has the same length. A
# better one, made for this purpose alone: collect the 60 most frequent word ends of one to four letters, and of a word
# take the longest that fits.

# %% tags=["signature"]
hungarian_word_ends = Counter(word[-n:] for word in hungarian_forms_seen for n in range(1, 5) if len(word) > n)
frequent_ends = {end for end, _ in hungarian_word_ends.most_common(60)}


def longest_frequent_end(form):
    return max((form[-n:] for n in range(1, 5) if form[-n:] in frequent_ends), key=len, default="")


last_pieces = {f"the last letters, {n} of them": lambda form, n=n: form[-n:] for n in (1, 2, 3)}
last_pieces["the longest of 60 frequent word ends"] = longest_frequent_end
last_pieces["unigram, 560 ids"] = lambda form: unigram.pieces(form)[-1]
last_pieces["WordPiece, 560 ids"] = lambda form: wordpiece.pieces(form)[-1].removeprefix("##")
last_pieces["byte-pair encoding, 560 ids"] = lambda form: package_bpe.pieces(f" {form}")[-1]
for name, last_piece in last_pieces.items():
    print(f"{name:38}{share_of_right_cuts(last_piece):5.0%}")
print(f"{'the truth':38}{1:5.0%}")

# %% [markdown]
# Byte-pair encoding, which was only ever asked for short texts, finds half of the endings, against a third for a fixed
# length. The method that was made to look at word ends finds more. Merges are no grammar: they follow what is frequent,
# and an ending that is rare in the text, or grown together with a frequent stem, is not found.
#
# Which ones are found, then?

# %% tags=["signature"]
MEANING = {
    "acc": "the object, as in: I see the dog", "dat": "to, for", "in": "in", "to": "into, to", "from": "out of, from",
    "his_nom": "his, her", "my_nom": "my", "whose": "belongs to", "pl_nom": "more than one", "his_acc": "his, as an object",
}
times, found, example = Counter(), Counter(), {}
for form, length in stem_length.items():
    last = package_bpe.pieces(f" {form}")[-1]
    times[last] += 1
    right = last == form[length:]
    found[last] += right
    if last not in example or (right and found[last] == 1):
        example[last] = form

print("last piece   forms   right   for example   means")
for last, count in times.most_common(20):
    meaning = MEANING[next(iter(words_with[last].values()))] if found[last] else "-"
    print(f"{last:10}{count:8}{found[last]:8}   {example[last]:14}{meaning}")

# %% [markdown]
# Most of these pieces **are** endings of Hungarian, and eight of the twenty are right every time, such as *-nak* and
# *-nek* (to, for), *-ban* (in), *-ba* (into), *-ja* (his, her) and *-ok* (more than one); *-ek* (more than one) fails
# once. They come in pairs such as *-nak* and *-nek* because the vowel of a Hungarian ending goes with those of its
# stem: *a* after back vowels, *e* after front ones (vowel harmony). Nobody said a word about grammar.
#
# The failures teach as much. `át` is nearly always wrong: in *macskát* the ending is *-t*, and the *á* belongs to the
# stem. But *át* is frequent at the ends of words, and BPE does not know the word *macska* when it learns *át*. `l` and
# `al` are what is left of *-val* (with) and *-ból* (out of). Neither became a piece: *-ból* is rare in our text, and
# *-val* changes its first letter with the word, *orvossal*, *tanárral*.

# %% [markdown]
# ## 6. From sentences to batches
#
# A model learns from many sentences at once, a **batch**: an array with a row for each sentence. Rows of an array are
# equally long and sentences are not. So the short ones are filled up with `<pad>`, id 0, to the length of the longest:
#
# ```
# 2   17  204   9    3    0    0    0        2 is <s>, 3 is </s>, 0 is <pad>
# 2   55   17  31  482   90  118    3
# ```
#
# Each pad costs as much computing as a word, and all of it is thrown away. One long sentence in a batch makes all the
# others long. The remedy is to put sentences of **like length** together. They are sorted into **buckets** by their
# length, and each batch is filled from one bucket.
#
# The library for this is `tf.data`. A `Dataset` hands out one element after another, and each of its methods gives a new
# dataset that does something more:
#
# | step | what it does |
# |---|---|
# | `Dataset.from_tensor_slices(rows)` | hands out one row after another |
# | `.map(function)` | hands out `function(element)` |
# | `.cache()` | keeps everything that comes by in the first pass, and hands that out in later ones |
# | `.shuffle(buffer_size, seed=...)` | holds `buffer_size` elements and always hands out a random one of them |
# | `.bucket_by_sequence_length(...)` | collects batches of like length and pads them |
# | `.prefetch(tf.data.AUTOTUNE)` | makes the next batch while the model is busy with this one |
#
# Rows of different lengths are held by a **ragged** tensor, `tf.ragged.constant`. In `map` each row is an ordinary
# tensor, and so is what the function gives.

# %%
import course_utils.backend  # loads TensorFlow without its page of notes: some seconds

rows = [[17, 204, 9], [55, 17, 31, 482, 90, 118], []]

import tensorflow as tf

for row in tf.data.Dataset.from_tensor_slices(tf.ragged.constant(rows, dtype=tf.int32)):
    print(row.numpy())

# %% [markdown]
# Even the tokenizer can be one of these steps. The package *tensorflow-text* has WordPiece as a TensorFlow operation,
# so text goes in at one end of the pipeline and ids come out at the other, on several processor cores where `map` is
# told so (`num_parallel_calls`) and inside a saved model. Fed with our vocabulary it must give our ids, for every
# sentence we have. (There is no tensorflow-text for Windows. There the tokenizer's own `encode` does the same, before
# the texts go into the pipeline.)

# %%
from course_utils.text.tokenization import in_graph

texts = hungarian_train + hungarian_test
own_ids = [wordpiece.encode(text) for text in texts]
try:
    in_the_graph = tf.data.Dataset.from_tensor_slices(texts).batch(1_000).map(in_graph(wordpiece))
    graph_ids = [row for batch in in_the_graph for row in batch.to_list()]
    print(f"{len(texts):,} sentences, the same ids in the graph: {graph_ids == own_ids}")
except ImportError as error:
    print("tensorflow-text is not here:", error)

# %% [markdown]
# **Predict.** `cache` and `shuffle` can stand in either order. Here are both, with the numbers 0 to 7, three passes
# each. What will be different?

# %%
numbers = tf.data.Dataset.range(8)
shuffled_first = numbers.shuffle(8, seed=1).cache()
cached_first = numbers.cache().shuffle(8, seed=1)
for name, dataset in (("shuffle, then cache", shuffled_first), ("cache, then shuffle", cached_first)):
    for number in (1, 2, 3):
        print(f"{name}, pass {number}: {[int(element) for element in dataset]}")

# %% [markdown]
# If `shuffle` comes first, `cache` keeps the order of the first pass, and every later pass is the same. Training then
# sees the same batches again and again. It still runs, it only learns worse, and no error will ever tell you. So:
# **cache before shuffle**.
#
# ### Exercise 3.7: batches of like length
#
# - Each sentence gets `START` in front and `END` behind.
# - Each pass brings all sentences in a new order, any sentence anywhere; the same `seed` gives the same orders.
# - Batches have `batch_size` sentences from one bucket, and are as wide as their longest sentence. The last batch of a
#   bucket may be smaller. No sentence is left out.
# - With `boundaries` [10, 20] there are three buckets: lengths below 10, from 10 to 19, and from 20 on, `START` and
#   `END` counted.
#
# `tf.concat([a, b, c], axis=0)` puts rows one behind the other. `bucket_by_sequence_length` wants a function that
# measures one element (`lambda ids: tf.size(ids)`), the boundaries, and a list with the batch size of each bucket, one
# more than there are boundaries. It pads with 0 by itself.


# %% answer="3.7"
def make_batches(sentences, batch_size, boundaries, seed):
    """Sentences of ids as padded batches.

    Args:
        sentences: list of lists of ids, without START and END.
        batch_size: how many sentences a batch has.
        boundaries: list of lengths at which a new bucket begins, ascending.
        seed: of the shuffling.

    Returns:
        tf.data.Dataset: hands out batches (B, T) of ids.
    """
    dataset = tf.data.Dataset.from_tensor_slices(tf.ragged.constant(sentences, dtype=tf.int32))
    ### BEGIN SOLUTION
    dataset = dataset.map(lambda ids: tf.concat([[START], ids, [END]], axis=0))
    dataset = dataset.cache().shuffle(len(sentences), seed=seed)
    batch_sizes = [batch_size] * (len(boundaries) + 1)
    dataset = dataset.bucket_by_sequence_length(lambda ids: tf.size(ids), boundaries, batch_sizes)
    ### END SOLUTION
    return dataset.prefetch(tf.data.AUTOTUNE)


# %% check="3.7"
check("3.7", make_batches)

# %% [markdown]
# How much padding is saved? We make batches of 5,000 Hungarian sentences, of WordPiece ids, with one bucket for all, and
# with more and more of them.
#
# **Predict.** What share of the ids is padding when all lengths come together? First, look at one batch.

# %%
make_batches = student_or_reference("3.7", make_batches)

print(next(iter(make_batches(own_ids[:50], 4, [12, 16], seed=1))).numpy())

def share_of_padding(boundaries):
    """Padding in one pass: of all ids, and the number of batches."""
    batches = [batch.numpy() for batch in make_batches(own_ids[:5_000], 64, boundaries, seed=1)]
    padding = sum((batch == PAD).sum() for batch in batches)
    return padding / sum(batch.size for batch in batches), len(batches)


print("boundaries             padding   batches")
for boundaries in ([100], [20], [16, 24], [12, 16, 20, 24, 32]):
    share, count = share_of_padding(boundaries)
    print(f"{boundaries!s:22}{share:8.0%}{count:10}")

# %% [markdown]
# Without buckets one long e-mail makes 63 other rows long: more than half of all the computing would go into padding.
# With six buckets it is an eighth. The price is small: each bucket has a last batch that is not full, so there are two
# batches more. (And a model that is compiled for each width has a few more widths to compile.)
#
# Whatever padding is left, a model has to know where it is. `batch != PAD` is the **mask** of what is real.
#
# The later labs use `course_utils.text.pipeline`, which is this function with what a language model and a translator
# need besides: targets, shifted by one place, and the mask.

# %% [markdown]
# ## 7. Real text
#
# How is it with text that people wrote? Sentence pairs from Tatoeba (by way of manythings.org, CC-BY 2.0), Hungarian and
# English. Most sentences are short. 2,000 pairs are kept for the test, and no sentence of theirs occurs in training.
#
# Without the file the cell says how to get it, and the lab goes on.

# %% tags=["nbval-ignore-output"]
# varies: the corpus is optional, so the output depends on what is on this machine
from course_utils.text import corpora

real_bpe = None
if corpora.available("hun-eng"):
    splits = corpora.split_pairs(corpora.load_pairs("hun-eng"), validation=0, test=2_000)
    print("            different   seen       unknown   tokens per sentence, by size of the BPE vocabulary")
    print("                words   once   in the test   bytes      500    1,000    2,000    4,000    words")
    for language, side in (("English", 1), ("Hungarian", 0)):
        train, test = [pair[side] for pair in splits.train], [pair[side] for pair in splits.test]
        real_words, real_held_out = words_of(train), words_of(test)
        counts = Counter(word for sentence in real_words for word in sentence)
        once = sum(count == 1 for count in counts.values()) / len(counts)
        row = f"{language:11}{len(counts):10,}{once:7.0%}{unknown_share(real_words, real_held_out):14.1%}"
        for size in (260, 500, 1_000, 2_000, 4_000):
            tokenizer = ByteBPE.train(train, size)
            row += f"{sum(len(tokenizer.encode(text)) for text in test) / len(test):9.1f}"
            if language == "Hungarian" and size == 2_000:
                real_bpe, real_forms = tokenizer, {word for word in counts if word.isalpha()}
        print(f"{row}{sum(map(len, real_held_out)) / len(real_held_out):9.1f}")
else:
    print("hun-eng is not here. To get it, type in a terminal: course data get hun-eng")

# %% [markdown]
# Compare with our world after twenty thousand sentences: there, almost every word had been seen. If you have the file,
# you see that in real Hungarian one word in ten is unknown, four times as many as in English, and most of the different
# words were seen only once. Nobody can say that a few more sentences would do: real words do not come to an end.
#
# Do real endings fall out too? Here is no lexicon to ask. Judge by yourself:

# %% tags=["nbval-ignore-output"]
# varies: the corpus is optional, so the output depends on what is on this machine
if real_bpe:
    real_stems = {}
    for word in real_forms:
        *stem, last = real_bpe.pieces(f" {word}")
        if stem:
            real_stems.setdefault(last, set()).add("".join(stem))
    ranked = sorted(real_stems, key=lambda last: (-len(real_stems[last]), last))
    print("last pieces with the most different stems:", " ".join(f"-{last}" for last in ranked[:32]))
    for word in ("gyerekeknek", "megcsináltam", "könyveket", "mondtad", "szeretnék", "barátaimmal"):
        print(f"  {word:14}{' '.join(real_bpe.pieces(f' {word}'))}")

# %% [markdown]
# Most of them are endings that a Hungarian grammar lists: *-nak, -nek* (to, for), *-ok, -ek* (more than one), *-om,
# -em* (my; also: I do it), *-tam, -ta, -tak* (I, she, they did), *-ünk, -unk* (our; also: we do), *-ni* (to do), *-ra,
# -re* (onto). *Gyerekeknek* (to the children) is cut as a grammar would: child, more than one, to. *Barátaimmal* (with
# my friends) is rarer, and falls apart.

# %% [markdown]
# ## Two questions to think about
#
# Answer in a few sentences, in the cells below. Your instructor reads and grades these by hand.

# %% [markdown] reflection="3.a"
# **3.a** A company sells a language model by the token. Its byte-level tokenizer was trained on English text only. What
# will a Hungarian user notice, and a Greek or Japanese one? Nothing is ever unknown, so is anything lost? (You can
# measure it: train `ByteBPE` on `english_train` and encode `hungarian_test`.)
#
# ### BEGIN SOLUTION
# Nothing is lost, but everything is longer. Few merges of English fit Hungarian words, so they fall into single letters
# and the accented ones into two bytes; Greek takes about two ids a letter and Japanese three a character. (Measured:
# with 1,000 ids trained on English a Hungarian test sentence takes 32 tokens, with 1,000 ids trained on Hungarian 15.) So these users pay more for the same sentence, wait longer, and fit less text into the number of
# tokens that the model can look back on. The model also learns less well from them, since a token that is half a
# letter means nothing. A fair tokenizer is trained on text of all the languages it is for.
# ### END SOLUTION

# %% [markdown] reflection="3.b"
# **3.b** Model A predicts words and has a perplexity of 8. Model B predicts characters and has a perplexity of 3, on the
# same text. Which one is better? What would you compare instead?
#
# ### BEGIN SOLUTION
# The numbers cannot be compared as they are: A hesitates between 8 words at each word, B between 3 characters at each
# character. A word of four letters and its blank is five choices of B, and 3 to the power of 5 is 243, so B is far
# less sure about the same text. Compare what the tokenizer cannot change: the log-probability of the whole text, or
# that divided by something that is the same for both, such as the number of characters or of sentences. And A must
# not be given its unknown words for free: a model that calls every hard word <unk> has an easy task.
# ### END SOLUTION

# %% [markdown]
# ## What you should remember
#
# - A model sees ids. What a unit is, we decide before it sees anything. Words: short sentences, a huge vocabulary, and
#   always one more unknown. Characters or bytes: nothing unknown, long sentences. Pieces lie between.
# - Byte-pair encoding merges the most frequent pair of neighbours, counts anew, and merges again. It is applied in the
#   order in which it was learned. On bytes it can cut any text, and gives every text back.
# - WordPiece takes the longest match and never goes back; a word without a way through is unknown as a whole.
# - In a language that builds its words from parts, words as units fail sooner, and pieces find many of the parts.
# - Join pieces before you decode. Cache before you shuffle. Put START and END on before you pad, and keep a mask of what
#   is padding.
#
# **Sources.** P. Gage, *A new algorithm for data compression*, 1994. M. Marcus, B. Santorini and M. Marcinkiewicz,
# *Building a large annotated corpus of English: the Penn Treebank*, 1993. M. Schuster and K. Nakajima, *Japanese and
# Korean voice search*, 2012. R. Sennrich, B. Haddow and A. Birch, *Neural machine translation of rare words with subword
# units*, 2016. T. Kudo, *Subword regularization*, 2018. A. Radford and others, *Language models are unsupervised
# multitask learners*, 2019.

# %%
progress("03")
