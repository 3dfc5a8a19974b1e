"""Search by meaning with a reader of our own; the package itself where it is installed."""

from pathlib import Path

import numpy as np
import pytest

from nlu.articles.search import Article, ArticleIndex
from nlu.classifiers.linear import Floats
from nlu.classifiers.meaning import (
    SentenceEncoder,
    SimilarityIndex,
    is_installed,
    meaning,
    stored_vectors,
    write_vectors,
)

PENSION = Article("pension", "养老金", "劳动和社会保障", ("养老金少发了",), "", None, "查明细。")
RENT = Article("rent", "押金", "城乡建设", ("房东不退押金",), "", None, "看合同。")
WORDS = ("养老金", "棺材本", "押金")  # the second is no word of `nlu.articles.topics`


class ByWords:
    """Takes pensions for one thing whatever they are called, and rents for another."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, sentences: list[str]) -> Floats:
        self.read += sentences
        rows = [[any(w in s for w in WORDS[:2]), WORDS[2] in s] for s in sentences]
        return np.array(rows, np.float32)


def test_what_shares_no_character_is_near_in_meaning() -> None:
    question = "棺材本呢"
    by_words = ArticleIndex([RENT, PENSION])
    by_meaning = ArticleIndex([RENT, PENSION], meaning=SentenceEncoder(ByWords))
    by_meaning.wait_for_meaning()
    assert by_words.answer(question).article is None
    article = by_meaning.answer(question).article
    assert article is not None
    assert article.id == "pension"


def test_before_all_is_read_words_alone_answer() -> None:
    """Nobody waits for the package: not while it loads, and not when it never comes."""

    class Never(Exception):
        pass

    def load() -> ByWords:
        raise Never

    likeness = SimilarityIndex(lazy := SentenceEncoder(lambda: ByWords()), [["养老金"], ["押金"]])
    likeness.wait()
    assert likeness.similarities("棺材本") is not None
    assert lazy.of_question("棺材本") is not None
    assert SentenceEncoder(load).of_question("棺材本") is None


def test_bag_distance_is_its_nearest_sentences() -> None:
    likeness = SimilarityIndex(SentenceEncoder(ByWords), [["你好", "养老金"], ["押金"], ["再见"]])
    likeness.wait()
    near = likeness.similarities("棺材本")
    assert near is not None
    assert near.tolist() == [1, 0, 0]


def test_what_was_read_before_is_not_read_again() -> None:
    reader = ByWords()
    encoder = SentenceEncoder(lambda: reader)
    encoder.of(["养老金", "押金", "养老金"])
    encoder.of(["养老金", "再见"])
    assert reader.read == ["养老金", "押金", "再见"]


def test_vectors_of_another_version_are_not_used(tmp_path: Path) -> None:
    file = tmp_path / "meaning.npz"
    write_vectors(file, SentenceEncoder(ByWords), ["养老金", "押金"], "1.0")
    assert len(stored_vectors(file, "1.0")) == 2
    assert stored_vectors(file, "2.0") == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive"])
def test_broken_vectors_are_not_used(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "meaning.npz"
    assert stored_vectors(file, "1.0") == {}
    file.write_bytes(content)
    assert stored_vectors(file, "1.0") == {}


def test_a_question_is_not_kept() -> None:
    reader = ByWords()
    encoder = SentenceEncoder(lambda: reader)
    encoder.wait()
    encoder.of_question("我的事")
    encoder.of_question("我的事")
    assert reader.read == ["我的事", "我的事"]


@pytest.mark.skipif(not is_installed(), reason="the extra `meaning` is not installed")
def test_the_package_itself(tmp_path: Path) -> None:
    real = meaning()
    assert real is not None
    pension, same, other = real.of(["退休金少了", "养老金变少了", "电梯坏了"])
    assert pension @ same > pension @ other + 0.2
    assert pension @ pension == pytest.approx(1, abs=0.01)
