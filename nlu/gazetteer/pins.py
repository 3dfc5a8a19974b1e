"""Area of a map pin: the nearest area with known coordinates."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.gazetteer.place import DISTRICT_DIGITS

EARTH_KM = 6371.0
# The known points are the seats of streets and towns. Within STREET_KM of a seat the pin is in that
# street; within CITY_KM only the district is certain. No point of the city is farther from a seat
# than about 20 km.
STREET_KM, CITY_KM = 3.0, 25.0


@dataclass(frozen=True)
class Point:
    """Seat of a street, or a district by its name."""

    code: str
    name: str
    latitude: float  # WGS 84 degrees
    longitude: float


@dataclass(frozen=True)
class PinMap:
    """All points of the city."""

    points: Sequence[Point]

    @classmethod
    def load(cls, folder: Path) -> "PinMap":
        """Read `points.csv` in `folder`."""
        with (folder / "points.csv").open(encoding="utf-8") as file:
            return cls(
                [
                    Point(row["code"], row["name"], float(row["latitude"]), float(row["longitude"]))
                    for row in csv.DictReader(file)
                ]
            )

    def area_name(self, latitude: float, longitude: float) -> str | None:
        """Name of the area: 上城区彭埠街道, or the district alone; None outside the city.

        Latitude and longitude in degrees, WGS 84.
        """
        streets = [point for point in self.points if len(point.code) > DISTRICT_DIGITS]
        nearest = min(streets, key=lambda point: _km(point, latitude, longitude))
        km = _km(nearest, latitude, longitude)
        if km > CITY_KM:
            return None
        district = self._district_of(nearest)
        return f"{district}{nearest.name}" if km <= STREET_KM else district

    def _district_of(self, street: Point) -> str:
        code = street.code[:DISTRICT_DIGITS]
        return next(point.name for point in self.points if point.code == code)


def _km(point: Point, latitude: float, longitude: float) -> float:
    """Great-circle distance in kilometres (haversine formula)."""
    north, east = math.radians(latitude - point.latitude), math.radians(longitude - point.longitude)
    square = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(latitude))
        * math.cos(math.radians(point.latitude))
        * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, square)))
