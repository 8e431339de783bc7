"""The agent that one writes first: one article a call, on the event loop. Something for `benchmarks.words` to measure.

    python -m benchmarks.naive      (settings as for newswire worker)

Same processors, same topics, same records as the enrich stage; acks as Faust does them. Not for use.
"""

import tempfile
from datetime import UTC, datetime
from typing import Any

import faust

from processors.pipeline import load
from streams.agents.faust_options import faust_options
from streams.records import Article, EnrichedArticle, decode, encode
from streams.settings import settings


def make_app() -> faust.App:
    """The app with its one agent."""
    config = settings()
    app = faust.App(
        f"{config.topic_prefix}-naive",
        **faust_options(config),
        datadir=tempfile.mkdtemp(prefix="newswire-naive-"),
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
    )
    annotators = load(config.pipeline)
    out = app.topic(config.topic("enriched"), value_serializer="raw", key_serializer="raw")

    async def enrich(stream: Any) -> None:
        async for event in stream.events():
            article = decode(event.message.value, Article)
            (annotations,) = annotators.annotate([article.text])
            enriched = EnrichedArticle(article, annotations, datetime.now(UTC))
            await (await out.send(key=article.id.encode(), value=encode(enriched)))

    app.agent(app.topic(config.topic("articles"), value_serializer="raw", key_serializer="raw"), name="naive")(enrich)
    return app


if __name__ == "__main__":
    worker = faust.Worker(make_app(), quiet=True, loglevel="ERROR", redirect_stdouts=False)
    worker.spinner = None
    worker.execute_from_commandline()
