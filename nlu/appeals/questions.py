"""Sentences of a message, and which of them ask us something. Pure."""

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
    asks,
    has_trouble,
    topics_of,
)
from nlu.appeals.leads import Sign

_BEGINS = Sign.NEXT | Sign.ALSO | Sign.ORDINAL | Sign.ASK | Sign.BUT
_WANTS = re.compile(
    r"希望|建议|要求|恳请|请求|呼吁|麻烦|请(?!问|假|客|提供|告知|解答|回答|说明)|申请|(?:想"
    r"|要)(?:他们)?(?:退|赔)"
)
_SHORT_QUESTION = 14  # characters
_STORY = 120  # characters; a longer text asks rhetorical questions, unless it says that it asks
_LONGEST_QUESTION = 60  # characters


@dataclass(frozen=True)
class Block:
    """A sentence, or a part of one that begins with a connecting word."""

    pieces: tuple[Piece, ...]
    after_sentence: bool = True

    @property
    def sign(self) -> Sign:
        """What its first words are a sign of."""
        sign = Sign.NONE
        for piece in self.pieces:
            sign |= piece.sign
            if piece.words:
                break
        return sign

    @property
    def words(self) -> str:
        return join(self.pieces)


def blocks_of(pieces: Sequence[Piece]) -> list[Block]:
    blocks: list[Block] = []
    now: list[Piece] = []
    fresh = True
    for piece in pieces:
        if now and piece.sign & _BEGINS and not _continues(now, piece):
            blocks.append(Block(tuple(now), fresh))
            now, fresh = [], False
        now.append(piece)
        if piece.ends_sentence:
            blocks.append(Block(tuple(now), fresh))
            now, fresh = [], True
    return [*blocks, Block(tuple(now), fresh)] if now else blocks


def _continues(now: Sequence[Piece], piece: Piece) -> bool:
    """The connecting word stood by itself (还有，…), or several stand in a row."""
    return not has_words(now) and not (piece.sign & Sign.ORDINAL)


def apart(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Blocks of a matter, and blocks that ask us something."""
    troubled = any(has_trouble(block.words) or PRAISE.search(block.words) for block in blocks)
    is_story = sum(len(block.words) for block in blocks) > _STORY
    matter: list[Block] = []
    asked: list[Block] = []
    topics: set[str] = set()
    for index, block in enumerate(blocks):
        after = blocks[index + 1].words if index + 1 < len(blocks) else ""
        if _may_ask(block, is_story) and _is_question(block, troubled, topics, after):
            asked.append(block)
        else:
            matter.append(block)
            topics |= topics_of(block.words)
    return matter, asked


def _may_ask(block: Block, is_story: bool) -> bool:
    return len(block.words) <= _LONGEST_QUESTION and (not is_story or bool(block.sign & Sign.ASK))


def _is_question(block: Block, troubled: bool, topics: set[str], after: str) -> bool:
    words = block.words
    asked = bool(block.sign & Sign.ASK)
    if not asks(words):
        short = len(words) <= _SHORT_QUESTION and not has_trouble(words) and not wants(words)
        return asked and bool(words) and short and not troubled
    if HOW_TO.search(words):
        return True
    if has_trouble(words) or (has_trouble(after) and not topics_of(after)):
        return False
    if asked:
        return not (SAME_SUBJECT.search(words) and troubled)
    named = topics_of(words)
    return bool(named and not named & topics) if troubled else not wants(words)


def wants(words: str) -> bool:
    return _WANTS.search(words) is not None or ACTION_ASKED.search(words) is not None


def has_words(pieces: Iterable[Piece]) -> bool:
    return any(piece.words for piece in pieces)
