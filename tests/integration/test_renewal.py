"""An archive brought to new annotations and new indices under a feed, at a size that is quick."""

from itertools import islice

import pytest

from benchmarks.archive import articles
from benchmarks.renewal import renew
from tests.integration.pipeline import Pipeline

pytestmark = [pytest.mark.integration, pytest.mark.servers, pytest.mark.corpus, pytest.mark.timeout(600)]


def test_an_archive_is_renewed_under_a_feed_and_nothing_is_lost(kafka, elasticsearch_url, prefix, tmp_path) -> None:
    pipeline = Pipeline(kafka, elasticsearch_url, prefix, tmp_path)
    found = renew(pipeline, list(islice(articles(), 60)), pause=0.2)
    assert found["sent"] >= 10  # all but those that an update or a kill had reached before
    assert found["killed"] >= 1
    for what in ("refused", "lost", "doubled", "not_killed", "old_model", "no_sentence", "old_index"):
        assert found[what] == [], what
    assert (found["left"], found["missing"]) == (0, 0)
