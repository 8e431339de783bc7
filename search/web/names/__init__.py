"""What a name's page shows: what else it is called, what is spelt like it, and how much is usual. Pure."""
