"""How one step of a decoder that attends goes wrong: what a student is told, and the numbers it is told by."""

from __future__ import annotations

import numpy as np

from course_utils.checks.lab_07_attention.oracles import Array
from course_utils.checks.lab_07_attention.steps import Inputs, Plan, asked_again, planned

Mistakes = dict[str, Plan | Array]  # a likely mistake -> how its step goes, or the numbers that it gives


def other_looks(inputs: Inputs, weights: list[Array]) -> Mistakes:
    """Mistakes in the attention weights."""
    return {
        "Attention asks with the new h, after a step without context: it comes before the step.": Plan(
            query="new h"
        ),
        "These are the weights of a second look, with the new h: the look before the step counts.": asked_again(
            inputs, weights
        ),
        "Attention asks with the memory c: the query is h.": Plan(query="c"),
        "Attention asks with zeros: the query is the h that came in.": Plan(query="zeros"),
    }


def other_steps(inputs: Inputs, weights: list[Array], part: str) -> Mistakes:
    """Mistakes in the new `part`, h or c."""
    right = planned(inputs, weights)
    return {
        "The new states are returned as [c, h]: h comes first.": {"h": right.c, "c": right.h}[part],
        f"That is the {part} that came in: return the new ones, which self.cell gives.": getattr(
            inputs, part
        ),
        "That is the output of the readout: the states are those of the cell.": right.output,
        "The cell is given [c, h]: h comes first.": Plan(states="ch"),
        "The context comes before the vector: it must be [vector; context].": Plan(context_last=False),
        "The context does not get into the cell: zeros stand in its place.": Plan(fed="nothing"),
        "The plain mean of the memory goes into the cell: it must be the context.": Plan(fed="mean"),
        "The last state of the memory goes into the cell: it must be the context.": Plan(fed="last"),
        "The first state of the memory goes into the cell: it must be the context.": Plan(fed="first"),
    }


def other_readouts(inputs: Inputs, weights: list[Array]) -> Mistakes:
    """Mistakes in the output."""
    right = planned(inputs, weights)
    return {
        "That is h itself: it must go through self.readout, with the context.": right.h,
        "A tanh is taken twice: self.readout has its own.": np.tanh(right.output),
        "It is read out of the old h: take the new one.": Plan(read="old"),
        "It is read out of c: take the new h.": Plan(read="c"),
        "The context is missing from the readout: zeros stand in its place.": Plan(read_context="nothing"),
        "The readout gets the context of a second look, with the new h: there is one look in a step.": Plan(
            read_context="second"
        ),
        "The context comes before h: the readout reads [h; context].": Plan(read_context_last=False),
    }
