"""The window. It shows and asks, and decides nothing: everything it knows comes through the bridge."""
