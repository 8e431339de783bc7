"""A model of the pipeline: arrivals, partitions, and processes that start, die and rebalance.

Time goes in steps of `STEP` seconds. Articles arrive by a Poisson process on each partition; a process works on its
partitions in proportion to what waits there, so many articles a second. While partitions move nobody works (Faust's
rebalance stops the whole group). Pure, and the same for the same seed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP = 0.5  # seconds
Floats = NDArray[np.float64]


class Burst(NamedTuple):
    """Seconds in which ``factor`` times as many articles come."""

    start: float
    seconds: float
    factor: float


@dataclass(frozen=True)
class Scaling:
    """How processes are added and taken away, in KEDA's terms: as many as ``lag`` divided by ``lag_each``."""

    least: int
    most: int
    lag_each: float = 100.0
    look_every: float = 30.0
    patience: float = 300.0  # seconds for which fewer must be enough before any is taken away


@dataclass(frozen=True)
class Plant:
    """One stage. ``rate`` is articles a second of one process; times are in seconds."""

    rate: float
    partitions: int
    scaling: Scaling
    start: float = 15.0  # until a new process works: models are loaded
    rebalance: float = 3.0  # in which nobody works, at each coming and going
    session: float = 30.0  # until Kafka notices a process that was killed
    kills: Sequence[float] = ()  # moments at which one process is killed; it is started again


class Outcome(NamedTuple):
    """What happened: lag and processes by step, and how long articles waited and were worked on."""

    lag: Floats
    processes: NDArray[np.int64]
    p50: float
    p99: float

    @property
    def highest_lag(self) -> float:
        """The most that waited."""
        return float(self.lag.max())

    def recovered(self, after: float, most: float) -> float | None:
        """Seconds from ``after`` until the lag is at most ``most``, and stays so for five seconds."""
        begin, steady = int(after / STEP), int(5 / STEP)
        calm = self.lag[begin:] <= most
        for step in range(len(calm) - steady):
            if calm[step : step + steady].all():
                return step * STEP
        return None


@dataclass
class _Group:
    """The processes of the stage: how many work, who is on the way, and until when all stand still."""

    plant: Plant
    working: int
    starting: list[float] = field(default_factory=list)  # when each is ready
    still_until: float = 0.0
    fewer_since: float | None = None
    dead: list[float] = field(default_factory=list)  # when Kafka notices each
    kills: list[float] = field(default_factory=list)

    def step(self, now: float, lag: float) -> None:
        """Let come and go who is due."""
        ready = [at for at in self.starting if at <= now]
        noticed = [at for at in self.dead if at <= now]
        if ready or noticed:
            self.starting = [at for at in self.starting if at > now]
            # Who joins anew also shows the others that the dead one is gone.
            self.dead = [] if ready else [at for at in self.dead if at > now]
            self.working += len(ready)
            self.still_until = now + self.plant.rebalance
        if self.kills and self.kills[0] <= now:
            self.kills.pop(0)
            self.working -= 1
            self.dead.append(now + self.plant.session)
            self.starting.append(now + self.plant.start)
        if now % self.plant.scaling.look_every < STEP:
            self._scale(now, lag)

    def _scale(self, now: float, lag: float) -> None:
        scaling, there = self.plant.scaling, self.working + len(self.starting)
        wanted = min(scaling.most, max(scaling.least, math.ceil(lag / scaling.lag_each)))
        if wanted > there:
            self.starting += [now + self.plant.start] * (wanted - there)
        if wanted >= there:
            self.fewer_since = None
        elif self.fewer_since is None:
            self.fewer_since = now
        elif now - self.fewer_since >= scaling.patience and not self.starting:
            self.working = wanted
            self.still_until = now + self.plant.rebalance
            self.fewer_since = None


def simulate(plant: Plant, rate: float, seconds: float, bursts: Sequence[Burst] = (), seed: int = 1) -> Outcome:
    """What the stage does with articles that come at ``rate`` a second."""
    rng = np.random.default_rng(seed)
    steps = int(seconds / STEP)
    arrived = np.zeros((steps + 1, plant.partitions))
    done = np.zeros_like(arrived)
    processes = np.zeros(steps, dtype=np.int64)
    group = _Group(plant, plant.scaling.least, kills=sorted(plant.kills))
    for step in range(steps):
        now = step * STEP
        factor = math.prod(b.factor for b in bursts if b.start <= now < b.start + b.seconds)
        arrived[step + 1] = arrived[step] + rng.poisson(rate * factor * STEP / plant.partitions, plant.partitions)
        waiting = arrived[step + 1] - done[step]
        group.step(now, float(waiting.sum()))
        served = _served(waiting, group) if now >= group.still_until else 0.0
        done[step + 1] = done[step] + served
        processes[step] = group.working
    lag = (arrived - done)[1:].sum(axis=1)
    waits = _waits(arrived, done)
    return Outcome(lag, processes, *(float(np.quantile(waits, q)) if len(waits) else math.inf for q in (0.5, 0.99)))


def _served(waiting: Floats, group: _Group) -> Floats:
    """What is done of each partition in one step. The partitions of the dead wait."""
    members = max(1, min(len(waiting), group.working + len(group.dead)))
    owner = np.arange(len(waiting)) % members
    total = np.bincount(owner, waiting, members)
    able = np.where(np.arange(members) < group.working, group.plant.rate * STEP, 0.0)
    share: Floats = np.minimum(1.0, able / np.maximum(total, 1e-9))
    return waiting * share[owner]


def _waits(arrived: Floats, done: Floats) -> Floats:
    """For a sample of the articles the time from arrival to done, one step for the work itself at least."""
    times = np.arange(len(arrived)) * STEP
    found = []
    for partition in range(arrived.shape[1]):
        into, out = arrived[:, partition], done[:, partition]
        last = out[-1]
        if last >= 1:
            ordinals = np.linspace(0.5, last - 0.5, num=int(min(last, 500)))
            found.append(np.interp(ordinals, out, times) - np.interp(ordinals, into, times))
    return np.maximum(np.concatenate(found), 0.0) if found else np.zeros(0)
