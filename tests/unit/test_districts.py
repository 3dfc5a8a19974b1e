"""A name in a shop, hotel, brand, bus or home town sets no district."""

import csv

import pytest

from backend.routing.service import area_of
from nlu.language.text import normalise
from tests.eval.measures import OWN


def read_lines() -> list[tuple[str, str]]:
    with (OWN / "districts.csv").open(encoding="utf-8") as file:
        return [(row["text"], row["district"]) for row in csv.DictReader(file)]


LINES = read_lines()


def test_there_are_sixty_lines() -> None:
    assert len(LINES) >= 60


@pytest.mark.parametrize(("text", "district"), LINES)
def test_the_district_is_where_it_happens(text: str, district: str) -> None:
    area = area_of(normalise(text), "")
    assert (area.district.name if area.district else "") == district


@pytest.mark.parametrize("text", ["临安锦城街道的路灯坏了", "桐庐县城的医院", "淳安千岛湖镇停水了"])
def test_a_place_behind_the_district_keeps_it(text: str) -> None:
    assert area_of(normalise(text), "").district is not None
