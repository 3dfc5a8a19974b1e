import pytest

from nlu.gazetteer.vague import is_vague


@pytest.mark.parametrize(
    "place",
    [
        "楼下",
        "我们楼下",
        "我们小区门口",
        "这边",
        "我家对面的菜场",
        "电梯里",
        "楼下烧烤店",
        "隔壁那个棋牌室",
        "三号楼楼下",
        "我们楼",
        "2幢二单元",
        "楼下KTV",
    ],
)
def test_a_place_that_nobody_else_could_find(place: str) -> None:
    assert is_vague(place)


@pytest.mark.parametrize(
    "place",
    [
        "翠苑一区",
        "翠苑一区门口",
        "文三路",
        "滨江区",
        "我家在和睦新村",
        "江南春城东门",
        "和平饭店",
        "古荡小学门口",
        "翠苑三号楼",
        "文三路189号",
        "",
    ],
)
def test_a_place_with_a_name(place: str) -> None:
    assert not is_vague(place)
