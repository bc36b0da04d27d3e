"""``nightdesk pause`` and ``nightdesk resume``: the queue rests when a person says so, whoever works it off."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.beside import owned_elsewhere
from app.cli.open import open_store
from app.cli.options import database_option
from app.core.queue import pauses


@click.command()
@database_option
def pause(database: Path) -> None:
    """Let documents in work be finished, and begin no more until `nightdesk resume`; chats go on.

    It holds for the window and for every run on this database, also for those that are started later.
    """
    with open_store(database) as store:
        paused = store.write_now(pauses.pause_by_person)
    if not paused:
        click.echo("The queue is paused already; `nightdesk resume` goes on.")
    elif owned_elsewhere(database):
        click.echo("Paused. What is in work is finished; `nightdesk resume` goes on.")
    else:
        click.echo("Paused. Nothing is in work now, and nothing begins until `nightdesk resume`.")


@click.command()
@database_option
def resume(database: Path) -> None:
    """Go on after a pause, and without waiting for the run window to open."""
    owned = owned_elsewhere(database)
    with open_store(database) as store:
        # reasons that a killed process left behind hold nobody
        held = store.read_now(pauses.saved_pauses) if owned else {}
        ended = store.write_now(pauses.go_on)
    if owned and ended:
        click.echo("The Nightdesk that has this database open goes on.")
    elif pauses.PERSON in ended:
        click.echo("No longer paused: the next `nightdesk run`, or the window, works.")
    else:
        click.echo("The queue was not paused.")
    for reason in (reason for source, reason in held.items() if source not in ended):
        click.echo(f"It rests for another reason: {reason}", err=True)
