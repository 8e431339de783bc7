"""Whether a story may be published, and until when not: embargoes, statuses, corrections, kills."""
