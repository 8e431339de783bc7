"""The errors that steer the pipeline.

``Rejected`` says: this input will never work, do not retry it; it becomes a dead letter.
``Unavailable`` says: the other side is away; wait and try the same thing again, acking nothing.
Everything else is a fault of ours and becomes a dead letter with its class and message.
"""


class NewswireError(Exception):
    """Base of the errors that Newswire raises on purpose."""


class Rejected(NewswireError):
    """An input that no retry can cure. The message says what is wrong and where."""


class Unavailable(NewswireError):
    """A broker or store that cannot take the work now. Retrying later can succeed."""


class TooManyRejected(NewswireError):
    """Nearly everything is being refused: the fault is ours, so the stage stops instead of burying it."""


class SettingsError(NewswireError):
    """A setting is missing or wrong. The message names it and says what would be right."""
