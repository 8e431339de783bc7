"""Chooses the client for a source by the scheme of its address."""

from streams.feeds.pulls.remote import PullLimits, Remote
from streams.feeds.pulls.sources import PullSource


def remote_of(source: PullSource, limits: PullLimits) -> Remote:
    """The client for a source. Raises ``ModuleNotFoundError`` where its library is not installed."""
    # Each is imported when it is used: the libraries take long to load, and those of an extra may not be there.
    if source.scheme == "sftp":
        from streams.feeds.pulls.sftp import Sftp  # noqa: PLC0415

        return Sftp(source, limits)
    if source.scheme in ("ftp", "ftps"):
        from streams.feeds.pulls.ftp import Ftp  # noqa: PLC0415

        return Ftp(source, limits)
    if source.scheme == "s3":
        from streams.feeds.pulls.s3 import S3  # noqa: PLC0415

        return S3(source, limits)
    from streams.feeds.pulls.imap import Imap  # noqa: PLC0415

    return Imap(source, limits)
