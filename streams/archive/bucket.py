"""The archive in an S3 bucket, or in a compatible one, with botocore. One put is one request, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlsplit

import botocore.session
import urllib3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from streams.archive.stores import Listing
from streams.errors import Unavailable
from streams.settings import Settings

NOT_FOUND = ("404", "NoSuchKey", "NotFound")
CONNECTIONS = 4


class Bucket:
    """The objects of a bucket below a prefix."""

    def __init__(self, settings: Settings) -> None:
        self.where = settings.archive.rstrip("/")
        address = urlsplit(self.where)
        self._bucket, self._prefix = address.netloc, f"{address.path.strip('/')}/".lstrip("/")
        session = botocore.session.Session()
        if settings.archive_key:
            session.set_credentials(settings.archive_key, settings.archive_secret.get_secret_value())
        self._client: Any = session.create_client(
            "s3",
            region_name=settings.archive_region or session.get_config_variable("region") or "us-east-1",
            endpoint_url=settings.archive_endpoint or None,
            config=Config(
                connect_timeout=settings.archive_answer_seconds,
                read_timeout=settings.archive_answer_seconds,
                max_pool_connections=CONNECTIONS,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path"} if settings.archive_endpoint else {},
            ),
        )

    def put(self, name: str, data: bytes) -> None:
        """One request, with a checksum that the server compares."""
        with self._telling("cannot write", name):
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=data)

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """The object's bytes as they come."""
        with self._telling("cannot read", name):
            body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"]
            try:
                yield body
            finally:
                body.close()

    def listing(self, folder: str = "") -> Listing:
        """Folders and files below a prefix, up to the next slash."""
        prefix = self._prefix + (f"{folder}/" if folder else "")
        folders, files = [], []
        with self._telling("cannot list", folder or "."):
            for page in self._pages(prefix):
                folders += [one["Prefix"][len(prefix) : -1] for one in page.get("CommonPrefixes", ())]
                files += [one["Key"][len(prefix) :] for one in page.get("Contents", ())]
        return Listing(sorted(folders), sorted(name for name in files if name))

    def _pages(self, prefix: str) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, Delimiter="/", **more)
            yield page
            if not page.get("IsTruncated") or not page.get("NextContinuationToken"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def is_there(self) -> bool:
        """True: of a bucket that does not exist, every request says so, and a prefix needs no making."""
        return True

    def has(self, name: str) -> bool:
        """Whether it is there."""
        with self._telling("cannot look for", name):
            try:
                self._client.head_object(Bucket=self._bucket, Key=self._prefix + name)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in NOT_FOUND:
                    return False
                raise
        return True

    def remove(self, name: str) -> None:
        """Remove it. A bucket with versions keeps the old one: docs/archive.md."""
        with self._telling("cannot remove", name):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def clear_unfinished(self, folder: str) -> None:
        """Nothing to do: a put is whole or not there."""

    @contextmanager
    def _telling(self, what: str, name: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            said = error.response.get("Error", {})
            reason = f"{said.get('Code', '')}: {said.get('Message', '')}"[:300]
            raise Unavailable(f"the archive at {self.where}: {what} {name}: {reason}") from error
        except (BotoCoreError, urllib3.exceptions.HTTPError, OSError) as error:
            reason = f"{type(error).__name__}: {str(error)[:300]}"
            raise Unavailable(f"the archive at {self.where}: {what} {name}: {reason}") from error
