"""Finds the fastest settings for one model on one machine, by measuring, and remembers them."""
