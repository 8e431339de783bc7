"""Alert senders: one module for each kind of delivery channel."""
