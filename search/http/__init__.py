"""Who may come over HTTP, and how often: API keys, and places for requests at the same time."""
