"""The city's versions of the thresholds, read from `data/alerts`."""

from backend.alerts.thresholds import AlertThresholds
from backend.deadlines.city import Reread
from backend.settings import DATA_FOLDER

alert_thresholds = Reread(DATA_FOLDER / "alerts", AlertThresholds.load)
