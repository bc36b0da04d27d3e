"""MLX model folders through mlx-lm: sequences in slots of their own, computed together in one ragged step."""
