"""What a person hands over: folders and files, checked before anything is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.errors import UsageError
from app.core.queue.moves import retry
from app.core.queue.states import JobState
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.folders import FolderRow, add_folder, get_folder, list_folders, save_options
from app.core.store.jobs import JobWish, find_job_ids
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
    output: Path | None = None,
    output_kind: str = "md",
    priority: int | None = None,
) -> Callable[[Connection], int]:
    """The write that binds a folder to a recipe and returns the folder's id; raises UsageError, the write too.

    ``output``: a folder in which each result is written as a file of ``output_kind``, ``md`` or ``json``.
    ``priority``: see PRIORITIES; None leaves it as it is.
    """
    folder = readable_folder(path)
    results = None if output is None else output_folder(output)
    _refuse_own_output(folder, results)

    def write(db: Connection) -> int:
        known = list_folders(db, removed=True)
        _refuse_outputs_among_documents(folder, results, known)
        recipe_id = record_recipe(db, recipe)
        folder_id = add_folder(
            db,
            folder,
            recipe.name,
            kind="watched" if watch else "once",
            recursive=recursive,
            include=include,
            exclude=exclude,
            network=network,
            output=results,
            output_kind=output_kind,
            priority=priority,
            recipe_id=recipe_id,
            recipe_path=recipe.path,
        )
        if any(one.id == folder_id and one.state == "removed" for one in known):
            # its documents are known, so no scan makes jobs of them: what its removal ended begins anew
            retry(db, find_job_ids(db, JobWish((JobState.CANCELLED,), folder_id=folder_id)))
        return folder_id

    return write


def change_folder(folder_id: int, **options: Any) -> Callable[[Connection], FolderRow]:
    """The write that changes these options of a bound folder (fields of FolderRow) and returns its row.

    What is not named stays. The write raises UsageError for results that would lie among documents.
    """
    if options.get("output") is not None:
        options["output"] = output_folder(options["output"])

    def write(db: Connection) -> FolderRow:
        row = get_folder(db, folder_id)
        if row is None:
            raise UsageError(f"There is no folder number {folder_id}.")
        row = replace(row, **options)
        _refuse_outputs_among_documents(row.path, row.output, list_folders(db))
        save_options(db, row)
        return row

    return write


def bind_files(recipe: Recipe) -> Callable[[Connection], int]:
    """The write that makes the row under which single files are kept for a recipe, and returns its id."""

    def write(db: Connection) -> int:
        recipe_id = record_recipe(db, recipe)
        return add_folder(db, SINGLE_FILES, recipe.name, kind="files", recipe_id=recipe_id, recipe_path=recipe.path)

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


def output_folder(path: Path) -> Path:
    """The absolute path of a folder for results, which need not exist; raises UsageError when it cannot be one."""
    folder = Path(os.path.realpath(path.expanduser()))
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{path} is a file; results are written into a folder.")
    return folder


def _refuse_outputs_among_documents(folder: Path, results: Path | None, known: Iterable[FolderRow]) -> None:
    for other in (one for one in known if one.state != "removed"):
        _refuse_own_output(folder, other.output)
        if other.kind != "files":
            _refuse_own_output(other.path, results)


def _refuse_own_output(folder: Path, output: Path | None) -> None:
    """What lies in an output folder is ours: a folder of documents must not lie there."""
    if output is not None and (folder == output or output in folder.parents):
        raise UsageError(
            f"Results are written into {output}, so the documents in {folder} could not be told from them. "
            "Choose another folder for the results; one inside the folder of documents will do."
        )


def readable_files(paths: Sequence[Path]) -> list[Path]:
    """The files' absolute paths; raises UsageError naming the first that is not there."""
    missing = next((path for path in paths if not path.expanduser().is_file()), None)
    if missing is not None:
        raise UsageError(f"There is no file {missing}; check the spelling.")
    return [path.expanduser().absolute() for path in paths]
