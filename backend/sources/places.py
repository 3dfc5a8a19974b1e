"""Where it is, from an address in words, a point on a map, or both."""

from backend.vocabulary.messages import Pin
from nlu.city.loaded import gazetteer, pin_map
from nlu.language.text import normalise


def in_words(place: str | None, pin: Pin | None) -> str | None:
    """The place as given; where the city's names do not place it, with the area of the point."""
    area = pin_map().area_name(pin.latitude, pin.longitude) if pin else None
    if area is None:
        return place
    if place is None:
        return f"{area}附近"
    is_known = gazetteer().resolve(normalise(place)).code is not None
    return place if is_known else f"{area}，{place}"
