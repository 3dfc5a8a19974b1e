"""Values shared by several packages."""

from typing import Literal

Kind = Literal["inquiry", "help", "complaint", "report", "suggestion", "praise"]
