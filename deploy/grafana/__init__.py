"""Grafana's dashboard: a readable source, a builder, and the file that Grafana loads."""
