"""Secrets from files: ``NEWSWIRE_<NAME>_FILE`` names a file whose content is the setting ``<NAME>``.

Takes the settings' other sources; gives what the files hold. ``SettingsError`` names the setting, never the secret.
"""

from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from streams.errors import SettingsError

MAX_BYTES = 1024 * 1024


class SecretFiles(PydanticBaseSettingsSource):
    """A source of settings: the files that the variables of ``sources``, the first before the second, name."""

    def __init__(self, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self._sources = [source.env_vars for source in sources if isinstance(source, EnvSettingsSource)]

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The secret, its name, and that it is not JSON; ``None`` where there is no file for it."""
        fields = self.settings_cls.model_fields
        if isinstance(field.default, SecretStr) and f"{field_name}_file" not in fields:
            for variables in self._sources:
                plain, path = (variables.get(f"newswire_{field_name}{end}") for end in ("", "_file"))
                if plain and path:
                    name = f"NEWSWIRE_{field_name.upper()}"
                    raise SettingsError(f"{name} and {name}_FILE are both set: keep one")
                if path:
                    return read_secret(f"NEWSWIRE_{field_name.upper()}_FILE", Path(path)), field_name, False
                if plain is not None:
                    break
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All of them."""
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


class SettingsFromFiles(BaseSettings):
    """Settings read from the environment and ``.env``; their secrets may lie in files."""

    model_config = SettingsConfigDict(env_prefix="NEWSWIRE_", env_file=".env", extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - ours names files by settings
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where settings come from, the first wins."""
        files = SecretFiles(settings_cls, env_settings, dotenv_settings)
        return init_settings, files, env_settings, dotenv_settings


def read_secret(name: str, path: Path) -> str:
    """The secret in a file. ``name`` is the setting or field that names it. Raises ``SettingsError``."""
    try:
        with path.open(encoding="utf-8") as file:
            content = file.read(MAX_BYTES).strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{name}: {path} cannot be read: {reason}") from None
    if not content:
        raise SettingsError(f"{name}: {path} is empty")
    return content
