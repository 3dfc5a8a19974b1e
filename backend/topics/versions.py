"""The city's versions of the formula of heat, read from `data/heat`."""

from backend.deadlines.city import Reread
from backend.settings import DATA_FOLDER
from backend.topics.formula import HeatFormulas

# Each version is a new file, so the folder's modification time shows every change.
heat_formulas = Reread(DATA_FOLDER / "heat", HeatFormulas.load)
