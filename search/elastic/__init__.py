"""The store in Elasticsearch: its indices, what is written to them, and what is asked of them."""
