"""Faults on real servers: does what went in come out, right and once, whatever breaks on the way?

``python -m tests.faults`` starts Kafka, Elasticsearch, workers and a feeder, injects faults by a seeded schedule, and
ends with the ledger and an independent check of every document.
"""
