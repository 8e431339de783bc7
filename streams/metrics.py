"""Every metric, with its meaning. A stage process serves them at ``/metrics`` (`streams.agents.health_server`).

Names are as Prometheus shows them: a counter here called ``newswire_done`` is ``newswire_done_total`` there. Times are
in seconds. Labels never hold anything from outside, but ``reason``, which is bounded by `reason_of`, the names of
senders, of which `streams.dead_letters.senders` gives a bounded number, and the ids of some saved searches.
"""

from importlib.metadata import version

from prometheus_client import Counter, Gauge, Histogram, Info

QUICK = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)  # one batch
LONG = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400)  # what may have waited
SIZES = (1, 2, 4, 8, 16, 32, 64, 100, 200, 500)
MOST_REASONS = 50  # distinct ones of a process; all others are "other"

TAKEN = Counter("newswire_taken", "Messages taken from Kafka to work on", ["stage"])
DONE = Counter("newswire_done", "Messages done: what was made of them is confirmed, and they are acked", ["stage"])
SENT = Counter("newswire_sent", "Messages sent on that Kafka has confirmed, dead letters too", ["stage"])
REFUSED = Counter("newswire_refused", "Dead letters, by class of error and reason", ["stage", "error", "reason"])
SKIPPED = Counter("newswire_skipped", "Skipped non-articles, by kind", ["kind"])
UNWELL = Gauge(
    "newswire_unwell_share",
    "Share of a sender's recent messages that is rejected, if nearly all; at most 21 senders, in 60 characters",
    ["stage", "source", "feed"],
)
SOURCES_BROKEN = Gauge(
    "newswire_sources_broken", "1 while NEWSWIRE_SOURCES cannot be read and its last good profiles stay in use"
)
PAUSES = Counter("newswire_pauses", "Pauses because Kafka, the index or the archive was unavailable or busy", ["stage"])
REUSED = Counter("newswire_reused", "Annotations taken over from a text seen before", ["step"])

BATCH = Histogram("newswire_batch_messages", "Messages in one batch of a step", ["stage", "step"], buckets=SIZES)
WORK = Histogram("newswire_work_seconds", "One batch in a step's own code or model", ["stage", "step"], buckets=QUICK)
KAFKA = Histogram("newswire_kafka_seconds", "One batch from sent until Kafka confirms it", ["stage"], buckets=QUICK)
INDEX = Histogram("newswire_index_seconds", "One bulk from sent until the index has answered", buckets=QUICK)
QUEUE = Histogram("newswire_queue_seconds", "From put on the stage's topic until taken", ["stage"], buckets=LONG)
STAGE = Histogram("newswire_stage_seconds", "From put on the stage's topic until done", ["stage"], buckets=LONG)
EVENT_WORK = Histogram("newswire_event_seconds", "One batch of stories until it is grouped by event", buckets=QUICK)
EVENTS_KEPT = Gauge("newswire_events_kept", "1 in the process that groups stories by event")
EVENT_STORIES = Gauge("newswire_event_stories", "Stories remembered to find their events, in the process that groups")
END_TO_END = Histogram("newswire_road_seconds", "From received by a feed until the index has it", buckets=LONG)

SEARCHES = Gauge("newswire_searches", "Saved searches that alert, as this process knows them")
SEARCH_TIMES = Gauge(
    "newswire_search_times",
    "Stories of the past hour over their usual number, by id of the saved search that alerts when it rises "
    "(newswire searches list); at most 100 of a process",
    ["search"],
)
ALERTS = Counter(
    "newswire_alerts",
    "Alerts by channel, kind (alert, update, correction, kill, hold, release) and outcome: sent, dead (given up) or "
    "dropped (nothing had to be said to somebody who got nothing)",
    ["channel", "kind", "outcome"],
)
ALERTS_OPEN = Gauge("newswire_alerts_open", "Alerts of this process's partitions that are not sent yet, digests too")
ALERTS_IN_DOUBT = Counter(
    "newswire_alerts_in_doubt",
    "Alerts sent again under the same id: a server may have taken them before a process died or an answer was lost",
    ["channel"],
)
ALERT_RETRIES = Counter("newswire_alert_retries", "Tries of alerts that failed and are repeated", ["channel"])
ALERT_SECONDS = Histogram(
    "newswire_alert_seconds", "From enriched until a server has taken the alert, of those sent at once", buckets=LONG
)

ARCHIVED = Counter("newswire_archive_segments", "Segments written to the archive, one per source and day")
ARCHIVED_BYTES = Counter("newswire_archive_bytes", "Bytes written to the archive, compressed")

IN_FLIGHT = Gauge("newswire_in_flight", "Messages taken and not yet acked", ["stage"])
LAG = Gauge("newswire_lag", "Messages behind the offset committed at the broker", ["stage", "partition"])
COMMITTED = Gauge("newswire_committed_offset", "Offset committed at the broker", ["stage", "partition"])
PARTITIONS = Gauge("newswire_partitions", "Partitions assigned to this process", ["stage"])
REBALANCES = Counter("newswire_rebalances", "Assignments of partitions to this process", ["stage"])
RESTARTS = Gauge("newswire_restarts", "How often its supervisor has restarted this process", ["stage"])
LOOP_DELAY = Gauge("newswire_loop_delay_seconds", "How late the event loop's last beat was", ["stage"])
ALIVE = Gauge("newswire_alive", "1 when /healthz would answer 200", ["stage"])
READY = Gauge("newswire_ready", "1 when /readyz would answer 200", ["stage"])

INFO = Info("newswire", "The version that runs")
INFO.info({"version": version("newswire")})

_reasons: set[str] = set()


def reason_of(message: str) -> str:
    """A dead letter's message as a label: its words before the first colon, digit or quote, of a bounded number.

    What is left out may come from the article, which must not make new time series.
    """
    words = []
    for word in message[:80].split():
        bare = word.rstrip(":,;.")
        if not bare.isascii() or not bare.replace("-", "").isalpha():
            break
        words.append(bare)
        if bare != word:
            break
    reason = " ".join(words[:6]) or "other"
    if reason not in _reasons and len(_reasons) >= MOST_REASONS:
        return "other"
    _reasons.add(reason)
    return reason
