"""When the queue may work: the clock, the power supply, the room on the disk, and keeping the machine awake."""
