"""The signer of links that the settings describe."""

import secrets
from pathlib import Path

from forebay.adapters.system.links import HmacLinkSigner
from forebay.adapters.system.signing_key import kept_key
from forebay.application.ports.links import LinkSigner
from forebay.bootstrap.schemes import scheme_of
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import SettingError

KEY_FILE = "signing.key"
_SHORTEST = 32
_SETTING = "FOREBAY_SIGNING_KEY"


def link_signer(settings: Settings) -> LinkSigner:
    """With FOREBAY_SIGNING_KEY, else with a key in the data dir, made when the first link is. SettingError.

    A database in memory is forgotten with the process, and so is the key of links to what it knows.
    """
    if settings.signing_key:
        if len(settings.signing_key) < _SHORTEST:
            raise SettingError(
                f"{_SETTING} has {len(settings.signing_key)} characters; expected at least {_SHORTEST}, such as"
                " `openssl rand -hex 32` gives",
                field=_SETTING,
            )
        given = settings.signing_key.encode()
        return HmacLinkSigner(lambda: given)
    if scheme_of(settings.database_url) == "memory":
        made = secrets.token_bytes(_SHORTEST)
        return HmacLinkSigner(lambda: made)
    file = Path(settings.data_dir) / KEY_FILE
    return HmacLinkSigner(lambda: kept_key(file))
