"""A broker for a machine with no Kafka: librdkafka's mock cluster, inside this process.

Takes the topics to make, gives an address that any Kafka client in any process of this machine can use while
the block lasts. For demonstrations and quick tests only: nothing is kept on disk, a topic always has
`PARTITIONS` partitions, and each partition forgets its oldest messages beyond about 5 MB, so whoever feeds it
must not run ahead of the workers by more than that.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from confluent_kafka import KafkaException, Producer

from streams.errors import Unavailable

PARTITIONS = 4  # the mock cluster's own number, for every topic
PARTITION_BYTES = 5 * 1024 * 1024  # what it keeps of each
API_VERSION = "2.3"  # newer requests of kafka-python are unknown to it
START_SECONDS = 10.0


@contextmanager
def broker(topics: Iterable[str] = ()) -> Iterator[str]:
    """Run a broker while the block lasts; yields its ``host:port``. ``topics`` exist from the start.

    kafka-python must be told ``api_version=(2, 3)`` (see `API_VERSION`); Faust needs nothing.
    """
    # The cluster lives as long as this client does, and is served by the client's own threads.
    cluster = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "", "log_level": 0})
    try:
        first = next(iter(cluster.list_topics(timeout=START_SECONDS).brokers.values()))
        for topic in topics:
            cluster.list_topics(topic, timeout=START_SECONDS)  # asking for a topic makes it
    except KafkaException as error:
        raise Unavailable(f"the embedded broker does not start: {error}") from error
    yield f"{first.host}:{first.port}"
    cluster.flush(0)
