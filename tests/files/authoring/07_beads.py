# %% [markdown]
# # Beads on a string
#
# A string of beads is written as a word, one letter a bead.

# %%
from course_utils import check

STRINGS = ["rrg", "grb", "bbb"]

# %% [markdown]
# ## Exercise 7.1: count the beads


# %% answer="7.1"
def count_beads(string, colour):
    """How many beads of `colour` the string has."""
    total = 0
    ### BEGIN SOLUTION
    for bead in string:
        total += bead == colour
    ### END SOLUTION
    return total


# %% check="7.1"
check("7.1", count_beads)

# %% tags=["solution"]
print([count_beads(string, "b") for string in STRINGS])


# %% answer="7.2"
class Necklace:
    """A closed string: its first bead follows its last."""

    def __init__(self, string):
        ### BEGIN SOLUTION
        self.beads = list(string)
        ### END SOLUTION

    def turned(self, steps):
        """The necklace's beads from `steps` further on."""
        if steps < 0:
            ### BEGIN SOLUTION
            # Python's remainder is never negative.
            steps = steps % len(self.beads)
            ### END SOLUTION
        ### BEGIN SOLUTION
        return self.beads[steps:] + self.beads[:steps]
        ### END SOLUTION


# %% check="7.2"
check("7.2", Necklace)

# %% tags=["nbval-ignore-output"]
# varies: an object's address differs from run to run
print(object())

# %% [markdown] reflection="7.a"
# Why is a necklace harder to count than a string?
#
# ### BEGIN SOLUTION
# Because it has no first bead: every turn of it is the same necklace.
# ### END SOLUTION
