"""Requests in, tokens out: the engine process, its scheduler and its backends.

Knows nothing of Qt, of documents or of SQLite.
"""
