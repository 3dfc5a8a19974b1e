"""Rates with numerator, denominator and confidence interval."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Rate:
    """`numerator` out of `denominator`; the share of 0 out of 0 is None."""

    numerator: int = 0
    denominator: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} is no share")

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def share(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def rest(self) -> "Rate":
        """The complement: its share is one minus this share."""
        return Rate(self.denominator - self.numerator, self.denominator)


def total(rates: Iterable[Rate]) -> Rate:
    return sum(rates, Rate())


def wilson(rate: Rate, z: float) -> tuple[float, float] | None:
    """Wilson's score interval (E. B. Wilson, JASA 22, 1927), which also holds for few answers."""
    n, p = rate.denominator, rate.share
    if p is None:
        return None
    middle = p + z * z / (2 * n)
    reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return max(0.0, min(low, p)), min(1.0, max(high, p))


def shrunk(rate: Rate, mean: float | None, answers: float) -> float | None:
    """The share shrunk towards the city's mean: (good + m·p) / (n + m), with m = `answers`.

    The fewer answers, the closer to the mean. None without any answer: a unit gets no credit
    for the mean alone.
    """
    if rate.share is None or mean is None:
        return rate.share
    return (rate.numerator + answers * mean) / (rate.denominator + answers)
