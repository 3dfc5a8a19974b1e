"""Splitting of a message into its matters and its questions. Pure.

A message is one matter, except in three cases: it announces another matter (还有一件事, 两件事：…),
a connective (另外) precedes a trouble with another object or for another unit, or it praises one
person and complains about another.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nlu.appeals.asides import Piece
from nlu.appeals.clauses import join
from nlu.appeals.cues import (
    HONOUR,
    HOW_TO,
    PRAISE,
    SAME_SUBJECT,
    complains,
    has_trouble,
    is_place,
    topics_of,
)
from nlu.appeals.leads import NEW_SUBJECT, Sign
from nlu.appeals.questions import Block, blocks_of, has_words, requests, separate_questions
from nlu.city.loaded import duties, gazetteer
from nlu.language.word_borders import Borders
from nlu.matters.past_cases import words_of

# Connectives that can start another matter within a sentence: 另外, 还有就是
_STRONG_CONNECTIVE = re.compile("另外|还有就是|再就是|再一个|顺便|此外|除此|还有|对了")
_WEAK_CONNECTIVE = re.compile(f"(?:而且|并且)$|还有$(?!\n(?:{NEW_SUBJECT}))", re.MULTILINE)
_STILL = re.compile("^.{1,4}[还又也]")  # 他们还…: more of the same
_FEWEST_ORDINALS = 2
_SHORTEST_MATTER = 3  # characters
_LETTER = 300  # characters; a longer text is split only at announcements and ordinals
_MOST_AROUND = 60  # characters of circumstances around a question


@dataclass
class Segment:
    """A matter under construction, with cached properties of its words."""

    pieces: list[Piece] = field(default_factory=list)
    is_listed: bool = False  # 第一 and 第二 separate matters and are not part of them
    topics: set[str] = field(default_factory=set)
    praises: bool = False
    honours: bool = False  # explicit praise: 表扬
    complains: bool = False
    has_words: bool = False

    def add(self, block: Block) -> None:
        """Append a block and update the cached properties."""
        opens = not self.has_words
        for piece in block.pieces:
            border = opens and (self.is_listed or not piece.sign & Sign.ORDINAL)
            is_bare = piece.sign & Sign.ALSO and not piece.words
            self.pieces.append(piece if border or is_bare else piece.with_connective)
            opens = opens and not piece.words
        words = block.words
        bare = "" if all(is_place(p.words) for p in block.pieces if p.words) else words
        self.topics |= topics_of(words)
        self.praises = self.praises or PRAISE.search(words) is not None
        self.honours = self.honours or HONOUR.search(words) is not None
        self.complains = self.complains or complains(words)
        self.has_words = self.has_words or len(bare) >= _SHORTEST_MATTER


@dataclass(frozen=True)
class Split:
    """Pieces of each matter, and the questions."""

    matters: tuple[tuple[Piece, ...], ...]
    questions: tuple[str, ...]


def split(pieces: Sequence[Piece]) -> Split:
    """Matters and questions of the pieces of a message, in order."""
    blocks = blocks_of(pieces)
    matter, question_blocks = separate_questions(blocks)
    segments = [segment for segment in _segments(matter) if has_words(segment.pieces)]
    questions = [block.words.strip("？?") for block in question_blocks]
    if (
        questions
        and segments
        and not any(
            _is_matter(segment) or _stands_apart(segment, question_blocks) for segment in segments
        )
    ):
        return _question_with_circumstances(blocks, question_blocks, segments)
    return Split(tuple(_share_place(segments)), tuple(filter(None, questions)))


def _question_with_circumstances(
    blocks: Sequence[Block], question_blocks: Sequence[Block], segments: Sequence[Segment]
) -> Split:
    """Treat the whole as one question, or a long story that ends in one as an appeal."""
    pieces = tuple(piece.with_connective for block in blocks for piece in block.pieces)
    around = sum(len(piece.words) for segment in segments for piece in segment.pieces)
    asks_how = any(HOW_TO.search(block.words) for block in question_blocks)
    if around > _MOST_AROUND and not asks_how:
        return Split((pieces,), ())
    return Split((), (join(pieces).strip("？?"),))


def _is_matter(segment: Segment) -> bool:
    words = join(segment.pieces)
    return segment.complains or segment.praises or requests(words)


def _stands_apart(segment: Segment, questions: Sequence[Block]) -> bool:
    """True if 还有 joins the segment and a question about another object.

    老年卡怎么办？还有我们小区的电梯一直修不好 is a question and a matter.
    """
    of_questions = {topic for block in questions for topic in topics_of(block.words)}
    signs = [piece.sign for piece in segment.pieces] + [block.sign for block in questions]
    is_joined = any(sign & (Sign.ALSO | Sign.NEXT) for sign in signs)
    return is_joined and bool(segment.topics and of_questions) and not segment.topics & of_questions


def _segments(blocks: Sequence[Block]) -> list[Segment]:
    announced = any(p.sign & Sign.ANNOUNCED for block in blocks for p in block.pieces)
    listed = announced or _lists_matters(blocks)
    if announced and len(blocks) <= 2:
        blocks = _by_clause(blocks)
    is_letter = sum(len(block.words) for block in blocks) > _LETTER
    segments = [Segment(is_listed=listed)]
    for block in blocks:
        if is_letter and not block.sign & (Sign.NEXT | Sign.ORDINAL):
            segments[-1].add(block)
            continue
        if segments[-1].has_words and _starts_matter(segments[-1], block, announced, listed):
            segments.append(Segment(is_listed=listed))
        segments[-1].add(block)
    return segments


def _by_clause(blocks: Sequence[Block]) -> list[Block]:
    """One block for each clause when the message has exactly two: 两件事：路灯坏了，垃圾没人收."""
    matter_pieces = [
        p for block in blocks for p in block.pieces if p.words and not is_place(p.words)
    ]
    if len(matter_pieces) != 2 or any(block.sign & (Sign.ORDINAL | Sign.NEXT) for block in blocks):
        return list(blocks)
    return [Block((piece,)) for block in blocks for piece in block.pieces]


def _lists_matters(blocks: Sequence[Block]) -> bool:
    """True if ordinals list matters: 一是路灯…二是垃圾…, on different topics, with none before."""
    first = next((i for i, b in enumerate(blocks) if b.sign & Sign.ORDINAL), None)
    if first is None or any(topics_of(block.words) for block in blocks[:first]):
        return False
    entry_topics = [
        topics_of(b.words) for b in blocks if b.sign & (Sign.ORDINAL | Sign.NEXT | Sign.ALSO)
    ]
    troubles = [b for b in blocks if b.sign & Sign.ORDINAL and has_trouble(b.words)]
    all_topics = [topic for topics in entry_topics for topic in topics]
    return (
        len(entry_topics) >= _FEWEST_ORDINALS
        and bool(troubles)
        and all(entry_topics)
        and len(all_topics) == len(set(all_topics))
    )


def _starts_matter(segment: Segment, block: Block, announced: bool, listed: bool) -> bool:
    words, sign = block.words, block.sign
    if len(words) < _SHORTEST_MATTER or is_place(words):
        return False
    if sign & Sign.NEXT:
        return True
    if sign & Sign.ORDINAL:
        return listed
    if _praises_beside(segment, words):
        return bool(sign & (Sign.BUT | Sign.ALSO)) or block.after_sentence
    if announced and (sign & Sign.ALSO or not sign):
        named_topics = topics_of(words)
        return bool(named_topics) and not named_topics & segment.topics
    return bool(sign & Sign.ALSO) and _adds_another(segment, block)


def _praises_beside(segment: Segment, words: str) -> bool:
    """True if praise and a complaint meet in the segment and the words, in either order."""
    praises = PRAISE.search(words) is not None
    if segment.praises and not segment.complains:
        return complains(words) and not praises and _has_other_subject(segment, words)
    return segment.complains and not segment.praises and praises and not complains(words)


def _has_other_subject(segment: Segment, words: str) -> bool:
    shared = topics_of(words) & segment.topics - {"manager", "hospital", "school"}
    return (
        (segment.honours or not shared) and not SAME_SUBJECT.search(words) and "又" not in words[:6]
    )


def _names_another(segment: Segment, words: str) -> bool:
    named_topics = topics_of(words)
    return (
        bool(named_topics)
        and not named_topics & segment.topics
        and (has_trouble(words) or requests(words))
    )


def _adds_another(segment: Segment, block: Block) -> bool:
    words, before = block.words, join(segment.pieces)
    goes_to_another = _acting_unit(words) not in (None, _acting_unit(before) or _acting_unit(words))
    if not (segment.complains or (goes_to_another and _acting_unit(before))):
        return False
    connective = "".join(piece.connective for piece in block.pieces)
    if _WEAK_CONNECTIVE.match(f"{connective}\n{words}") and not block.after_sentence:
        another = goes_to_another and bool(topics_of(words) - segment.topics - {"manager"})
        return (another and not SAME_SUBJECT.search(words)) or _names_another_place(segment, words)
    if SAME_SUBJECT.search(words):
        return goes_to_another and _STILL.match(words) is None
    if not _names_another(segment, words):
        return False
    adds = any(piece.sign & Sign.ALSO and not piece.words for piece in block.pieces)
    is_strong = adds or _STRONG_CONNECTIVE.search(connective) is not None
    return block.after_sentence or (is_strong and bool(segment.topics)) or _names_place(words)


def _names_another_place(segment: Segment, words: str) -> bool:
    return _names_place(words) and _names_another(segment, words)


def _acting_unit(words: str) -> str | None:
    """The unit type that acts on a trouble that the words surely tell of."""
    sure = (match for match in duties().match(words, Borders(words_of(words))) if match.is_sure)
    best = next(sure, None)
    return best.duty.unit_types[0] if best else None


def _names_place(words: str) -> bool:
    return bool(gazetteer().spans(words[:80]))


def _share_place(segments: Sequence[Segment]) -> list[tuple[Piece, ...]]:
    """Copy a bare place at the start or the end to each matter without a place."""
    matters = [tuple(segment.pieces) for segment in segments]
    if len(matters) < 2:
        return matters
    first, last = _place_at_start(matters[0]), _place_at_start(matters[-1][::-1])
    shared = [
        (first, *matter) if first and index and not _places(matter) else matter
        for index, matter in enumerate(matters)
    ]
    if last is None:
        return shared
    return [
        (*matter, last) if index < len(shared) - 1 and not _places(matter) else matter
        for index, matter in enumerate(shared)
    ]


def _place_at_start(pieces: Sequence[Piece]) -> Piece | None:
    piece = next((piece for piece in pieces if piece.words), None)
    return piece if piece and is_place(piece.words) else None


def _places(pieces: Iterable[Piece]) -> bool:
    return any(_names_place(piece.words) for piece in pieces)
