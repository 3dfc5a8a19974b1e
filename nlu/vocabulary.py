"""Values that several layers share."""

from typing import Literal

Kind = Literal["inquiry", "help", "complaint", "report", "suggestion", "praise"]
