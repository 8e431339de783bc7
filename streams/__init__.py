"""Everything that knows Kafka: feeds, wire formats, the agents of the road, and the command line."""
