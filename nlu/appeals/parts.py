"""A resident's message as structured appeals: what, where from, since when, whom and the wish.

Nothing of the matter is lost: each clause stands in an appeal, a question, a contact, or is one of
the asides of `nlu.appeals.asides`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.appeals.asides import Piece, clean, prepared, without_asides
from nlu.appeals.clauses import MOST, Clause, join
from nlu.appeals.contacts import own_phone, take, without_phones
from nlu.appeals.cues import RHETORICAL, bare_place, has_trouble, is_place, topics_of
from nlu.appeals.details import is_general_wish, since_of, who_of, wish_of
from nlu.appeals.insults import is_angry
from nlu.appeals.leads import Sign
from nlu.appeals.masks import mask_teller
from nlu.appeals.splitting import split
from nlu.appeals.summary import matter_of, shorten
from nlu.gazetteer.vague import only_says_where
from nlu.language.openings import only_announces_question

__all__ = ["Message", "Parts", "clean", "mask_teller", "read", "shorten"]


@dataclass(frozen=True)
class Parts:
    """One appeal, in the resident's own words."""

    text: str  # the clean wording
    matter: str  # in short, for the read-back
    wish: str = ""
    since: str = ""
    who: str = ""


@dataclass(frozen=True)
class Message:
    appeals: tuple[Parts, ...] = ()
    questions: tuple[str, ...] = ()
    name: str | None = None
    phone: str | None = None
    home: str | None = None
    is_vague: bool = False
    is_angry: bool = False


def read(text: str) -> Message:
    """`text` as `nlu.language.text.normalise` gives it; its first 10,000 characters."""
    head = text[:MOST]
    phone = own_phone(head)
    pieces = without_asides(without_phones(prepared(head)))
    teller, told = take(pieces)
    parts = split(told)
    matters = [matter for matter in parts.matters if not _says_nothing(matter)]
    place = _only_place(parts.matters) if not matters else None
    return Message(
        appeals=tuple(_parts(matter) for matter in matters),
        questions=parts.questions,
        name=teller.name,
        phone=phone.value if phone else None,
        home=teller.home or place,
        is_vague=not matters and not parts.questions and _is_coming(head, pieces, parts.matters),
        is_angry=is_angry(head),
    )


def _parts(pieces: Sequence[Piece]) -> Parts:
    told = [piece for piece in pieces if not is_general_wish(piece.words)] or list(pieces)
    text = join(told)
    wish = wish_of(pieces)
    rest = wish.clauses if _tells(wish.clauses, told) else told
    return Parts(text, matter_of(rest), wish.words, since_of(text), who_of(text))


def _tells(rest: Sequence[Clause], told: Sequence[Clause]) -> bool:
    """The object of the matter is named without the wish, too."""
    words = join(rest)
    return bool(words) and (bool(topics_of(words)) or not topics_of(join(told)))


def _says_nothing(pieces: Sequence[Piece]) -> bool:
    return all(_is_empty(piece.words) for piece in pieces)


def _is_empty(words: str) -> bool:
    """No word of what happened: a place, a wish for anything, an outcry, 第一件事."""
    if not shorten(words) or only_says_where(words) or is_general_wish(words) or is_place(words):
        return True
    outcry = RHETORICAL.search(words) is not None
    return outcry and len(words) <= 16 and not topics_of(words) and not has_trouble(words)


def _only_place(matters: Sequence[Sequence[Piece]]) -> str | None:
    words = [piece.words for matter in matters for piece in matter]
    places = (word for word in words if is_place(word) and not only_says_where(word))
    return "，".join(map(bare_place, places)) or None


def _announces(piece: Piece) -> bool:
    """我想说个事; 我有两件事."""
    is_bare = bool(piece.sign & Sign.ANNOUNCED) and not piece.words
    return is_bare or bool(piece.sign & Sign.COMING)


def _is_coming(text: str, pieces: Sequence[Piece], matters: Sequence[Sequence[Piece]]) -> bool:
    """Says that there is something, or complains in general, and not what about."""
    if only_announces_question(text) or any(map(_announces, pieces)):
        return True
    words = [piece.words for matter in matters for piece in matter if piece.words]
    return any(not is_place(word) or only_says_where(word) for word in words)
