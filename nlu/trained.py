"""The models that `minhu train` makes for the app itself, read once in a process."""

from functools import cache
from pathlib import Path

from nlu import emergency, past_cases
from nlu.city import DATA
from nlu.linear import LinearModel

MODELS = Path(__file__).parents[1] / "models"
DANGER, PAST_CASES = MODELS / "danger.zip", MODELS / "past_cases.zip"


def train() -> None:
    """Make both anew from `data`."""
    MODELS.mkdir(exist_ok=True)
    DANGER.write_bytes(emergency.train(emergency.load(DATA)).to_bytes())
    PAST_CASES.write_bytes(past_cases.train(past_cases.load(DATA / "appeals")).to_bytes())


@cache
def danger_model() -> LinearModel:
    return LinearModel.from_bytes(DANGER.read_bytes())


@cache
def case_model() -> LinearModel:
    return LinearModel.from_bytes(PAST_CASES.read_bytes())
