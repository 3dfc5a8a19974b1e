"""Blocks (sentences) of a message, and which of them are questions to the hotline. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.appeals.asides import Piece
from nlu.appeals.clauses import join
from nlu.appeals.cues import (
    ACTION_ASKED,
    HOW_TO,
    PRAISE,
    SAME_SUBJECT,
    asks_question,
    has_trouble,
    topics_of,
)
from nlu.appeals.leads import Sign

_BEGINS = Sign.NEXT | Sign.ALSO | Sign.ORDINAL | Sign.ASK | Sign.BUT
# 希望, 要求, 请 (not 请问)
_WANTS = re.compile(
    r"希望|建议|要求|恳请|请求|呼吁|麻烦|请(?!问|假|客|提供|告知|解答|回答|说明)|申请|(?:想"
    r"|要)(?:他们)?(?:退|赔)"
)
_SHORT_QUESTION = 14  # characters
_STORY = 120  # characters; questions in a longer text are rhetorical, unless announced (我想问)
_LONGEST_QUESTION = 60  # characters


@dataclass(frozen=True)
class Block:
    """A sentence, or a part of one that begins with a connective."""

    pieces: tuple[Piece, ...]
    after_sentence: bool = True  # begins a sentence

    @property
    def sign(self) -> Sign:
        """Signs up to the first piece with words."""
        sign = Sign.NONE
        for piece in self.pieces:
            sign |= piece.sign
            if piece.words:
                break
        return sign

    @property
    def words(self) -> str:
        """Text of the block."""
        return join(self.pieces)


def blocks_of(pieces: Sequence[Piece]) -> list[Block]:
    """Group pieces into blocks: at sentence ends and before connectives."""
    blocks: list[Block] = []
    current: list[Piece] = []
    after_sentence = True
    for piece in pieces:
        if current and piece.sign & _BEGINS and not _continues(current, piece):
            blocks.append(Block(tuple(current), after_sentence))
            current, after_sentence = [], False
        current.append(piece)
        if piece.ends_sentence:
            blocks.append(Block(tuple(current), after_sentence))
            current, after_sentence = [], True
    return [*blocks, Block(tuple(current), after_sentence)] if current else blocks


def _continues(current: Sequence[Piece], piece: Piece) -> bool:
    """True if the block so far is only a connective (还有，…), so that the piece continues it."""
    return not has_words(current) and not (piece.sign & Sign.ORDINAL)


def separate_questions(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Blocks that describe a matter, and blocks that are questions to the hotline."""
    troubled = any(has_trouble(block.words) or PRAISE.search(block.words) for block in blocks)
    is_story = sum(len(block.words) for block in blocks) > _STORY
    matter: list[Block] = []
    questions: list[Block] = []
    topics: set[str] = set()
    for index, block in enumerate(blocks):
        after = blocks[index + 1].words if index + 1 < len(blocks) else ""
        if _may_ask(block, is_story) and _is_question(block, troubled, topics, after):
            questions.append(block)
        else:
            matter.append(block)
            topics |= topics_of(block.words)
    return matter, questions


def _may_ask(block: Block, is_story: bool) -> bool:
    return len(block.words) <= _LONGEST_QUESTION and (not is_story or bool(block.sign & Sign.ASK))


def _is_question(block: Block, troubled: bool, topics: set[str], after: str) -> bool:
    words = block.words
    is_announced = bool(block.sign & Sign.ASK)
    if not asks_question(words):
        short = len(words) <= _SHORT_QUESTION and not has_trouble(words) and not requests(words)
        return is_announced and bool(words) and short and not troubled
    if HOW_TO.search(words):
        return True
    if has_trouble(words) or (has_trouble(after) and not topics_of(after)):
        return False
    if is_announced:
        return not (SAME_SUBJECT.search(words) and troubled)
    named_topics = topics_of(words)
    return bool(named_topics and not named_topics & topics) if troubled else not requests(words)


def requests(words: str) -> bool:
    """True if the words request something."""
    return _WANTS.search(words) is not None or ACTION_ASKED.search(words) is not None


def has_words(pieces: Iterable[Piece]) -> bool:
    """True if any piece has words."""
    return any(piece.words for piece in pieces)
