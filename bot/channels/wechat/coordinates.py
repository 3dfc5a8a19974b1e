"""Converts coordinates of Chinese maps (GCJ-02, shifted by some hundred metres) to WGS 84.

The shift is a published series in the point's distance from 105 E, 35 N; the constants are those
of the project eviltransform (BSD licence). There is a formula only from WGS 84 to GCJ-02; the
inverse subtracts the shift of the last guess three times.
"""

from math import cos, pi, radians, sin, sqrt

EARTH_RADIUS = 6378245.0  # metres, Krasovsky's ellipsoid
ECCENTRICITY = 0.00669342162296594323  # squared, same ellipsoid
CENTRE = (35.0, 105.0)
SHIFTED = ((0.8293, 55.8271), (72.004, 137.8347))  # latitudes and longitudes
GUESSES = 3  # the error is then below a centimetre


def to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """The WGS 84 position of a GCJ-02 point, in degrees."""
    guess = (latitude, longitude)
    for _ in range(GUESSES):
        shift = _shift(*guess)
        guess = (latitude - shift[0], longitude - shift[1])
    return guess


def to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """The GCJ-02 position of a WGS 84 point, in degrees."""
    shift = _shift(latitude, longitude)
    return (latitude + shift[0], longitude + shift[1])


def _shift(latitude: float, longitude: float) -> tuple[float, float]:
    """The shift from WGS 84 to GCJ-02 in degrees; zero outside China."""
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
    """Sum of sines; each wave is (height, length)."""
    return sum(height * sin(at * pi / length) for height, length in waves)
