"""A resident's message as structured appeals: matter, wish, time, affected people, contact.

No clause is lost: each is part of an appeal, a question or the contact, or is an aside
(`nlu.appeals.asides`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.appeals.asides import Piece, clean, prepare, strip_asides
from nlu.appeals.clauses import LONGEST_READ, Clause, join
from nlu.appeals.contacts import extract_contact, own_phone, remove_own_phones
from nlu.appeals.cues import RHETORICAL, bare_place, has_trouble, is_place, topics_of
from nlu.appeals.details import affected_people, is_general_wish, since_of, wish_of
from nlu.appeals.insults import is_angry
from nlu.appeals.leads import Sign
from nlu.appeals.masks import mask_identity
from nlu.appeals.splitting import split
from nlu.appeals.summary import matter_of, shorten
from nlu.gazetteer.vague import is_vague_answer
from nlu.language.openings import is_question_announcement

__all__ = ["Message", "Parts", "clean", "mask_identity", "read", "shorten"]


@dataclass(frozen=True)
class Parts:
    """One appeal, in the resident's own words."""

    text: str  # the wording without asides
    matter: str  # summary for the read-back
    wish: str = ""
    since: str = ""  # expression of time or duration
    affected: str = ""  # people: 我妈八十岁, 三十户业主


@dataclass(frozen=True)
class Message:
    """The content of one message."""

    appeals: tuple[Parts, ...] = ()
    questions: tuple[str, ...] = ()
    name: str | None = None
    phone: str | None = None
    home: str | None = None  # address, or a place without a matter
    is_vague: bool = False  # announces a matter without naming it
    is_angry: bool = False


def read(text: str) -> Message:
    """Content of a normalised message; only its first 10,000 characters are read."""
    head = text[:LONGEST_READ]
    phone = own_phone(head)
    pieces = strip_asides(remove_own_phones(prepare(head)))
    contact, remaining = extract_contact(pieces)
    parts = split(remaining)
    matters = [matter for matter in parts.matters if not _has_no_matter(matter)]
    place = _bare_place_of(parts.matters) if not matters else None
    return Message(
        appeals=tuple(_parts(matter) for matter in matters),
        questions=parts.questions,
        name=contact.name,
        phone=phone.value if phone else None,
        home=contact.home or place,
        is_vague=not matters
        and not parts.questions
        and _announces_only(head, pieces, parts.matters),
        is_angry=is_angry(head),
    )


def _parts(pieces: Sequence[Piece]) -> Parts:
    matter_pieces = [piece for piece in pieces if not is_general_wish(piece.words)] or list(pieces)
    text = join(matter_pieces)
    wish = wish_of(pieces)
    summary_clauses = wish.clauses if _names_object(wish.clauses, matter_pieces) else matter_pieces
    return Parts(
        text, matter_of(summary_clauses), wish.words, since_of(text), affected_people(text)
    )


def _names_object(without_wish: Sequence[Clause], matter_pieces: Sequence[Clause]) -> bool:
    """True if the clauses without the wish still name the object of the matter."""
    words = join(without_wish)
    return bool(words) and (bool(topics_of(words)) or not topics_of(join(matter_pieces)))


def _has_no_matter(pieces: Sequence[Piece]) -> bool:
    return all(_is_empty(piece.words) for piece in pieces)


def _is_empty(words: str) -> bool:
    """True if the clause describes no matter: a place, a general wish, an outcry, 第一件事."""
    if not shorten(words) or is_vague_answer(words) or is_general_wish(words) or is_place(words):
        return True
    outcry = RHETORICAL.search(words) is not None
    return outcry and len(words) <= 16 and not topics_of(words) and not has_trouble(words)


def _bare_place_of(matters: Sequence[Sequence[Piece]]) -> str | None:
    words = [piece.words for matter in matters for piece in matter]
    places = (word for word in words if is_place(word) and not is_vague_answer(word))
    return "，".join(map(bare_place, places)) or None


def _announces(piece: Piece) -> bool:
    """True if the clause announces a matter: 我想说个事, 我有两件事."""
    is_bare = bool(piece.sign & Sign.ANNOUNCED) and not piece.words
    return is_bare or bool(piece.sign & Sign.COMING)


def _announces_only(text: str, pieces: Sequence[Piece], matters: Sequence[Sequence[Piece]]) -> bool:
    """True if the message announces a matter or complains without naming one."""
    if is_question_announcement(text) or any(map(_announces, pieces)):
        return True
    words = [piece.words for matter in matters for piece in matter if piece.words]
    return any(not is_place(word) or is_vague_answer(word) for word in words)
