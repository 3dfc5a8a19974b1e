"""The registered sources of appeals: `data/sources.csv`, each with its field contract."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from backend.errors import NotFound
from backend.settings import DATA_FOLDER
from backend.sources.contract import Contract
from backend.vocabulary.channels import CHANNELS

NETS: Mapping[str, str] = {
    "opinion": "民情民意反映网",
    "media": "社会舆情收集网",
    "grassroots": "基层社会管理网",
}
ADAPTERS: Mapping[str, str] = {"push": "接口推送", "import": "文件导入"}


@dataclass(frozen=True)
class Source:
    code: str
    name: str
    owner: str
    net: str
    adapter: str
    fresh_for: timedelta  # the source is stale after so long without any row (S76)
    contract: Contract

    @property
    def net_label(self) -> str:
        return NETS[self.net]

    @property
    def adapter_label(self) -> str:
        return ADAPTERS[self.adapter]


@cache
def sources() -> Mapping[str, Source]:
    return {source.code: source for source in load(DATA_FOLDER)}


def source(code: str) -> Source:
    """Raises NotFound."""
    try:
        return sources()[code]
    except KeyError:
        raise NotFound(f"没有编号为 {code[:40]} 的来源；有：{'、'.join(sources())}") from None


def source_name(code: str) -> str:
    """The source's name, or the code if the source is no longer registered."""
    return sources()[code].name if code in sources() else code


def load(data: Path) -> list[Source]:
    """Read the list and its contracts. Raises ValueError with all problems found."""
    with (data / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    problems = list(find_problems(rows))
    if problems:
        raise ValueError(f"sources.csv: {'; '.join(problems)}")
    return [_source(row, data / "sources") for row in rows]


def _source(row: Mapping[str, str], contracts: Path) -> Source:
    return Source(
        code=row["code"],
        name=row["name"],
        owner=row["owner"],
        net=row["net"],
        adapter=row["adapter"],
        fresh_for=timedelta(hours=int(row["fresh_hours"])),
        contract=Contract.load(contracts / f"{row['code']}.yml"),
    )


def find_problems(rows: list[dict[str, str]]) -> Iterator[str]:
    codes = [row["code"] for row in rows]
    for line, row in enumerate(rows, 2):
        if codes.count(row["code"]) > 1 or row["code"] in CHANNELS or not row["code"]:
            yield f"line {line}: the code is missing, there twice, or a channel's"
        if not (row["name"] and row["owner"]):
            yield f"line {line}: name and owner are needed"
        if row["net"] not in NETS or row["adapter"] not in ADAPTERS:
            yield f"line {line}: unknown net or adapter"
        if not (row["fresh_hours"].isdecimal() and int(row["fresh_hours"])):
            yield f"line {line}: fresh_hours is a number of hours"
