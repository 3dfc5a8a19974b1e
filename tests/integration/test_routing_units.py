"""The router asks only for the units that may come into question, and decides as if it had all."""

from backend.database import Database
from backend.routing.service import demo_units, route, route_among
from backend.settings import DATA_FOLDER
from nlu.matters import past_cases

PLACES = ("西湖区文三路", "萧山区北干街道", "上城区清波街道清波门社区", "", "文一路")
EVERY = 60  # of the past cases


def test_few_units_give_the_same_route_as_all(database: Database) -> None:
    texts = [case.text for case in past_cases.load(DATA_FOLDER / "appeals")][::EVERY]
    with database.begin() as session:
        for number, text in enumerate(texts):
            place = PLACES[number % len(PLACES)]
            chosen_route = route(session, text=text, location_text=place)
            assert chosen_route == route_among(demo_units(), text, place)
