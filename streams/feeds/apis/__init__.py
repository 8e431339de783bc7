"""Polls agencies' HTTP APIs: a TOML file describes each API, and one poller reads them all."""
