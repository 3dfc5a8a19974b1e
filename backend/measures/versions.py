"""The city's versions of the formula, as `data/measures` stands now."""

from backend.deadlines.city import Reread
from backend.measures.formula import Formulas
from backend.settings import DATA_FOLDER

# A change is a new file, and that is what the folder's own time tells.
formulas = Reread(DATA_FOLDER / "measures", Formulas.load)
