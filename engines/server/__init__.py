"""The engine as a process of its own that speaks the OpenAI protocol."""
