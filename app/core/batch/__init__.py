"""Work that leaves as a batch file for another server, and comes back as results."""
