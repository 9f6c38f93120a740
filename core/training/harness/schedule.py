"""How much of a run's time is spent, over all its resumptions, and what follows from it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

_COOL_DOWN = 0.8  # share of the run after which the learning rate falls
_LOWEST_RATE = 0.1


@dataclass
class Clock:
    """Counts the minutes of one call, and those of the whole run that it goes on with."""

    minutes: float
    """What this call may take."""
    spent_before_s: float = 0.0
    """What earlier calls took."""
    total_minutes: float | None = None
    """What the whole run may take; None ends it with this call."""
    started: float = field(default_factory=time.monotonic)

    @property
    def spent_s(self) -> float:
        """Seconds of training so far, earlier calls included."""
        return self.spent_before_s + time.monotonic() - self.started

    @property
    def share(self) -> float:
        """How much of the whole run is over, 0..1; the learning rate follows it."""
        total = self.spent_before_s + 60 * self.minutes
        if self.total_minutes is not None:
            total = 60 * self.total_minutes
        return min(self.spent_s / max(total, 1e-9), 1.0)

    @property
    def is_over(self) -> bool:
        """Tell whether this call's minutes, or those of the whole run, are spent."""
        return self.share >= 1.0 or time.monotonic() - self.started >= 60 * self.minutes


def learning_rate_at(share: float, rate: float) -> float:
    """Return the learning rate: level, then down to a tenth over the last fifth of the run."""
    fall = max(0.0, (share - _COOL_DOWN) / (1.0 - _COOL_DOWN))
    return rate * (1.0 - fall * (1.0 - _LOWEST_RATE))
