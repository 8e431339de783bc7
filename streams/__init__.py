"""Everything that knows Kafka: feeds, wire formats, the agents of the pipeline, operations, and the command line."""
