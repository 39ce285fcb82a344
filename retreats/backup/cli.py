"""`flask backup`, `flask restore`, `flask erase-again` and `flask open-again`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from retreats.backup import archive, making, restoring
from retreats.db import let_go, writing
from retreats.events import BackupMade
from retreats.outbox import emit, stillness
from retreats.privacy import again, erased_list
from retreats.upkeep import checks, reopening


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (backup, restore, erase_again, open_again):
        app.cli.add_command(command)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Make none: look through FILE and say whether it is whole.")
def backup(file: Path, *, check: bool) -> None:
    """Write everything the house keeps into FILE, while it is open. A file that was there stays until the new one is whole."""
    if check:
        _check(_opened(file))
        return
    try:
        manifest = making.make(file)
    except making.NoHouse:
        _fail("There is no house in this database: nothing was written.")
    except archive.Busy:
        _fail(f"Another process is writing {file} just now: nothing was written.")
    except (OSError, SQLAlchemyError) as error:
        _fail(f"No backup was made ({_reason(error)}). If there was one at {file}, it is untouched.")
    _note_down(manifest)
    click.echo(f"{file}: {_told(manifest)}")
    _lay_beside(file)


def _lay_beside(file: Path) -> None:
    """The list of the erased, as it is today, for this backup and the older ones in its folder."""
    if checks.of_another_version():
        return
    beside = file.resolve().parent / erased_list.NAME
    try:
        erased_list.keep(beside, also=[erased_list.own_path()], although_empty=True)
    except OSError as error:
        _fail(f"The backup was made, but {beside} cannot be written ({_reason(error)}): whoever was erased would come back "
              "with an older one.")  # fmt: skip


def _note_down(manifest: dict[str, Any]) -> None:
    """That there is one, for `doctor`; a database of another version is left as it is."""
    if not checks.of_another_version():
        with writing():
            emit(BackupMade(rows=sum(part["rows"] for part in manifest["tables"].values())))


def _check(found: archive.Reader) -> None:
    click.echo(f"It is whole: {_told(found.manifest)}")
    missing = restoring.keys_missing(found)
    for sentence in missing:
        click.echo(f"- {sentence}")
    if missing:
        sys.exit(1)


def _told(manifest: dict[str, Any]) -> str:
    rows = sum(part["rows"] for part in manifest["tables"].values())
    keys = ", ".join(manifest["data_keys"]) or "none"
    return (f"{rows} rows of {len(manifest['tables'])} tables, made at {manifest['made_at'][:19]} UTC, migration "
            f"{manifest['migration']}, keys it needs from DATA_KEYS: {keys}.")  # fmt: skip


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-keys", is_flag=True,
              help="Although keys are missing: what they sealed stays unreadable, and links in letters may end.")  # fmt: skip
@click.option("--erased", "lists", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A list of erased people, besides those of this machine and beside FILE; of each machine with a worker.")  # fmt: skip
def restore(file: Path, *, without_keys: bool, lists: tuple[Path, ...]) -> None:
    """Fill an empty database from FILE, and erase again who was erased since. The house sends nothing afterwards until
    `flask open-again`.
    """
    found = _opened(file)
    beside = [file.resolve().parent / erased_list.NAME, *lists]
    if erased_list.read([erased_list.own_path(), *beside]).is_of_another_key and not without_keys:
        _fail("Nothing was restored. The list of erased people was written under another LINK_KEY, so whoever was erased would "
              "be back. Set the key that this house had, or say --without-keys.")  # fmt: skip
    try:
        restoring.restore(found, without_keys=without_keys)
    except restoring.KeysMissing as missing:
        _fail(f"Nothing was restored. {missing} Set the keys that this house had, or say --without-keys.")
    except (restoring.NotEmpty, archive.NotWhole) as refusal:
        _fail(f"Nothing was restored. {refusal}")
    except (OSError, SQLAlchemyError) as error:
        _fail(f"Nothing was restored ({_reason(error)}).")
    click.echo(f"Restored: {_told(found.manifest)}")
    _erase_again(beside)
    click.echo(
        "The house stands still: no letter, refund or reminder leaves it. `flask open-again` shows what waits, and asks."
    )


def _erase_again(beside: list[Path]) -> None:
    with writing():
        count = again.erase_again(beside, always_say=True)
    if erased_list.read([erased_list.own_path(), *beside]).lists:
        click.echo(f"Erased again, because they were erased after this backup was made: {count}.")
    else:
        click.echo("No list of erased people was found: whoever was erased after this backup was made is in the house again. "
                   "Bring erased.list from beside a later backup or from a machine with a worker: `flask erase-again LIST`.")  # fmt: skip


@click.command("erase-again")
@click.argument("lists", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def erase_again(*, lists: tuple[Path, ...]) -> None:
    """Erase whom the list of this machine and LISTS call erased, and who is here nevertheless."""
    with writing():
        count = again.erase_again(lists, always_say=True)
    click.echo(f"Erased again: {count}.")


@click.command("open-again")
@click.option("--put-letters-aside", is_flag=True, help="The letters that wait are not sent: people had them already.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def open_again(*, put_letters_aside: bool, yes: bool) -> None:
    """After a restore: show what would leave the house, and let it go on."""
    if not stillness.stands_still():
        click.echo("The house is open.")
        return
    for line in reopening.in_lines(reopening.waiting()):
        click.echo(line)
    let_go()
    if not yes:
        click.confirm("Let the house go on?", abort=True)
    with writing():
        reopening.open_again(put_letters_aside=put_letters_aside)
    click.echo("The house is open.")


def _opened(file: Path) -> archive.Reader:
    try:
        return archive.opened(file)
    except archive.NotWhole as refusal:
        _fail(str(refusal))
    except OSError as error:
        _fail(f"{file} cannot be read ({_reason(error)}).")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
