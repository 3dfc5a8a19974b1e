import pytest

from dialogue.mentions import place_meant


@pytest.mark.parametrize(
    ("text", "mentions", "meant"),
    [
        ("路灯坏了", [], None),
        ("翠苑一区的路灯坏了", ["翠苑一区"], "翠苑一区"),
        (
            "翠苑一区，就是文三路那个口子",
            ["翠苑一区", "文三路那个口子"],
            "翠苑一区，就是文三路那个口子",
        ),
        ("从文三路到古翠路都堵死了", ["文三路", "古翠路"], "文三路到古翠路"),
        ("采荷新村 挨着菜场后门", ["采荷新村", "菜场后门"], "采荷新村 挨着菜场后门"),
        ("文三路上班，住在翠苑一区三幢", ["文三路", "翠苑一区三幢"], "翠苑一区三幢"),
    ],
)
def test_mentions_of_one_place_are_one(text: str, mentions: list[str], meant: str | None) -> None:
    spans = [(text.index(place), text.index(place) + len(place)) for place in mentions]
    assert place_meant(text, spans) == meant
