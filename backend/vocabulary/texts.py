"""Texts for residents in two wordings: one for everybody, and a shorter, easier one for elders."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """`elder` is None where the plain wording is short and easy already.

    Each operation applies to both wordings. A text is no string: `str` and f-strings raise
    TypeError, so that no wording is lost on the way to the outbox.
    """

    plain: str
    elder: str | None = None

    def __post_init__(self) -> None:
        if self.elder == self.plain:
            object.__setattr__(self, "elder", None)

    def __bool__(self) -> bool:
        return bool(self.plain)

    def __str__(self) -> str:
        raise TypeError("choose a wording of the text: `plain`, or `worded` for a resident")

    def __format__(self, _: str) -> str:
        return str(self)

    @property
    def for_elders(self) -> str:
        return self.plain if self.elder is None else self.elder

    def worded(self, *, elder_mode: bool | None) -> str:
        """The wording that suits the resident."""
        return self.for_elders if elder_mode else self.plain

    def format(self, **fields: object) -> "Text":
        """The text with its placeholders filled in; a field may be a text itself."""
        texts = {name: field for name, field in fields.items() if isinstance(field, Text)}
        plain = {name: text.plain for name, text in texts.items()}
        elder = {name: text.for_elders for name, text in texts.items()}
        return Text(
            self.plain.format(**(fields | plain)), self.for_elders.format(**(fields | elder))
        )

    def __add__(self, other: "Text") -> "Text":
        return joined([self, other], "")

    def removeprefix(self, prefix: "Text") -> "Text":
        return Text(
            self.plain.removeprefix(prefix.plain), self.for_elders.removeprefix(prefix.for_elders)
        )

    def removesuffix(self, suffix: "Text") -> "Text":
        return Text(
            self.plain.removesuffix(suffix.plain), self.for_elders.removesuffix(suffix.for_elders)
        )

    def rstrip(self) -> "Text":
        return Text(self.plain.rstrip(), self.for_elders.rstrip())


def joined(texts: Iterable[Text], separator: str) -> Text:
    """The texts as one, with `separator` between them."""
    parts = list(texts)
    return Text(
        separator.join(text.plain for text in parts),
        separator.join(text.for_elders for text in parts),
    )
