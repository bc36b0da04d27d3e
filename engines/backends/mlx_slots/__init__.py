"""MLX model folders through mlx-lm: sequences in slots of their own, computed together in one ragged step."""

# Before anything else here, so that MLX finds its BLAS.
from engines.backends.mlx_slots import runtime

__all__ = ["runtime"]
