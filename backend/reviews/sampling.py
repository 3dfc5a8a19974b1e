"""A random sample that anybody with the list and the seed draws again, to the last case."""

import hashlib
from collections.abc import Iterable, Mapping

METHOD = (
    "每个承办单位抽同样多的件数；不够的全抽。抽的办法：把公开的种子、一个空格和工单编号连在一起，"
    "算 SHA-256，每个单位取结果最小的几件。种子和工单编号都定了，抽到哪几件谁算都一样。"
)


def draw(cases: Mapping[str, Iterable[str]], *, seed: str, each: int) -> dict[str, list[str]]:
    """Of each unit's case numbers, `each` of them, or all where there are fewer."""
    return {
        unit: sorted(numbers, key=lambda number: ticket(seed, number))[:each]
        for unit, numbers in sorted(cases.items())
    }


def ticket(seed: str, case_no: str) -> str:
    return hashlib.sha256(f"{seed} {case_no}".encode()).hexdigest()


def digest(numbers: Iterable[str]) -> str:
    """Of a list of case numbers, whatever its order."""
    return hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()
