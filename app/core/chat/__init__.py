"""Conversations with the model: what was said, what is being said, and what fits the context."""
