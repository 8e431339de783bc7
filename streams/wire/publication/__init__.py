"""Whether and from when a story may be published: embargoes, statuses, corrections, kills."""
