"""The queue page: what is to be done, what is being done, what failed and why."""
