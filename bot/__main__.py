"""The `tutor` command line; what a command needs is imported inside it, so help is instant."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from bot.config import Settings

BAD_USAGE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
_LOUD = """\
tutor: --unsafe: NOTHING IS CONFINED. Whatever is sent to this tutor runs as you, with your
tutor: files, your network and your processes. Only for your own code on your own machine."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit status (0 done, 1 failed, 2 bad usage)."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left; the interpreter would try to flush once more and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tutor",
        description="A Telegram tutor for tensors, broadcasting and autograd.",
        epilog="Settings: config.toml and TUTOR_<SECTION>__<KEY>; every key is described there.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    serve = commands.add_parser("serve", help="answer in Telegram, until stopped")
    serve.set_defaults(command=_serve)
    chat = commands.add_parser("chat", help="talk to the tutor here: no token, no network")
    chat.set_defaults(command=_chat)
    ask = commands.add_parser(
        "ask",
        help="send messages to the tutor, print its replies",
        description="Sends the messages in order through the bot itself and prints every reply. "
        "A message that starts with ! is an act: !press TEXT, !edit N TEXT, !reply N TEXT, "
        "!as NAME, !file PATH CAPTION. Put -- before messages of which one starts with -.",
        epilog="Exit status: 0 every message got a reply, 1 one got none, 2 bad usage.",
    )
    _ask_options(ask)
    doctor = commands.add_parser("doctor", help="what holds on this host, and what to do about it")
    doctor.set_defaults(command=_doctor)
    doctor.add_argument("--language", choices=("ru", "en"), default="ru")
    backup = commands.add_parser("backup", help="copy the progress of the course, or put one back")
    backup.set_defaults(command=_backup, unsafe=False)
    backup.add_argument("--restore", type=Path, metavar="FILE", help="put this copy back")
    for command in (serve, chat, ask):
        command.add_argument("--unsafe", action="store_true", help="confine nothing: own code only")
    for command in (chat, ask):
        command.add_argument("--save", type=Path, metavar="DIR", help="keep its files there")
        command.add_argument("--db", type=Path, metavar="DIR", help="keep the databases there")
    return parser


def _ask_options(ask: argparse.ArgumentParser) -> None:
    ask.set_defaults(command=_ask)
    ask.add_argument("messages", nargs="+", metavar="MESSAGE", type=_message)
    ask.add_argument("--json", action="store_true", help="one object a line per call of the bot")
    ask.add_argument("--user", default="student", metavar="NAME", help="teacher is an instructor")
    ask.add_argument("--group", action="store_true", help="write in a group")
    ask.add_argument(
        "--language", choices=("ru", "en"), default="ru", help="of the user's Telegram"
    )
    ask.add_argument("--phone", action="store_true", help="change the text as phones do")


def _message(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(
            "not valid UTF-8; Telegram carries no other text"
        ) from None
    return text


def _serve(options: argparse.Namespace) -> int:
    settings = _settings(options)
    if settings.telegram.token is None:
        _refuse("telegram.token is empty; set TUTOR_TELEGRAM__TOKEN to what @BotFather gave you")
    _made(settings.storage.path)
    from bot import logs, serve

    logs.start(settings.logs.level, settings.logs.format)
    return serve.run(serve.in_telegram(settings))


def _chat(options: argparse.Namespace) -> int:
    from bot import logs, serve

    with _stored(_settings(options), options.db) as settings:
        logs.start("WARNING", settings.logs.format)
        save = options.save or Path(tempfile.mkdtemp(prefix="tutor-chat-"))
        return serve.run(serve.in_terminal(settings, save, unsafe=options.unsafe))


def _ask(options: argparse.Namespace) -> int:
    from bot import logs, serve
    from bot.local.ask import AskOptions

    with _stored(_settings(options), options.db) as settings:
        logs.start("WARNING", settings.logs.format)
        asking = AskOptions(
            user=options.user,
            group=options.group,
            language=options.language,
            phone=options.phone,
            json=options.json,
            save=options.save,
        )
        return serve.run(serve.asked(settings, options.messages, asking, unsafe=options.unsafe))


def _doctor(options: argparse.Namespace) -> int:
    from bot import doctor

    return doctor.examine(options.language)


def _backup(options: argparse.Namespace) -> int:
    from bot import backup

    settings = _settings(options)
    if options.restore is None:
        return backup.make(settings)
    return backup.put_back(settings, options.restore)


def _settings(options: argparse.Namespace) -> Settings:
    from bot import config

    try:
        settings = config.load()
    except config.ConfigError as error:
        _refuse(str(error))
    if options.unsafe:
        if settings.telegram.token is not None:
            _refuse("--unsafe is refused while a real token is set: a real bot has real students")
        print(_LOUD, file=sys.stderr)
    return settings


@contextlib.contextmanager
def _stored(settings: Settings, folder: Path | None) -> Iterator[Settings]:
    """The settings with the databases in the given folder, else in one thrown away."""
    from bot.config import Storage

    with tempfile.TemporaryDirectory(prefix="tutor-") as thrown_away:
        storage = Storage(path=_made(folder or Path(thrown_away)))
        yield settings.model_copy(update={"storage": storage})


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _refuse(f"no folder for the databases: {folder}: {error.strerror}")
    return folder


def _refuse(reason: str) -> NoReturn:
    print("\n".join(f"tutor: {line}" for line in reason.splitlines()), file=sys.stderr)
    raise SystemExit(BAD_USAGE)


if __name__ == "__main__":
    sys.exit(main())
