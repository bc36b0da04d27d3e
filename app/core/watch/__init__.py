"""Folders and what is in them: events are only hints; the truth is a scan, a settle time and a hash."""
