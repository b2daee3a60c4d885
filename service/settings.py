"""Settings: from the environment (``LYTT_*``) and ``lytt.toml`` in the data directory, in that order.

Every field is described in docs/operations.md; a test holds that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from service.naming import compile_pattern
from service.places import DEFAULT_NAME_PATTERN, EVENT_LOG_HEAD, KEY_FILE, TOML, default_data_dir, sqlite_url


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """How redacted sound is made: what stands in the place of a word, and by how many semitones voices are changed."""

    sound: str = "silence"
    pitch: float = 0.0
    formants: float = 0.0


class Settings(BaseSettings):
    """All settings of one installation."""

    model_config = SettingsConfigDict(env_prefix="LYTT_", extra="forbid", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir, description="Where everything Lytt keeps lies.")
    recordings_dir: Path | None = Field(
        default=None, description="The watched folder; `recordings` in the data directory when not set."
    )
    vault_url: str | None = Field(
        default=None, description="Database URL of the vault (and the job queue); SQLite when not set."
    )
    coding_url: str | None = Field(
        default=None, description="Database URL of the coding store; SQLite when not set."
    )

    vault_key_file: Path | None = Field(
        default=None,
        description="File with the vault's key; `vault.key` in the data directory, made at first need, if not set.",
    )
    vault_key: SecretStr | None = Field(
        default=None, description="The vault's key itself, 64 hexadecimal digits, instead of a key file."
    )
    event_log_head_file: Path | None = Field(
        default=None,
        description="Where the end of the event log is anchored; `event_log.head` beside the vault's key if not set.",
    )
    backup_target: Path | None = Field(
        default=None, description="Folder that `lytt backup` writes to when none is named; on another disk."
    )
    backup_recipient: str | None = Field(
        default=None,
        description="age recipient that backups are encrypted to; `backup.recipient` in the data directory if not set.",
    )

    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(
        default=8400, ge=0, le=65535, description="Port the server listens on; 0 picks a free one."
    )
    access_token: SecretStr | None = Field(
        default=None, description="A token with every role, for before there are accounts, or for programs."
    )
    login: Literal["auto", "off"] = Field(
        default="auto",
        description="Whether one signs in: as soon as there is an account or a token, or never (this machine only).",
    )
    session_idle_minutes: int = Field(
        default=60, ge=1, le=1440, description="A session ends after so many minutes without use."
    )
    session_hours: int = Field(default=12, ge=1, le=168, description="A session ends after so many hours.")
    oidc_issuer: str | None = Field(
        default=None, description="Identity provider (OpenID Connect) that may sign accounts in; its issuer."
    )
    oidc_client_id: str | None = Field(default=None, description="How the identity provider calls Lytt.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Secret that the identity provider gave Lytt, if it gave one."
    )
    oidc_label: str = Field(
        default="single sign-on", max_length=40, description="How the page calls the identity provider."
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=(), description="Further host names the server answers to, beside its own address."
    )
    webhook_hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts beyond this machine and its private networks that webhooks may go to, over https.",
    )
    max_upload_mb: int = Field(default=4096, ge=1, description="Largest upload through the page, in MiB.")

    retention_warning_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description="How many days before recordings may no longer be kept Lytt begins to say so.",
    )
    retention_erases: bool = Field(
        default=False,
        description="Erase what may no longer be kept without asking; otherwise Lytt only says so.",
    )

    settle_seconds: float = Field(
        default=5.0,
        ge=0.05,
        description="A file is ready when size and time are equal in two scans this far apart.",
    )
    scan_seconds: float = Field(default=60.0, ge=0.1, description="A scan runs at least this often.")
    watch: Literal["auto", "poll", "off"] = Field(
        default="auto",
        description="How changes wake a scan: file events, polling (network mounts), or not at all.",
    )
    name_pattern: str = Field(
        default=DEFAULT_NAME_PATTERN,
        description="Pattern (whole name, no extension) that turns a file name into an interview id.",
    )

    worker_name: str = Field(
        default="local", pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="Name of this worker."
    )
    chunk_seconds: int = Field(
        default=480, ge=20, le=1800, description="Length of a durable piece of transcription."
    )
    max_attempts: int = Field(
        default=4, ge=1, le=20, description="Worker deaths a recording may cause before it fails."
    )

    language: str = Field(default="auto", description="Language of the interviews (ISO 639-1), or `auto`.")
    speakers: int | Literal["auto"] = Field(default=2, description="Speakers in a recording, or `auto`.")
    pause_ms: int = Field(default=1000, ge=100, description="Shortest pause that is marked, in ms.")

    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="Where models run.")
    threads: int = Field(default=0, ge=0, description="Threads a model uses; 0: half of the cores.")
    models_dir: Path | None = Field(
        default=None, description="Model files; `models` in the data directory when not set."
    )
    recognition_model: str = Field(
        default="whisper-base", description="A registry name, a faster-whisper size, or a CTranslate2 folder."
    )
    diarization_model: str = Field(
        default="segmentation-3.0+campplus",
        description="The bundled pipeline, or a local or hub pyannote pipeline.",
    )
    pronunciation_model: str = Field(
        default="g2p-en",
        description="How English words outside the dictionary are said, for exact word times.",
    )
    alignment_model: str | None = Field(
        default=None,
        description="A folder with a CTC network for exact word times in other languages than English.",
    )
    vocabulary: tuple[str, ...] = Field(
        default=(), description="Words to expect: names of methods, places, drugs."
    )
    expected_languages: tuple[str, ...] = Field(
        default=(),
        description="Languages that recordings may be in (ISO 639-1); another one is flagged. Empty: any.",
    )
    verbatim: bool = Field(
        default=True,
        description="Show fillers, repetitions, false starts and cut-off words; false: the same words without them.",
    )
    notation: Literal["plain", "jefferson", "gat2"] = Field(
        default="plain",
        description="How markers are written in a text: plain words, Jefferson's signs, or GAT 2 (minimal transcript).",
    )
    affect_words: bool = Field(
        default=False,
        description="Offer words about feelings, by a word list (English), as a layer of its own.",
    )
    entity_model: str = Field(
        default="spacy-en-md+rampart",
        description="The registry names of the models that find what identifies someone, with + between them.",
    )
    unsure_below: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="Words that the recogniser believes less are redacted as [UNSURE] until a person has heard them; "
        "0: none.",
    )
    pseudonyms: Literal["numbered", "realistic", "roles"] = Field(
        default="numbered",
        description="How stand-ins of a new study look; later it is changed with `lytt identities style`.",
    )
    pseudonym_dates: Literal["shifted", "coarsened"] = Field(
        default="shifted",
        description="What becomes of dates where stand-ins are not numbered, in a new study.",
    )
    redacted_sound: Literal["silence", "tone"] = Field(
        default="silence", description="What is heard in the place of a redacted word."
    )
    voice_pitch: float = Field(
        default=0.0,
        ge=-12,
        le=12,
        description="Semitones by which the pitch of voices is changed in redacted sound.",
    )
    voice_formants: float = Field(
        default=0.0,
        ge=-12,
        le=12,
        description="Semitones by which the formants of voices are changed in redacted sound.",
    )
    text_model: str = Field(
        default="minilm-l6",
        description="Sentences as vectors, for finding the questions of a guide; a sentence-transformers model.",
    )
    sound_model: str = Field(
        default="yamnet",
        description="Hears laughter, coughs and breath; `none` marks no such sounds.",
    )
    emotion_model: Path | None = Field(
        default=None,
        description="A folder with a dimensional emotion model (ONNX) and its model.toml; none by default.",
    )
    diarization_step: float = Field(
        default=0.5, gt=0, le=0.5, description="Step of the diarization window, as a share of its length."
    )
    package_index: str | None = Field(
        default=None,
        description="Package index that `lytt models fetch` asks; pip's own default when not set.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        chosen = init_settings().get("data_dir") or env_settings().get("data_dir") or default_data_dir()
        toml = TomlConfigSettingsSource(settings_cls, toml_file=Path(str(chosen)) / TOML)
        return (init_settings, env_settings, toml)

    @model_validator(mode="after")
    def _refuse_to_watch_itself(self) -> Settings:
        if self.vault_folder.resolve().is_relative_to(self.watched_folder.resolve()):
            raise ValueError("recordings_dir must not contain Lytt's own data directory")
        return self

    @model_validator(mode="after")
    def _refuse_open_door(self) -> Settings:
        if self.access_token is not None and len(self.access_token.get_secret_value()) < 16:
            raise ValueError("access_token must have at least 16 characters")
        if self.login == "off" and not self.listens_on_loopback:
            raise ValueError(
                "refusing to let everybody in on an address other machines can reach: "
                "leave LYTT_LOGIN at auto, or listen on 127.0.0.1"
            )
        return self

    @model_validator(mode="after")
    def _refuse_half_a_provider(self) -> Settings:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError("oidc_issuer and oidc_client_id belong together: set both or neither")
        if self.oidc_issuer is not None:
            parts = urlsplit(self.oidc_issuer)
            if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
                raise ValueError("oidc_issuer must be an https address")
        return self

    @field_validator("name_pattern")
    @classmethod
    def _refuse_useless_pattern(cls, pattern: str) -> str:
        compile_pattern(pattern)
        return pattern

    @property
    def listens_on_loopback(self) -> bool:
        return _is_loopback(self.host)

    @cached_property
    def watched_folder(self) -> Path:
        return self.recordings_dir or self.data_dir / "recordings"

    @cached_property
    def models_folder(self) -> Path:
        return self.models_dir or self.data_dir / "models"

    @cached_property
    def vault_folder(self) -> Path:
        """Originals and derived files of the identifiable side."""
        return self.data_dir / "vault"

    @cached_property
    def coding_folder(self) -> Path:
        """Files of the anonymised side."""
        return self.data_dir / "coding"

    @cached_property
    def redacting(self) -> SoundSettings:
        """How redacted sound is made."""
        return SoundSettings(self.redacted_sound, self.voice_pitch, self.voice_formants)

    @cached_property
    def key_file(self) -> Path:
        """The file with the vault's key."""
        return self.vault_key_file or self.data_dir / KEY_FILE

    @cached_property
    def event_log_head(self) -> Path:
        """The file that says, outside the database, how far the event log went."""
        return self.event_log_head_file or self.key_file.with_name(EVENT_LOG_HEAD)

    @cached_property
    def vault_database(self) -> str:
        return self.vault_url or sqlite_url(self.data_dir, "vault")

    @cached_property
    def coding_database(self) -> str:
        return self.coding_url or sqlite_url(self.data_dir, "coding")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
