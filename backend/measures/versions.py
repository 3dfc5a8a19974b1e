"""The city's versions of the formula, read from `data/measures`."""

from backend.deadlines.city import Reread
from backend.measures.formula import Formulas
from backend.settings import DATA_FOLDER

# Each version is a new file, so the folder's modification time shows every change.
formulas = Reread(DATA_FOLDER / "measures", Formulas.load)
