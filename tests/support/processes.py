"""Which process runs which test: a module in one, and so all that share a whole Minhu."""

from pathlib import PurePath

import pytest
from xdist.scheduler import LoadScopeScheduling

# By the fixture that they share, or the server of commands: it takes half a minute to start.
# These go first, so that nobody waits for them at the end.
SHARING = {
    "minhu": ("test_whole_loop", "test_faults", "test_telegram_loop", "test_wechat_loop",
              "test_chat_page"),
    "hooked": ("test_database_away", "test_webhook_loop"),
    "shell": ("test_article_commands", "test_bad_input", "test_cli", "test_learning_commands",
              "test_source_commands", "test_topics_command"),
}  # fmt: skip
FOLDERS = ("e2e", "integration", "architecture", "unit")  # and then those that take longest


class ByModule(LoadScopeScheduling):
    """Instead of xdist's own groups: pytest 9.2 no longer lets it mark them in a test's name."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    module = nodeid.partition("::")[0]
    stem = PurePath(module).stem
    return next((shared for shared, modules in SHARING.items() if stem in modules), module)


def how_late(item: pytest.Item) -> tuple[int, bool]:
    """Modules with a browser stand together, so that each process starts it once."""
    if scope_of(item.nodeid) in SHARING:
        return -1, False
    has_browser = item.get_closest_marker("browser") is not None
    return FOLDERS.index(item.path.parent.name), has_browser


def check(item: pytest.Item) -> None:
    """A module that is not named above would start another Minhu."""
    for shared in SHARING.keys() & getattr(item, "fixturenames", ()):
        if scope_of(item.nodeid) != shared:
            raise pytest.UsageError(f"{item.nodeid} shares {shared}: name its module in {__file__}")
