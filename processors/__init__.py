"""Text in, annotations out: entities, sentiment, stance. Pure: no Kafka, no Elasticsearch."""
