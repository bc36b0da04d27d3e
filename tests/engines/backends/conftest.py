"""Lets MLX find its BLAS: a test that imports it before our package does would be sixty times slower."""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("mlx_lm") is not None:
    import engines.backends.mlx_slots  # noqa: F401
