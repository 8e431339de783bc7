import pytest

from processors import pipeline
from processors.pipeline import Annotators


@pytest.fixture(scope="session")
def annotators() -> Annotators:
    return pipeline.load()
