"""One module per family of documents; each reader turns bytes and their type into a Reading, or raises WorkFailed."""
