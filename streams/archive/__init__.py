"""The archive: raw messages kept beyond Kafka's retention, in a folder or a bucket, by source and day."""
