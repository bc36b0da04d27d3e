"""GGUF files turned into folders that MLX and torch can read, offline and without a change to the numbers."""

from engines.convert.folder import FORMS, Form, convert

__all__ = ["FORMS", "Form", "convert"]
