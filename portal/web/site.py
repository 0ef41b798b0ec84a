"""Dresses a Flask application: templates' words and filters, language, assets, headers and the pages for all."""

from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import StrictUndefined

from portal.plans.news import news
from portal.plans.own_words import are_own_words, by_note
from portal.web import assets, formats, language, pages
from portal.web.done import done
from portal.web.headers import install_headers
from portal.web.here import address_here
from portal.web.svg import draw
from portal.web.timelines import timelines
from portal.web.words import by_headline, clash_word, word
from portal.web.written import as_written, with_names

TEMPLATES = Path(__file__).parent / "templates"


class _PlainEnvironment(Environment):
    """Gives each template its globals as one dict: Jinja's chain of two is walked anew at each import of a macro."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def dress(
    app: Flask, *, name: str, contact: str, legal_basis: str, is_secure: bool, form_origins: Iterable[str] = ()
) -> None:
    """Give ``app``, whose template folder is TEMPLATES, the portal's look; set SESSION_COOKIE_SECURE first.

    ``name`` is what the installation calls itself, ``contact`` whom to ask, ``legal_basis`` what its processing rests
    on, ``form_origins`` the origins of the sign-in providers.
    """
    app.jinja_environment = _PlainEnvironment
    app.config["LEGAL_BASIS"] = legal_basis
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=formats.day,
        whole_day=formats.whole_day,
        near_day=formats.near_day,
        relative_day=formats.relative_day,
        period=formats.period,
        clock_time=formats.clock_time,
        moment=formats.moment,
        personnummer=formats.personnummer,
        extent=formats.extent,
        percent=formats.percent,
        weekly_times=formats.weekly_times,
        in_words=formats.in_words,
        spoken=formats.spoken,
        stockholm_day=formats.stockholm_day,
        stockholm_time=formats.stockholm_time,
        dialled=formats.dialled,
        by_headline=by_headline,
        word=word,
        clash_word=clash_word,
        svg=draw,
        as_written=as_written,
        with_names=with_names,
        with_own_words=by_note,
        are_own_words=are_own_words,
    )
    app.jinja_env.globals.update(
        site_name=name,
        site_contact=contact,
        asset_address=assets.asset_address,
        language=language.language,
        other_language=language.other_language,
        address_here=address_here,
        timelines=timelines,
        news=news,
        weekday_names=formats.weekday_names,
        done=done,
    )
    assets.assets()
    language.install_language(app)
    install_headers(app, is_secure=is_secure, form_origins=form_origins)
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(pages.blueprint)
