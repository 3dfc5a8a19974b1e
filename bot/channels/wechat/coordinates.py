"""Chinese maps shift every point by some hundred metres (GCJ-02); ours are WGS 84.

The shift is a published series in the point's distance from 105 E, 35 N: see the project
eviltransform (BSD licence), whose figures are the constants here. Only the way out to GCJ-02
is a formula; the way back is found by taking off the shift of the last guess, three times.
"""

from math import cos, pi, radians, sin, sqrt

EARTH_RADIUS = 6378245.0  # metres, of Krasovsky's ellipsoid
ECCENTRICITY = 0.00669342162296594323  # squared, of the same
CENTRE = (35.0, 105.0)
SHIFTED = ((0.8293, 55.8271), (72.004, 137.8347))  # latitudes and longitudes
GUESSES = 3  # then it is right to a centimetre


def to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """The true place of a point on a Chinese map."""
    guess = (latitude, longitude)
    for _ in range(GUESSES):
        shift = _shift(*guess)
        guess = (latitude - shift[0], longitude - shift[1])
    return guess


def to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a Chinese map shows a true place."""
    shift = _shift(latitude, longitude)
    return (latitude + shift[0], longitude + shift[1])


def _shift(latitude: float, longitude: float) -> tuple[float, float]:
    """In degrees."""
    (south, north), (west, east) = SHIFTED
    if not (south <= latitude <= north and west <= longitude <= east):
        return (0.0, 0.0)
    north_m, east_m = _shift_in_metres(longitude - CENTRE[1], latitude - CENTRE[0])
    flat = 1 - ECCENTRICITY * sin(radians(latitude)) ** 2
    metres_north = EARTH_RADIUS * (1 - ECCENTRICITY) / (flat * sqrt(flat)) * pi / 180
    metres_east = EARTH_RADIUS / sqrt(flat) * cos(radians(latitude)) * pi / 180
    return (north_m / metres_north, east_m / metres_east)


def _shift_in_metres(x: float, y: float) -> tuple[float, float]:
    ripple = 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    north = ripple + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))
    east = ripple + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))
    return (
        north * 2 / 3 - 100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)),
        east * 2 / 3 + 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)),
    )


def _waves(at: float, *waves: tuple[int, int]) -> float:
    """Sines of a height and a length each."""
    return sum(height * sin(at * pi / length) for height, length in waves)
