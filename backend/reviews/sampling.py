"""A verifiable random sample: the same list and seed give the same cases. Pure."""

import hashlib
from collections.abc import Iterable, Mapping

METHOD = (
    "每个承办单位抽同样多的件数；不够的全抽。抽的办法：把公开的种子、一个空格和工单编号连在一起，"
    "算 SHA-256，每个单位取结果最小的几件。种子和工单编号都定了，抽到哪几件谁算都一样。"
)


def draw(cases: Mapping[str, Iterable[str]], *, seed: str, each: int) -> dict[str, list[str]]:
    """`each` of every unit's case numbers, or all where there are fewer."""
    return {
        unit: sorted(numbers, key=lambda number: ticket(seed, number))[:each]
        for unit, numbers in sorted(cases.items())
    }


def ticket(seed: str, case_no: str) -> str:
    """The sort key of a case in the draw."""
    return hashlib.sha256(f"{seed} {case_no}".encode()).hexdigest()


def digest(numbers: Iterable[str]) -> str:
    """A hash of the case numbers, in any order."""
    return hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()
