"""What happens: events and who reports them, and what is rising."""
