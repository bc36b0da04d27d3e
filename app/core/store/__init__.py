"""The one SQLite file that everything durable lives in: schema, the writer, and queries by subject."""
