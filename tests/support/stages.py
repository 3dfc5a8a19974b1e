"""Cases that have come to a certain stage."""

from tests.support.staff_app import UNIT, Town

RESOLVED = {"outcome": "solved", "text": "路灯已经修好"}


def accepted(town: Town) -> str:
    case_no = town.case(unit=UNIT)
    town.do("handler", case_no, "accept")
    return case_no


def resolved(town: Town) -> str:
    case_no = accepted(town)
    town.do("handler", case_no, "resolve", **RESOLVED)
    return case_no


def registered(town: Town) -> str:
    return town.case()


def dispatched(town: Town) -> str:
    return town.case(unit=UNIT)


def on_hold(town: Town) -> str:
    case_no = accepted(town)
    town.do("handler", case_no, "hold", reason="等配件")
    return case_no


def returned(town: Town) -> str:
    case_no = dispatched(town)
    town.do("handler", case_no, "return", reason="not_ours", text="是街道的路")
    return case_no


def disputed(town: Town) -> str:
    """Returned, refused, and returned again by the same unit."""
    case_no = returned(town)
    town.do("dispatcher", case_no, "refuse_return", reason="是您的路段")
    town.do("handler", case_no, "return", reason="not_ours", text="还是街道的路")
    return case_no


def extension_asked(town: Town) -> str:
    case_no = accepted(town)
    town.do("handler", case_no, "extend", reason="要开挖", days=5)
    return case_no
