"""Alerts: saved searches and delivery records on Kafka, and the channels over which readers are notified."""
