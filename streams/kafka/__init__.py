"""Everything that connects to Kafka: addresses, rights, topics, reading and sending, lag."""
