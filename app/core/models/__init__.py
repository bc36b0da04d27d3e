"""Models on this machine and the life of the engine that serves one of them."""
