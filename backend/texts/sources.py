"""Texts about cases that another system handles."""

from backend.vocabulary.texts import Text

NO_REPLY_GIVEN = Text("{source}已经办结，没有写答复。")
