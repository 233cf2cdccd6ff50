"""One file a step; the newest is `storage.tables`."""
