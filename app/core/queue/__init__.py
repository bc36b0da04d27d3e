"""The queue: what a job may become, who works it off, and what the morning report says."""
