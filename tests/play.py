"""`python -m tests.play [WORDS] [--url U] [--show]`: scripts whose name or file has WORDS, played
with a Minhu that runs; without `--url` one is started."""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.e2e.whole import PASSWORD, a_folder, running
from tests.eval.town_staff import TownStaff, by_password
from tests.support.chats import OverHttp
from tests.support.scripts import Played, TalkScript, load


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="?", default="")
    parser.add_argument("--url")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--jobs", type=int, default=4)
    arguments = parser.parse_args()
    scripts = [script for script in load() if arguments.words in script.id]
    with _minhu(arguments.url) as (url, staff), ThreadPoolExecutor(arguments.jobs) as pool:
        played = list(pool.map(lambda script: _play(script, url, staff), scripts))
    for one in played:
        if one.wrong or arguments.show:
            print(f"== {one.script.id}\n{one.report}\n")
    print(f"{sum(not one.wrong for one in played)} of {len(played)} pass")
    return 0


@contextmanager
def _minhu(url: str | None) -> Iterator[tuple[str, TownStaff]]:
    if url:
        yield url, TownStaff(by_password(url, os.environ["MINHU_DEMO_PASSWORD"]))
        return
    with a_folder() as parent, running(parent / "data") as minhu:
        yield minhu.url, TownStaff(by_password(minhu.url, PASSWORD))


def _play(script: TalkScript, url: str, staff: TownStaff) -> Played:
    chats = OverHttp(url, staff)
    played = Played(script, chats)
    try:
        played.run()
    except Exception as error:
        played.wrong.append(f"broke off: {error!r}")
    finally:
        chats.close()
    return played


if __name__ == "__main__":
    sys.exit(main())
