"""The archive stage: writes raw messages to the archive, unchanged. Reads ``news.raw``."""

from streams.agents.archive.archiving import ArchiveWriter
from streams.agents.stage import Stage
from streams.archive.stores import open_archive
from streams.settings import Settings

MOST_TAKEN = 500


def build(settings: Settings) -> Stage:
    """The archive stage, ready to run."""
    stage = Stage("archive", settings)
    archiving = ArchiveWriter(stage, open_archive(settings))
    stage.app.task(archiving.run)
    stage.agent("raw", archiving.take, name="archive", batch=MOST_TAKEN)
    return stage
