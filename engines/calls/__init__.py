"""Tool calls: the ways in which models write them, and the schema of one that has to be made."""
