"""Recipes: a prompt with its options and, where wanted, the columns of its answer; a Markdown file each."""
