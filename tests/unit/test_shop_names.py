"""A district in the name of a shop, building or road does not say where that is."""

import pytest

from nlu.city.loaded import gazetteer
from nlu.language.text import normalise


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("学院路建德土菜馆油烟大", "西湖区"),
        ("文二路上的淳安农家菜馆半夜还在炒菜", "西湖区"),
        ("大关路临安土特产占道", "拱墅区"),
        ("绍兴路余杭大酒店门口乱停车", "拱墅区"),
        ("拱墅区萧山烧烤", "拱墅区"),
        ("我是萧山人，住在西湖区", "西湖区"),
        ("滨江大厦电梯坏了", None),
        ("桐庐大排档太吵", None),
        ("余杭路8号漏水", None),  # no misheard 禹航路
        ("萧山路3号", None),
        # By itself, or with its ending, the district counts.
        ("桐庐", "桐庐县"),
        ("在临安", "临安区"),
        ("萧山的饭店不卫生", "萧山区"),
        ("滨江一家饭店", "滨江区"),
        ("富阳区土菜馆", "富阳区"),
        ("建德那边", "建德市"),
        ("萧山人民医院", "萧山区"),
    ],
)
def test_the_district_that_a_text_settles_on(text: str, district: str | None) -> None:
    area = gazetteer().resolve(normalise(text))
    assert (area.district.name if area.district else None) == district
