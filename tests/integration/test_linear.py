"""A small model, fitted here on made-up words; the trained ones are measured elsewhere."""

import io
import random
import zipfile
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.classifiers.fitting import Example, Recipe, fit
from nlu.classifiers.linear import LinearModel
from nlu.language.terms import Terms

RECIPE = Recipe(shares=(1.0, 0.5))
WORDS = {"lamp": "路灯 灯杆 灯泡", "noise": "噪音 施工 麻将", "water": "停水 水管 水压"}


def terms(words: str) -> Terms:
    return Counter(words.split()), Counter(words.split()[:1])


def model_of(matters: list[tuple[str, str]], **more: list[tuple[str, str]]) -> LinearModel:
    """`matters` is text and label of the head "matter"; `more` are other heads on other texts."""
    texts: list[Terms] = []
    heads: dict[str, list[Example]] = {}
    for head, examples in {"matter": matters, **more}.items():
        heads[head] = [Example(len(texts) + n, label) for n, (_, label) in enumerate(examples)]
        texts += [terms(words) for words, _ in examples]
    return fit(texts, heads, RECIPE)


def plain_examples(times: int = 6) -> list[tuple[str, str]]:
    """Each label has words of its own, in other orders."""
    dice = random.Random(7)
    examples = []
    for label, words in WORDS.items():
        for _ in range(times):
            choices = words.split()
            dice.shuffle(choices)
            examples.append((" ".join([*choices[:2], "请 处理"]), label))
    return examples


MODEL = model_of(plain_examples(), place=[("城里", "town"), ("乡下", "country")] * 4)


@pytest.mark.parametrize(("words", "label"), [("灯泡", "lamp"), ("麻将 施工", "noise")])
def test_the_likeliest_comes_first(words: str, label: str) -> None:
    likely = MODEL.likelihoods(terms(words), "matter")
    assert next(iter(likely)) == label
    assert likely[label] > 0.5


@given(st.lists(st.sampled_from([*" ".join(WORDS.values()).split(), "请", "从未见过"])))
def test_likelihoods_make_one_and_are_sorted(words: list[str]) -> None:
    for likely in MODEL.all_likelihoods(terms(" ".join(words))).values():
        shares = list(likely.values())
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("words", ["", "从未见过", "从未见过 也没有"])
def test_unknown_words_give_a_flat_opinion(words: str) -> None:
    likely = MODEL.likelihoods(terms(words), "matter")
    assert max(likely.values()) - min(likely.values()) < 0.1
    assert likely == MODEL.likelihoods(terms(""), "matter")


def test_heads_are_asked_by_name() -> None:
    assert set(MODEL.all_likelihoods(terms("灯泡"))) == {"matter", "place"}
    assert set(MODEL.all_likelihoods(terms("灯泡"), ["place"])) == {"place"}
    assert set(MODEL.likelihoods(terms("灯泡"), "place")) == {"town", "country"}
    with pytest.raises(KeyError):
        MODEL.likelihoods(terms("灯泡"), "nobody asked")


@pytest.mark.parametrize("words", ["灯泡", "噪音 麻将 停水", "请 处理", "从未见过", "城里"])
def test_a_packed_model_answers_the_same(words: str) -> None:
    unpacked = LinearModel.from_bytes(MODEL.to_bytes())
    before, after = MODEL.all_likelihoods(terms(words)), unpacked.all_likelihoods(terms(words))
    assert set(before) == set(after)
    for head, likely in before.items():
        assert after[head] == pytest.approx(likely, abs=1e-2)
    assert unpacked.heads["matter"].examples == MODEL.heads["matter"].examples


def without(entry: str) -> bytes:
    """The packed model with one of its files gone."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(MODEL.to_bytes())) as whole,
        zipfile.ZipFile(packed, "w") as part,
    ):
        for name in whole.namelist():
            if name != entry:
                part.writestr(name, whole.read(name))
    return packed.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"not a zip",
        MODEL.to_bytes()[:200],
        MODEL.to_bytes()[:-40],
        without("about.json"),
        without("bias/matter.npy"),
        without("weights/matter/1.npy"),
    ],
    ids=["empty", "words", "beginning", "cut short", "no labels", "no bias", "no weights"],
)
def test_a_broken_file_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="not a model"):
        LinearModel.from_bytes(packed)


def test_flipped_bytes_are_refused() -> None:
    packed = bytearray(MODEL.to_bytes())
    packed[60:70] = bytes(byte ^ 0xFF for byte in packed[60:70])
    with pytest.raises(ValueError, match="not a model"):
        LinearModel.from_bytes(bytes(packed))


@pytest.mark.parametrize("labels", [["lamp"] * 6, []])
def test_one_label_is_nothing_to_learn_from(labels: list[str]) -> None:
    with pytest.raises(ValueError, match="two different labels"):
        model_of([("路灯", label) for label in labels] or [], other=plain_examples())


def test_two_labels_and_few_examples_are_enough() -> None:
    model = model_of([("路灯", "lamp"), ("噪音", "noise")] * 3)
    assert next(iter(model.likelihoods(terms("噪音"), "matter"))) == "noise"


def noisy(share: float) -> list[tuple[str, str]]:
    """Plain examples, of which `share` were judged at random."""
    dice = random.Random(3)
    return [
        (text, dice.choice(list(WORDS)) if dice.random() < share else label)
        for text, label in plain_examples(times=40)
    ]


def test_what_is_often_judged_otherwise_is_less_sure() -> None:
    clear, half, random_ = (model_of(noisy(share)) for share in (0.0, 0.5, 1.0))
    sharpness = [model.heads["matter"].sharpness for model in (clear, half, random_)]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[0] > 2 * sharpness[2]
    sure = [max(m.likelihoods(terms("灯泡"), "matter").values()) for m in (clear, half, random_)]
    assert sure == sorted(sure, reverse=True)


def test_likelihoods_come_true_as_often_as_they_say() -> None:
    """Of texts whose words mean a label four times in five, about four fifths are said."""
    dice = random.Random(11)
    predictions = []
    for _ in range(300):
        label = dice.choice(["lamp", "noise"])
        true_label = label if dice.random() < 0.8 else {"lamp": "noise", "noise": "lamp"}[label]
        predictions.append((WORDS[label].split()[dice.randrange(3)], true_label))
    likely = model_of(predictions).likelihoods(terms("灯杆"), "matter")
    assert likely["lamp"] == pytest.approx(0.8, abs=0.1)
