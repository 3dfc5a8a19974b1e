"""Fields and forms of steps."""

from dataclasses import dataclass

from backend.vocabulary.case_lifecycle import Action


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    # line, lines, number, choice, select, unit, redirect, unit_name, date, moment or photos
    kind: str
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    empty: str = "不改"  # label of the empty choice of a select


@dataclass(frozen=True)
class StepForm:
    action: Action
    hint: str
    fields: tuple[Field, ...] = ()
    seldom: tuple[Field, ...] = ()  # shown folded: few cases need them
