"""The place of an imported appeal, from an address, a point on the map, or both."""

from backend.vocabulary.messages import Pin
from nlu.city.loaded import gazetteer, pin_map
from nlu.language.text import normalise


def place_text(place: str | None, pin: Pin | None) -> str | None:
    """The address, preceded by the area of the point if the gazetteer does not know it."""
    area = pin_map().area_name(pin.latitude, pin.longitude) if pin else None
    if area is None:
        return place
    if place is None:
        return f"{area}附近"
    is_known = gazetteer().resolve(normalise(place)).code is not None
    return place if is_known else f"{area}，{place}"
