"""Real Kafka and Elasticsearch for tests, from Maven artifacts: no Docker, no root, loopback only.

Takes Java and Maven as found on the machine; gives running servers that can be stopped, killed and restarted
on the same ports and data. ``python -m tests.servers start`` does the same for a human.
"""

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.errors import CannotInstall, CannotStart
from tests.servers.kafka import Kafka

__all__ = ["CannotInstall", "CannotStart", "Elasticsearch", "Kafka"]
