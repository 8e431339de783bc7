"""The stages of the pipeline as Faust agents: read, enrich, index, alert and archive, and what they share."""
