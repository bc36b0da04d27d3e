"""The chat page: conversations, a message column that streams flat, and the composer."""
