"""The Faust agents, in the order of the road: read, enrich, index."""
