"""Which stories report one event, and which are near-copies of each other: fingerprints in, groups out. Pure."""
