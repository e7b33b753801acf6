"""What settings add to a profile's privacy, and where the salt comes from: a file or the environment, never the project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.items import Profile

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

SALT_VARIABLE = "TIEZI_SALT"
_LEAST = 16
_MAKE = "make one with: (umask 077; python3 -c 'import secrets; print(secrets.token_hex(32))' > tiezi-salt)"


class SaltError(RuntimeError):
    """Pseudonyms are asked for and there is no usable salt; the message says what to do."""


def private(profile: Profile, settings: BaseSettings, environment: Mapping[str, str] = os.environ) -> Profile:
    """``profile`` with what the settings ask for besides and, if it has pseudonyms, their salt. Raises SaltError."""
    pseudonyms = profile.pseudonyms or settings.getbool("PRIVACY_PSEUDONYMS")
    mask = profile.mask or settings.getbool("PRIVACY_MASK")
    salt = read_salt(settings, environment) if pseudonyms else ""
    return replace(profile, pseudonyms=pseudonyms, mask=mask, salt=salt)


def read_salt(settings: BaseSettings, environment: Mapping[str, str] = os.environ) -> str:
    """The salt from the file that ``PRIVACY_SALT_FILE`` names, else from the environment; blanks around it do not count."""
    file = settings["PRIVACY_SALT_FILE"]
    if file:
        salt, where = _from_file(Path(file), settings), f"the file {file}"
    else:
        salt, where = environment.get(SALT_VARIABLE, "").strip(), f"the environment variable {SALT_VARIABLE}"
    if not salt and not file:
        raise SaltError(
            f"pseudonyms need a salt: name a file with -s PRIVACY_SALT_FILE=FILE, or set {SALT_VARIABLE}; {_MAKE}"
        )
    if len(salt) < _LEAST:
        raise SaltError(f"{where} holds a salt of {len(salt)} characters: {_LEAST} are the least; {_MAKE}")
    return salt


def _from_file(file: Path, settings: BaseSettings) -> str:
    for name in ("CORPUS_DIR", "ARCHIVE_DIR"):
        if "://" not in settings[name] and file.resolve().is_relative_to(Path(settings[name]).resolve()):
            raise SaltError(
                f"PRIVACY_SALT_FILE={file} lies in {name}: move it, for whoever has it can undo the pseudonyms"
            )
    try:
        return file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise SaltError(f"PRIVACY_SALT_FILE={file}: not text in UTF-8; {_MAKE}") from error
    except OSError as error:
        raise SaltError(
            f"PRIVACY_SALT_FILE={file}: {error.strerror or error}; name a file that can be read; {_MAKE}"
        ) from error
