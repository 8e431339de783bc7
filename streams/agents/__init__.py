"""The Faust agents, in the order of the pipeline: read, enrich, index."""
