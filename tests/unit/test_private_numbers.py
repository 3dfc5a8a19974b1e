import pytest

from backend.desk.masking import CARD_HIDDEN, NUMBER_HIDDEN, without_identity, without_numbers


@pytest.mark.parametrize(
    "number",
    ["33010619880101123X", "330106 19880101 1234", "330106-1988-01-01-1234",
     "３３０１０６１９８８０１０１１２３４", "三三零一零六一九八八零一零一一二三四"],
)  # fmt: skip
def test_identity_numbers_are_masked(number: str) -> None:
    for mask in (without_numbers, lambda text: without_identity(text, None)):
        assert mask(f"我的证件是{number}，请查") == f"我的证件是{NUMBER_HIDDEN}，请查"


@pytest.mark.parametrize(
    "number", ["6222021234567890128", "6222 0212 3456 7890 128", "4111111111111111"]
)
def test_card_numbers_are_masked(number: str) -> None:
    assert without_numbers(f"扣了卡{number}的钱") == f"扣了卡{CARD_HIDDEN}的钱"


@pytest.mark.parametrize(
    "text",
    ["工单HZ20261123000042", "一共花了1234567890123456元", "330106198813451234",
     "2026年11月30日12点30分", "电表号3301061988010112345678", "幢号201，门牌12-3-402"],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert without_numbers(text) == text


def test_phones_are_masked_in_part() -> None:
    assert without_numbers("请打13812345678") == "请打138****5678"
