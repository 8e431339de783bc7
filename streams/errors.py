"""The errors that steer the pipeline.

``Rejected``: this input will never work; do not retry. It becomes a dead letter.
``Unavailable``: the other side is down; wait and retry the same, without acking.
Any other error is a bug of ours and becomes a dead letter with its class and message.
"""


class NewswireError(Exception):
    """Base of the errors that Newswire raises on purpose."""


class Rejected(NewswireError):
    """An input for which a retry is useless. The message says what is wrong and where."""


class Unavailable(NewswireError):
    """A broker or store that cannot take the work now. Retrying later can succeed."""


STOPPED_BY_REFUSALS = 3  # exit status of a stage with this error: starting again would change nothing


class TooManyRejected(NewswireError):
    """Nearly everything is being rejected: the fault is ours, so the stage stops instead of writing dead letters."""


class SettingsError(NewswireError):
    """A setting is missing or wrong. The message names it and says what would be right."""


class MissingExtra(NewswireError):
    """Packages of an extra are not installed here. The message says how to install them."""
