"""JSON Schemas as kubeconform looks for them, made of two sources, strict: a field that is not named is an error.

    python3 -m deploy.kubernetes.schemas TARGET keda/config/crd/bases kubernetes-json-schema/v1.34.0-local-strict

Takes folders of CustomResourceDefinitions (YAML) and of schemas as the package kubernetes-validate carries them (JSON).
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml


def strict(schema: Any) -> Any:
    """``schema`` with no other fields allowed in objects that name theirs, unless it says so itself."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made


def of_definition(definition: dict[str, Any]) -> dict[str, Any]:
    """The schema of each version of one custom resource, by its file's name."""
    group, kind = definition["spec"]["group"].split(".")[0], definition["spec"]["names"]["kind"].lower()
    made = {}
    for version in definition["spec"]["versions"]:
        schema = strict(version["schema"]["openAPIV3Schema"])
        schema["properties"]["metadata"] = {"type": "object"}
        made[f"{kind}-{group}-{version['name']}.json"] = schema
    return made


def beside_each_other(text: str) -> dict[str, Any]:
    """One of the package's schemas, its definitions looked for in the same folder."""
    schema: dict[str, Any] = json.loads(text.replace('"/api/_definitions.json', '"_definitions.json'))
    schema.pop("$id", None)
    return schema


def main(target: Path, sources: list[Path]) -> None:
    """Write all schemas of ``sources`` into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    made: dict[str, Any] = {}
    for path in (path for source in sources for path in source.iterdir()):
        if path.suffix == ".yaml":
            made |= of_definition(yaml.safe_load(path.read_text()))
        elif path.suffix == ".json":
            made[path.name] = beside_each_other(path.read_text())
    for name, schema in made.items():
        (target / name).write_text(json.dumps(schema))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
