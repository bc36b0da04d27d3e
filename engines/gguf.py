"""The head of a GGUF file, read strictly and without its tensors.

The ``gguf`` package builds a Python object for every element of the vocabulary (seconds for a large one) and
does not say that a file is cut short; this reads a large file's head in milliseconds and says both.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from engines.errors import ModelError

MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_LONGEST_LIST = 4096
_MOST_ENTRIES = 1 << 24
_CONTROL_TYPES = frozenset({2, 3})

# ggml type: (name, values in a block, bytes of a block)
TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LongList:
    """A list too long to be worth reading at once: where it lies, and how many entries it has."""

    kind: int
    count: int
    offset: int


@dataclass(slots=True)
class GgufHead:
    """Metadata of one file. ``values`` holds scalars, texts and short lists; long lists stay on disk."""

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    tensor_types: dict[str, int] = field(default_factory=dict)
    parameters: int = 0
    tensor_bytes: int = 0
    file_bytes: int = 0
    needed_bytes: int = 0

    def number(self, name: str) -> int | None:
        """An integer of the metadata; of a list (one value per layer) its largest."""
        value = self.values.get(name)
        if isinstance(value, list) and value and all(isinstance(item, int) for item in value):
            return int(max(value))
        return int(value) if isinstance(value, (int, float)) else None

    def text(self, name: str) -> str | None:
        """A text of the metadata."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None


def read_head(path: Path) -> GgufHead:
    """Read the head of ``path``; raises ModelError when it is no GGUF file, is damaged, or is cut short."""
    head = GgufHead(path=path, file_bytes=_size_of(path))
    if head.file_bytes < 24:
        raise _not_a_model(path)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != MAGIC:
            raise _not_a_model(path)
        try:
            _read_into(head, _Cursor(data))
        except (struct.error, IndexError, EOFError, OverflowError) as error:
            raise _cut_short(path, head.file_bytes, None) from error
        except (UnicodeDecodeError, KeyError, ValueError) as error:
            raise ModelError(f"{path.name} is damaged ({error}): download it again.") from error
    if head.needed_bytes > head.file_bytes:
        raise _cut_short(path, head.file_bytes, head.needed_bytes)
    return head


def control_texts(head: GgufHead) -> list[str]:
    """The texts that the tokenizer of this file turns into control tokens."""
    types = head.values.get("tokenizer.ggml.token_type")
    tokens = head.values.get("tokenizer.ggml.tokens")
    with head.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        kinds = list(_entries(types, data))
        return [text for text, kind in zip(_entries(tokens, data), kinds, strict=False) if kind in _CONTROL_TYPES]


def token_texts(head: GgufHead, *names: str) -> tuple[str, ...]:
    """The texts of the tokens that the entries ``names`` point at; empty where the file has no such entry."""
    tokens = head.values.get("tokenizer.ggml.tokens")
    with head.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        texts = list(_entries(tokens, data))
    places = [head.number(name) for name in names]
    return tuple(texts[place] if place is not None and 0 <= place < len(texts) else "" for place in places)


def _entries(values: Any, data: mmap.mmap) -> Iterator[Any]:
    if isinstance(values, list):
        yield from values
    elif isinstance(values, LongList):
        cursor = _Cursor(data, values.offset)
        if values.kind == _STRING:
            yield from (cursor.text() for _ in range(values.count))
        else:
            yield from cursor.scalars(values.kind, values.count)


def _read_into(head: GgufHead, cursor: _Cursor) -> None:
    cursor.at = 4
    version = cursor.scalar(4)
    if version not in (2, 3):
        raise ModelError(
            f"{head.path.name} is a GGUF file of version {version}, which is not served: download a newer file."
        )
    tensors, entries = cursor.scalar(10), cursor.scalar(10)
    if max(tensors, entries) > _MOST_ENTRIES:
        raise ValueError("its head promises an impossible number of entries")
    for _ in range(entries):
        name = cursor.text()
        head.values[name] = cursor.value(cursor.scalar(4))
    end = 0
    for _ in range(tensors):
        end = max(end, _read_tensor(head, cursor))
    alignment = head.number("general.alignment") or 32
    start = -(-cursor.at // alignment) * alignment
    head.needed_bytes = start + end if tensors else 0


def _read_tensor(head: GgufHead, cursor: _Cursor) -> int:
    """Read one tensor's entry; gives back where its data ends, relative to the first tensor."""
    name = cursor.text()
    shape = [cursor.scalar(10) for _ in range(cursor.scalar(4))]
    kind, offset = cursor.scalar(4), cursor.scalar(10)
    if kind not in TENSOR_TYPES:
        raise ModelError(
            f"{head.path.name} uses a tensor type ({kind}) that is not known here: choose another quantisation."
        )
    _, per_block, block_bytes = TENSOR_TYPES[kind]
    values = prod(shape)
    size = values // per_block * block_bytes
    head.parameters += values
    head.tensor_bytes += size
    head.tensor_types[name] = kind
    return int(offset + size)


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: mmap.mmap, at: int = 0) -> None:
        self._data = data
        self.at = at

    def scalar(self, kind: int) -> Any:
        form = struct.Struct("<" + _SCALARS[kind])
        (value,) = form.unpack_from(self._data, self.at)
        self.at += form.size
        return value

    def scalars(self, kind: int, count: int) -> list[Any]:
        form = struct.Struct(f"<{count}{_SCALARS[kind]}")
        values = form.unpack_from(self._data, self.at)
        self.at += form.size
        return list(values)

    def text(self) -> str:
        length = self.scalar(10)
        end = self.at + length
        if end > len(self._data):
            raise EOFError
        value = self._data[self.at : end].decode("utf-8", errors="replace")
        self.at = end
        return value

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.text()
        return self._list() if kind == _ARRAY else self.scalar(kind)

    def _list(self) -> list[Any] | LongList:
        kind, count = self.scalar(4), self.scalar(10)
        start = self.at
        if kind == _ARRAY:
            return [self._list() for _ in range(count)]
        if count > _LONGEST_LIST:
            self._skip(kind, count)
            return LongList(kind, count, start)
        return [self.text() for _ in range(count)] if kind == _STRING else self.scalars(kind, count)

    def _skip(self, kind: int, count: int) -> None:
        if kind != _STRING:
            self.at += struct.calcsize("<" + _SCALARS[kind]) * count
        else:
            at, data, length_of = self.at, self._data, struct.Struct("<Q").unpack_from
            for _ in range(count):
                at += 8 + length_of(data, at)[0]
            self.at = at
        if self.at > len(self._data):
            raise EOFError


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else _missing(path)
    except PermissionError as error:
        raise ModelError(f"{path} may not be read: check its permissions.") from error


def _missing(path: Path) -> int:
    if path.is_dir():
        raise ModelError(f"{path} is a folder, not a model file: name the .gguf file in it.")
    raise ModelError(f"The model file {path} does not exist: check the path, or run `nightdesk models`.")


def _not_a_model(path: Path) -> ModelError:
    return ModelError(f"{path} is not a GGUF model file: choose a file that ends in .gguf.")


def _cut_short(path: Path, has: int, needs: int | None) -> ModelError:
    figures = f"it has {has:,} of {needs:,} bytes" if needs else f"it ends after {has:,} bytes"
    return ModelError(f"{path} is cut short ({figures}): download it again.")
