"""Nightdesk: chat with a local model by day; hand it a folder at night."""

__version__ = "0.1.0"
