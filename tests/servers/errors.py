"""What can go wrong with the servers: the machine lacks what they need, or they will not start."""


class CannotInstall(Exception):
    """Java, Maven or the network is missing. The message says which, and what would do."""


class CannotStart(Exception):
    """A server was installed but does not come up. The message ends with the last lines of its log."""
