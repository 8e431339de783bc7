"""Text in, annotations out: entities, sentiment, stance. Pure: no Kafka, no Elasticsearch, no network at all."""

import os

# onnxruntime reports to its maker what it runs, unless this is set before it is first imported. No setting turns it on:
# what a newsroom works on is nobody else's business.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
