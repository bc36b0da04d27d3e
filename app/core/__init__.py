"""Everything Nightdesk does, without a window: no module below this folder imports Qt."""
