"""Names in a text: found, merged into entities, and linked to whom or what they mean."""
