"""A WeChat or Telegram resident in this terminal, with a whole Minhu, offline.

    .venv/bin/minhu simulate --channel wechat

Minhu runs in processes of its own, over a database that is gone afterwards; WeChat or Telegram
is the stand-in that the tests use, with the real one's rules.
"""

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bot.channels.wechat.menu import menu
from tests.e2e.whole import PASSWORD, a_folder, running
from tests.fakes.bot_api import FakeBotApi, running_bot_api
from tests.fakes.wechat_api import AES_KEY, FakeWeChat, running_wechat_api

LOOK_EVERY_SECONDS = 0.2
LISTEN_SECONDS = 6.0  # for what is still on its way when the input ends
VOICE, PHOTO, VIDEO = (
    {".amr", ".ogg", ".oga", ".mp3", ".m4a", ".wav"},
    {".jpg", ".jpeg", ".png"},
    {".mp4"},
)


class Player(Protocol):
    """Somebody whom the user of this terminal plays."""

    help: str

    def inbox(self) -> list[str]: ...

    def says(self, text: str) -> None: ...

    def sends(self, path: Path) -> None: ...

    def does(self, command: str, rest: str) -> bool:
        """False for a command that there is none of."""
        ...


class WeChatPlayer:
    help = (
        "/menu 菜单   /menu 名称 点菜单   /follow [场景] 关注   /leave 取消关注   "
        "/scan 场景 扫海报   /pin 纬度 经度   /file 路径   /quota 还能推几条   /quit"
    )

    def __init__(self, wechat: FakeWeChat) -> None:
        self._wechat = wechat
        self._lin = wechat.follower("oPlayer")

    def inbox(self) -> list[str]:
        how = {id(text): "被动回复" for text in self._lin.passive}
        return [f"[{how.get(id(text), '推送')}] {text}" for text in self._lin.inbox]

    def says(self, text: str) -> None:
        self._lin.says(text)

    def sends(self, path: Path) -> None:
        content, kind = path.read_bytes(), path.suffix.lower()
        if kind in VOICE:
            self._lin.sends_voice(content)
        elif kind in VIDEO:
            self._lin.sends_video(content)
        else:
            self._lin.sends_photo(content)

    def does(self, command: str, rest: str) -> bool:
        match command:
            case "menu" if rest in self._wechat.menu_keys():
                self._lin.touches(rest)
            case "menu":
                print("  ".join(self._wechat.menu_keys()))
            case "follow":
                self._lin.follows(rest or None)
            case "leave":
                self._lin.unfollows()
            case "scan":
                self._wechat.posters[rest] = rest
                self._lin.scans(rest)
            case "pin":
                self._lin.shares_location(*rest.split())
            case "quota":
                windows = self._lin.windows.items()
                print({kind: one.remaining for kind, one in windows if one.ends > time.time()})
            case _:
                return False
        return True


class TelegramPlayer:
    help = "/start [场景]   /press 名称 点按钮   /pin 纬度 经度   /file 路径   /block 拉黑   /quit"

    def __init__(self, api: FakeBotApi) -> None:
        self._resident = api.resident(1001)

    def inbox(self) -> list[str]:
        return [
            "\n    ".join([message.text, *(f"〔{title}〕" for title, _ in message.buttons)])
            for message in self._resident.inbox
        ]

    def says(self, text: str) -> None:
        self._resident.says(text)

    def sends(self, path: Path) -> None:
        content = path.read_bytes()
        if path.suffix.lower() in VOICE:
            self._resident.sends_voice(content)
        else:
            self._resident.sends_photo(content)

    def does(self, command: str, rest: str) -> bool:
        match command:
            case "start":
                self._resident.says(f"/start {rest}".strip())
            case "press" if any(rest in dict(message.buttons) for message in self._resident.inbox):
                self._resident.presses(rest)
            case "press":
                print("没有这个按钮")
            case "pin":
                latitude, longitude = rest.split()
                self._resident.shares_location(float(latitude), float(longitude))
            case "block":
                self._resident.blocks()
            case _:
                return False
        return True


def play(player: Player, lines: Iterator[str]) -> None:
    """Do what each line says, until the lines end."""
    print(player.help, flush=True)
    over = threading.Event()
    listener = threading.Thread(target=_listen, args=(player, over), daemon=True)
    listener.start()
    for line in lines:
        if line.strip() == "/quit":
            break
        try:
            _do(player, line.strip())
        except (OSError, ValueError, TypeError) as problem:
            print(f"不行：{problem}", flush=True)
    else:
        time.sleep(LISTEN_SECONDS)
    over.set()
    listener.join()


def _do(player: Player, line: str) -> None:
    command, _, rest = line.removeprefix("/").partition(" ")
    if line.startswith("/file "):
        player.sends(Path(rest).expanduser())
    elif line.startswith("/"):
        if not player.does(command, rest.strip()):
            print(player.help, flush=True)
    elif line:
        player.says(line)


def _listen(player: Player, over: threading.Event) -> None:
    count, is_over = 0, False
    while not is_over:
        is_over = over.wait(LOOK_EVERY_SECONDS)
        for text in player.inbox()[count:]:
            print(f"  < {text}", flush=True)
            count += 1


def wechat_settings(wechat: FakeWeChat) -> dict[str, str]:
    return {
        "MINHU_WECHAT_APP_ID": wechat.app_id,
        "MINHU_WECHAT_APP_SECRET": wechat.secret,
        "MINHU_WECHAT_TOKEN": wechat.callback_token,
        "MINHU_WECHAT_AES_KEY": AES_KEY,
        "MINHU_WECHAT_API_BASE_URL": wechat.url,
    }


@contextmanager
def a_wechat_player() -> Iterator[Player]:
    with (
        running_wechat_api() as wechat,
        a_folder() as folder,
        running(folder, **wechat_settings(wechat)) as minhu,
    ):
        _announce(minhu.url)
        wechat.callback = f"{minhu.url}/wechat"
        wechat.create_menu(menu(None))
        yield WeChatPlayer(wechat)


@contextmanager
def a_telegram_player() -> Iterator[Player]:
    with running_bot_api() as api, a_folder() as folder:
        settings = {"MINHU_TELEGRAM_TOKEN": api.token, "MINHU_TELEGRAM_BASE_URL": api.url}
        with running(folder, **settings) as minhu:
            _announce(minhu.url)
            yield TelegramPlayer(api)


def _announce(url: str) -> None:
    staff = f"{url}/console (dispatcher handler supervisor leader admin, {PASSWORD})"
    print(f"民呼已启动。工作人员在 {staff}", flush=True)


PLAYERS = {"wechat": a_wechat_player, "telegram": a_telegram_player}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("channel", choices=PLAYERS)
    channel = parser.parse_args().channel
    print("正在启动，约半分钟…", flush=True)
    with PLAYERS[channel]() as player:
        play(player, iter(sys.stdin))


if __name__ == "__main__":
    main()
