"""The API key of another server: from the settings or the environment, else from the system's keyring.

The keyring is an extra: it is right for a desktop, and on a server without one ``NIGHTDESK_MODEL_API_KEY`` does.
``keyring set nightdesk URL`` keeps a key there.
"""

from __future__ import annotations

import logging

from app.core.settings import ModelSettings

log = logging.getLogger(__name__)

SERVICE = "nightdesk"


def key_for(settings: ModelSettings) -> str:
    """The key for the server of the settings, empty when there is none. May ask the system, so it may take a while."""
    return settings.api_key or _kept(settings.base_url)


def _kept(url: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, url) or ""
    except KeyringError as error:  # locked, or this system has none: the server will say whether a key is needed
        log.warning("the keyring gives no key for %s: %s", url, error)
        return ""


def keep_key(url: str, key: str) -> bool:
    """Put the key of a server into the system's keyring; whether it can be read there again."""
    try:
        import keyring
    except ImportError:
        return False
    try:
        keyring.set_password(SERVICE, url, key)
        return keyring.get_password(SERVICE, url) == key
    except Exception as error:  # noqa: BLE001 - a backend passes on whatever its system says
        log.warning("the keyring does not take the key for %s: %s", url, error)
        return False
