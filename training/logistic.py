"""Penalized logistic regression: numbers and what they led to in, weights out. By Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = 30  # of Newton's method, which needs fewer
ENOUGH = 1e-9  # a step that changes no weight by more than this is the last

Floats = NDArray[np.float64]


def chances(odds: Floats) -> Floats:
    """The chances of logarithmic odds."""
    found: Floats = 1 / (1 + np.exp(-odds))
    return found


def weights(x: Floats, y: Floats, penalty: Floats) -> Floats:
    """The weights of the columns of ``x``, each held toward nothing by its own penalty (Hoerl and Kennard 1970)."""
    found: Floats = np.zeros(x.shape[1])
    held = np.diag(penalty)
    for _ in range(STEPS):
        chance = chances(x @ found)
        slope = x.T @ (chance - y) + held @ found
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + held
        step = np.linalg.solve(bend, slope)
        found = found - step
        if np.abs(step).max() < ENOUGH:
            break
    return found
