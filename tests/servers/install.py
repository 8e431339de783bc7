"""Installs the servers once a machine: takes Maven coordinates, gives complete folders in a cache.

The cache is ``NEWSWIRE_SERVERS``, or ``/var/cache/newswire-servers`` for root (whose home others cannot read,
and Elasticsearch runs as another user), or ``~/.cache/newswire-servers``. A folder there is complete or absent:
it is made beside its place and renamed, under a lock that other runs wait for.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.errors import CannotInstall
from tests.servers.java import java_home

KAFKA = "4.1.1"
ELASTICSEARCH = "9.2.0"
LOG4J = "2.24.3"
MAVEN_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
INSTALL_SECONDS = 600
HERE = Path(__file__).parent

KAFKA_POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>newswire</groupId><artifactId>test-servers</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{KAFKA}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>{LOG4J}</version></dependency>
  </dependencies>
</project>
"""


def cache() -> Path:
    """The folder that installs are kept in."""
    if chosen := os.environ.get("NEWSWIRE_SERVERS"):
        return Path(chosen).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/cache/newswire-servers")
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "newswire-servers"


def kafka_jars() -> Path:
    """The folder with Kafka's jars."""
    return _installed(f"kafka-{KAFKA}", _fetch_kafka)


def elasticsearch_home(*, analysis: bool) -> Path:
    """Elasticsearch's home; with ``analysis``, one that has what we use of a module that the artifact lacks."""
    plain = _installed(f"elasticsearch-{ELASTICSEARCH}", _fetch_elasticsearch)
    if not analysis:
        return plain
    return _installed(f"elasticsearch-{ELASTICSEARCH}-analysis", lambda folder: _add_analysis(plain, folder))


def _installed(name: str, make: Callable[[Path], None]) -> Path:
    """``cache()/name``, made by ``make(folder)`` if it is not there yet."""
    place = cache() / name
    if place.is_dir():
        return place
    try:
        cache().mkdir(parents=True, exist_ok=True)
        with _lock(cache() / f"{name}.lock"):
            if not place.is_dir():
                _make_whole(place, make)
    except (OSError, zipfile.BadZipFile) as error:
        raise CannotInstall(f"{place} could not be installed: {error}") from error
    return place


def _make_whole(place: Path, make: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as workshop:
        folder = Path(workshop) / "whole"
        folder.mkdir()
        make(folder)
        folder.chmod(0o755)
        folder.rename(place)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock file; the system lets go of it however the process ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch_kafka(folder: Path) -> None:
    pom = folder / "pom.xml"
    pom.write_text(KAFKA_POM, "utf-8")
    _maven("-f", str(pom), f"{MAVEN_PLUGIN}:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}")


def _fetch_elasticsearch(folder: Path) -> None:
    artifact = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{ELASTICSEARCH}:zip"
    _maven(f"{MAVEN_PLUGIN}:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}")
    archive = folder / f"elasticsearch-{ELASTICSEARCH}.zip"
    with zipfile.ZipFile(archive) as files:
        files.extractall(folder)
    archive.unlink()
    unpacked = folder / f"elasticsearch-{ELASTICSEARCH}"
    for entry in list(unpacked.iterdir()):
        entry.rename(folder / entry.name)
    unpacked.rmdir()
    for script in (folder / "bin").iterdir():
        script.chmod(0o755)  # zipfile forgets modes


def _add_analysis(plain: Path, folder: Path) -> None:
    """Copy the plain home by hard links and add the analysis plugin, compiled against the server's own jars."""
    shutil.copytree(plain, folder, copy_function=os.link, dirs_exist_ok=True)
    plugin = folder / "plugins" / "newswire-analysis"
    classes = plugin / "classes"
    classes.mkdir(parents=True)
    jdk = java_home(21)
    if not (jdk / "bin" / "javac").exists():
        raise CannotInstall(f"the analysis plugin needs a JDK to be compiled, {jdk} has no javac")
    sources = [str(source) for source in sorted((HERE / "analysis").glob("*.java"))]
    options = ["--release", "21", "-proc:none", "-cp", f"{plain}/lib/*", "-d", str(classes)]
    _run([str(jdk / "bin" / "javac"), *options, *sources])
    with zipfile.ZipFile(plugin / "newswire-analysis.jar", "w") as jar:
        for compiled in sorted(classes.rglob("*.class")):
            jar.write(compiled, compiled.relative_to(classes).as_posix())
    shutil.rmtree(classes)
    components = {
        "AnalyzerFactory": {"english": "EnglishAnalyzerFactory"},
        "TokenFilterFactory": {
            "elision": "ElisionFilterFactory",
            "pattern_replace": "PatternReplaceFilterFactory",
            "snowball": "SnowballFilterFactory",
            "stemmer": "StemmerFilterFactory",
        },
    }
    named = {
        f"org.elasticsearch.plugin.analysis.{kind}": {name: f"newswire.analysis.{made}" for name, made in each.items()}
        for kind, each in components.items()
    }
    (plugin / "named_components.json").write_text(json.dumps(named), "utf-8")
    (plugin / "stable-plugin-descriptor.properties").write_text(
        "name=newswire-analysis\ndescription=what Newswire uses of the module that the test artifact lacks\nversion=1\n"
        f"elasticsearch.version={ELASTICSEARCH}\njava.version=21\n",
        "utf-8",
    )


def _maven(*arguments: str) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotInstall("Maven (mvn) is needed once to download the test servers")
    _run([maven, "-q", "-B", *arguments])


def _run(command: list[str]) -> None:
    """Run to the end, or ``CannotInstall`` with what the command said."""
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise CannotInstall(f"{command[0]} took more than {INSTALL_SECONDS} s") from None
    if done.returncode:
        said = (done.stderr + done.stdout).strip()[-1500:]
        raise CannotInstall(f"{' '.join(command)} failed:\n{said}")
