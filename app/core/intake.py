"""What a person hands over: folders and files, checked before anything is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.errors import UsageError
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.folders import add_folder
from app.core.store.sqlite import Connection

SINGLE_FILES = Path("Single files")


def bind_folder(
    path: Path,
    recipe: Recipe,
    *,
    watch: bool,
    recursive: bool = True,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    network: bool = False,
) -> Callable[[Connection], int]:
    """The write that binds a folder to a recipe and returns the folder's id; raises UsageError first."""
    folder = readable_folder(path)

    def write(db: Connection) -> int:
        record_recipe(db, recipe)
        return add_folder(
            db,
            folder,
            recipe.name,
            kind="watched" if watch else "once",
            recursive=recursive,
            include=include,
            exclude=exclude,
            network=network,
        )

    return write


def bind_files(recipe: Recipe) -> Callable[[Connection], int]:
    """The write that makes the row under which single files are kept for a recipe, and returns its id."""

    def write(db: Connection) -> int:
        record_recipe(db, recipe)
        return add_folder(db, SINGLE_FILES, recipe.name, kind="files")

    return write


def readable_folder(path: Path) -> Path:
    """The folder's absolute path, with links in it followed; raises UsageError when it cannot be listed."""
    folder = Path(os.path.realpath(path.expanduser()))
    if not folder.exists():
        raise UsageError(f"There is no folder {path}; check the spelling.")
    if not folder.is_dir():
        raise UsageError(f"{path} is a file; name the folder it lies in, or hand over single files.")
    try:
        with os.scandir(folder):
            return folder
    except OSError as error:
        raise UsageError(f"The folder {path} cannot be read: {error.strerror}.") from error


def readable_files(paths: Sequence[Path]) -> list[Path]:
    """The files' absolute paths; raises UsageError naming the first that is not there."""
    missing = next((path for path in paths if not path.expanduser().is_file()), None)
    if missing is not None:
        raise UsageError(f"There is no file {missing}; check the spelling.")
    return [path.expanduser().absolute() for path in paths]
