"""Where sign-in meets the gate: the providers and sessions of one wired portal."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from flask import Flask
from requests.adapters import BaseAdapter

from portal.accounts import views
from portal.accounts.openid import Provider
from portal.accounts.sessions import Sessions
from portal.accounts.signing_in import SigningIn
from portal.gate.admission import admit
from portal.wiring import Wiring


def install_sign_in(app: Flask, wiring: Wiring, adapters: Mapping[str, BaseAdapter] | None = None) -> SigningIn:
    """Let staff sign in to ``app`` with the providers in the settings; raises SettingsError for a missing secret.

    ``adapters`` reach a provider, by id, by other means than its own HTTPS.
    """
    settings = wiring.settings
    for each in settings.providers:
        each.check_secrets()
    sessions = Sessions(
        engine=wiring.engine,
        keyring=wiring.keyring,
        admit=partial(admit, wiring.keyring),
        vouched={each.id: each.agencies for each in settings.providers},
        idle=timedelta(minutes=settings.sessions.idle_minutes),
        longest=timedelta(hours=settings.sessions.hours),
    )
    signing_in = SigningIn(
        address=settings.web.address,
        providers={each.id: Provider(each, (adapters or {}).get(each.id)) for each in settings.providers},
        sessions=sessions,
        record=wiring.append,
        now=wiring.now,
    )
    views.install(app, signing_in)
    return signing_in
