"""The smaller pages: recipes and models."""
