"""Types of texts and numbers that people and programs send."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from backend.vocabulary.messages import storable

LARGEST_ID, LARGEST_BIG_ID = 2**31 - 1, 2**63 - 1
_trimmed = StringConstraints(strip_whitespace=True)
Line = Annotated[str, _trimmed, StringConstraints(max_length=500), AfterValidator(storable)]
Text = Annotated[str, _trimmed, StringConstraints(max_length=5000), AfterValidator(storable)]
