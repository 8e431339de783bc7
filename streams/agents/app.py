"""Creates the Faust app of a stage, configured for at-least-once delivery. Takes `Settings`; gives the app."""

import tempfile

import faust

from streams.agents.faust_options import faust_options
from streams.kafka import producing
from streams.kafka.topics import record_limit
from streams.records import Stage as StageName
from streams.settings import Settings

DAY = 24 * 3600.0


def make_app(name: StageName, settings: Settings) -> faust.App:
    """A Faust app whose settings keep at-least-once: see docs/decisions.md for why each is as it is."""
    limit = record_limit(settings)
    return faust.App(
        settings.group(name),
        **faust_options(settings),
        **producing.faust_options(settings),
        datadir=tempfile.mkdtemp(prefix=f"newswire-{name}-"),  # must not be shared; removed by run_stage
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        topic_partitions=settings.partitions,
        processing_guarantee="at_least_once",
        stream_wait_empty=False,
        stream_buffer_maxsize=settings.stream_buffer,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=limit,
        broker_commit_interval=settings.commit_interval,
        broker_max_poll_records=min(200, settings.stream_buffer),
        # While the index is away a stage holds its batch for as long as it takes; Kafka must not call it dead.
        broker_max_poll_interval=DAY,
        broker_commit_livelock_soft_timeout=DAY,
        stream_processing_timeout=DAY,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 10,
        broker_request_timeout=max(90.0, settings.session_timeout * 2),
    )
