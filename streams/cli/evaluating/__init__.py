"""What ``newswire evaluate`` scores, but for names and events."""
