import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.vocabulary.messages import button_payload, parse_button_payload


@given(st.integers(1, 10**18 - 1), st.integers(0, 999))
def test_what_is_written_is_read_back(outbox_id: int, index: int) -> None:
    assert parse_button_payload(button_payload(outbox_id, index)) == (outbox_id, index)


@given(st.integers(1, 2**63 - 1), st.integers(0, 999))
def test_it_fits_into_a_telegram_button(outbox_id: int, index: int) -> None:
    assert len(button_payload(outbox_id, index).encode()) <= 64


@given(st.text(max_size=64))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    payload = parse_button_payload(text)
    assert payload is None or (0 <= payload[0] < 2**63 and 0 <= payload[1] < 1000)


@pytest.mark.parametrize(
    "payload",
    ["", "b", "b.", "b1", "b1.", "b.1", "1.1", "b-1.0", "b1.-1", "b1.1.1", "B1.0", "b1.0 ", "b².0",
     "/affirm", "b1e3.0", "b" + "9" * 19 + ".0", "b1.1000", "bb1.0", "b1_0.0"],
)  # fmt: skip
def test_what_no_message_of_ours_carried(payload: str) -> None:
    assert parse_button_payload(payload) is None
