"""The results page: answers as a table, searched, read beside their source, exported."""
