"""The models that `minhu train` makes for the app itself, read once in a process."""

from functools import cache

from nlu.articles import search
from nlu.classifiers import meaning
from nlu.classifiers.linear import LinearModel
from nlu.dangers import emergency
from nlu.folders import DATA, MODELS, existing
from nlu.matters import past_cases

DANGER, PAST_CASES = MODELS / "danger.zip", MODELS / "past_cases.zip"


def train() -> None:
    """Make all anew from `data`."""
    MODELS.mkdir(exist_ok=True)
    DANGER.write_bytes(emergency.train(emergency.load(DATA)).to_bytes())
    PAST_CASES.write_bytes(past_cases.train(past_cases.load(DATA / "appeals")).to_bytes())
    if meaning.is_installed():
        not_covered = search.not_covered_in(DATA / "not_covered.yml")
        asked = search.asked_of(search.load(DATA / "knowledge"), not_covered)
        meaning.store_vectors([question for questions in asked for question in questions])


@cache
def danger_model() -> LinearModel:
    return LinearModel.from_bytes(existing(DANGER).read_bytes())


@cache
def case_model() -> LinearModel:
    return LinearModel.from_bytes(existing(PAST_CASES).read_bytes())
