"""What a repository of the Hugging Face hub holds: its models, their files, sizes and checksums."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.core.errors import NightdeskError, UsageError
from engines.choice import Kind

ANSWER_S = 20.0
_REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*")
_PART = re.compile(r"-\d{5}-of-\d{5}$")
_QUANTISATION = re.compile(r"(?:^|[-_.])((?:UD-)?(?:I?Q\d\w*|T?Q\d_\d|F16|BF16|F32|FP16|MXFP4\w*))$", re.IGNORECASE)
_NEEDED = re.compile(r"\.(safetensors|json|jinja|model|tiktoken)$|(^|/)(merges|vocab)\.txt$")


class HubError(NightdeskError):
    """The hub cannot be reached, or does not give what was asked for; the sentence names the way out."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository. ``sha256`` of its content, or ``git`` its hash as git keeps small files."""

    path: str
    bytes: int
    sha256: str = ""
    git: str = ""


@dataclass(frozen=True, slots=True)
class HubModel:
    """One model that can be downloaded: a GGUF file with all its parts, or a whole folder."""

    name: str
    kind: Kind
    files: tuple[HubFile, ...]
    quantisation: str = ""

    @property
    def bytes(self) -> int:
        """What is to be transferred."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as it was at ``commit``, with the models in it, the smallest first."""

    name: str
    commit: str
    models: tuple[HubModel, ...]

    def model(self, wanted: str | None = None) -> HubModel:
        """The model of this file name, part of one, or quantisation; the only one when none is named.

        Raises HubError with those that there are.
        """
        names = ", ".join(model.name for model in self.models)
        if not self.models:
            raise HubError(f"{self.name} holds neither GGUF files nor a model folder: look for a GGUF version of it.")
        found = [model for model in self.models if wanted is None or _is_meant(model, wanted)]
        exact = [model for model in found if wanted in (model.name, model.quantisation)]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            raise HubError(f"{self.name} holds several models; name one of {names}.")
        raise HubError(f"{self.name} holds no {wanted}; it holds {names}.")


class Hub:
    """Asks one hub. ``endpoint`` is its address, by default that of ``HF_ENDPOINT`` or huggingface.co.

    The key is the one that ``hf auth login`` or ``HF_TOKEN`` left on this machine.
    """

    def __init__(self, endpoint: str | None = None) -> None:
        self.endpoint = endpoint or os.environ.get("HF_ENDPOINT") or None

    def repository(self, name: str) -> Repository:
        """What the repository ``OWNER/NAME`` holds. Raises UsageError for another form of name, and HubError."""
        from huggingface_hub.hf_api import HfApi

        name = name.strip().removeprefix("https://huggingface.co/").strip("/")
        if not _REPOSITORY.fullmatch(name):
            raise UsageError(f"{name or 'Nothing'} names no repository: write OWNER/NAME, as the hub shows it.")
        with hub_errors(name):
            found = HfApi(endpoint=self.endpoint).model_info(name, files_metadata=True, timeout=ANSWER_S)
        files = [
            HubFile(one.rfilename, one.size or 0, one.lfs.sha256 if one.lfs else "", one.blob_id or "")
            for one in found.siblings or ()
            if _is_safe(one.rfilename)
        ]
        return Repository(name, found.sha or "main", tuple(_models(name, files)))

    def address(self, repository: Repository, file: HubFile) -> str:
        """Where a file is to be had, of the very commit that was looked at."""
        from huggingface_hub.file_download import hf_hub_url

        return hf_hub_url(repository.name, file.path, revision=repository.commit, endpoint=self.endpoint)


@contextmanager
def hub_errors(repository: str) -> Iterator[None]:
    """The library's errors as sentences. Those of a lost connection are ConnectionError and TimeoutError."""
    import httpx2
    from huggingface_hub import errors

    page = f"https://huggingface.co/{repository}"
    try:
        yield
    except errors.HFValidationError as error:
        raise UsageError(f"{repository} names no repository: write OWNER/NAME, as the hub shows it.") from error
    except errors.OfflineModeIsEnabled as error:
        raise HubError("HF_HUB_OFFLINE is set, so nothing is downloaded; take it away to download models.") from error
    except errors.GatedRepoError as error:
        raise HubError(
            f"{repository} is gated: accept its terms at {page}, then give your key with `hf auth login` or HF_TOKEN."
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise HubError(
            f"The hub has no {repository}, or it is private: check the name, or give your key with `hf auth login`."
        ) from error
    except (errors.EntryNotFoundError, errors.RevisionNotFoundError) as error:
        raise HubError(f"A file of {repository} is not there any more: look at the repository again.") from error
    except errors.HfHubHTTPError as error:
        status = getattr(error.response, "status_code", None)
        if status == 429 or (status or 0) >= 500:
            raise ConnectionError(f"the hub answers with status {status}") from error
        raise HubError(f"The hub refuses {repository} (status {status}): look at {page}.") from error
    except httpx2.TransportError as error:
        raise ConnectionError(str(error) or type(error).__name__) from error


def unreachable(endpoint: str | None, error: OSError) -> HubError:
    """The sentence for a hub that does not answer."""
    where = endpoint or "huggingface.co"
    return HubError(f"{where} cannot be reached ({error}): check the connection, then start the download again.")


def _is_safe(path: str) -> bool:
    """Whether a file of this name stays inside its folder."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and "\\" not in path and ".." not in parts


def _models(repository: str, files: list[HubFile]) -> Iterator[HubModel]:
    groups: dict[str, list[HubFile]] = {}
    for file in files:
        stem = PurePosixPath(file.path).name.removesuffix(".gguf")
        if file.path.endswith(".gguf") and "mmproj" not in stem.lower():
            groups.setdefault(_PART.sub("", file.path.removesuffix(".gguf")), []).append(file)
    models = [
        HubModel(
            f"{PurePosixPath(stem).name}.gguf",
            "gguf",
            tuple(sorted(parts, key=lambda part: part.path)),
            _quantisation(stem),
        )
        for stem, parts in groups.items()
    ]
    yield from sorted(models, key=lambda model: model.bytes)
    folder = _folder(repository, files)
    if folder is not None:
        yield folder


def _folder(repository: str, files: list[HubFile]) -> HubModel | None:
    """The repository as one model folder: what lies at its top and an engine reads."""
    top = [file for file in files if "/" not in file.path and _NEEDED.search(file.path)]
    names = {file.path for file in top}
    if "config.json" not in names or not any(name.endswith(".safetensors") for name in names):
        return None
    kind: Kind = "mlx" if "mlx" in repository.lower() else "hf"
    return HubModel(PurePosixPath(repository).name, kind, tuple(top))


def _quantisation(stem: str) -> str:
    found = _QUANTISATION.search(stem)
    return found[1].upper() if found else ""


def _is_meant(model: HubModel, wanted: str) -> bool:
    return wanted.lower() in {
        model.name.lower(),
        model.quantisation.lower(),
        *(file.path.lower() for file in model.files),
    }
