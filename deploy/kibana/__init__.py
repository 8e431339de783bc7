"""Kibana's saved objects: readable sources in ``sources/``, a builder, and the file to import, ``newswire.ndjson``."""
