"""Models that `minhu train` makes for the app itself, each loaded once per process."""

from functools import cache

from nlu.articles import search
from nlu.classifiers import meaning
from nlu.classifiers.linear import LinearModel
from nlu.dangers import emergency
from nlu.folders import DATA, MODELS, existing
from nlu.matters import background, past_cases
from nlu.messages import answer_clauses

DANGER, PAST_CASES = MODELS / "danger.zip", MODELS / "past_cases.zip"


def train() -> None:
    """Train all models from `data` and store them in `models`."""
    MODELS.mkdir(exist_ok=True)
    DANGER.write_bytes(emergency.train(emergency.load(DATA)).to_bytes())
    answer_clauses.FILE.write_bytes(answer_clauses.train(DATA).to_bytes())
    background.FILE.write_bytes(background.train(DATA).to_bytes())
    PAST_CASES.write_bytes(past_cases.train(past_cases.load(DATA / "appeals")).to_bytes())
    if meaning.is_installed():
        not_covered = search.not_covered_in(DATA / "not_covered.yml")
        question_groups = search.questions_of(search.load(DATA / "knowledge"), not_covered)
        meaning.store_vectors([question for questions in question_groups for question in questions])


@cache
def danger_model() -> LinearModel:
    """Model of `nlu.dangers.emergency`."""
    return LinearModel.from_bytes(existing(DANGER).read_bytes())


@cache
def case_model() -> LinearModel:
    """Built-in model of `nlu.matters.past_cases`."""
    return LinearModel.from_bytes(existing(PAST_CASES).read_bytes())
