"""What surrounds every page: headers, assets, language, frame and the pages for what went wrong."""

import gzip
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.rules import Role
from portal.web.assets import STATIC, STYLES, asset_address, assets
from portal.web.frame import PLACES, frame_for
from portal.web.headers import content_security_policy
from portal.web.language import local_address
from portal.web.problems import PROBLEMS, problem_page
from portal.web.site import TEMPLATES, dress
from tests.support.records import agency, staff
from tests.support.stage import REASONS, show, stage


@pytest.fixture
def app() -> Flask:
    app = stage()
    show(app, "/people", "home/reader.html")
    show(app, "/", "home/visitor.html", frame=None)
    app.add_url_rule("/problem/<int:status>", "problem", problem_page)
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def test_every_answer_forbids_what_the_pages_do_not_use(client: FlaskClient) -> None:
    for address in ("/people", "/nowhere", asset_address("portal.css")):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'; connect-src 'self'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in headers


def test_what_is_served_over_tls_says_so_for_two_years() -> None:
    app = Flask("portal", template_folder=str(TEMPLATES), static_folder=None)
    app.config["SESSION_COOKIE_SECURE"] = True
    dress(app, name="Portalen", contact="AME", legal_basis="", is_secure=True, form_origins=["https://idp.example"])
    answer = app.test_client().post("/language", data={"language": "en"})
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "form-action 'self' https://idp.example;" in answer.headers["Content-Security-Policy"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-language=en;")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_form_origins_stand_in_the_policy_in_one_order() -> None:
    assert content_security_policy(["https://b", "https://a"]) == content_security_policy(["https://a", "https://b"])


def test_nothing_is_kept_but_what_is_named_by_its_content(client: FlaskClient) -> None:
    assert client.get("/people").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    for name in assets():
        assert "immutable" in client.get(asset_address(name)).headers["Cache-Control"]


def test_an_asset_is_served_plain_or_gzipped_as_asked(client: FlaskClient) -> None:
    plain = client.get(asset_address("portal.css"), headers={"Accept-Encoding": "identity"})
    packed = client.get(asset_address("portal.css"), headers={"Accept-Encoding": "gzip"})
    assert plain.content_type == "text/css; charset=utf-8"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"


def test_an_unknown_asset_or_digest_is_not_found(client: FlaskClient) -> None:
    for address in ("/static/0000000000000000/portal.css", "/static/0/../tokens.css", "/static/0/secret"):
        assert client.get(address).status_code == 404


def test_every_style_on_the_disk_is_in_the_bundle() -> None:
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(STYLES)


def test_all_that_a_page_loads_is_small() -> None:
    assert sum(len(asset.compressed) for asset in assets().values()) < 12_000


def test_swedish_is_spoken_until_english_is_chosen(client: FlaskClient) -> None:
    assert '<html lang="sv">' in client.get("/people").text
    answer = client.post("/language", data={"language": "en", "back": "/people?page=2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people?page=2")
    assert '<html lang="en">' in client.get("/people").text


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.post("/language", data={"language": "xx"}).headers
    client.set_cookie("language", "../../etc")
    assert '<html lang="sv">' in client.get("/people").text


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "evil", "", "/a\nb", "/\x00", "/å"],
)
def test_nobody_is_sent_to_another_site(address: str, client: FlaskClient) -> None:
    assert local_address(address) == "/"
    assert client.post("/language", data={"language": "en", "back": address}).headers["Location"] == "/"


def test_the_frame_says_who_i_am_where_i_am_and_what_i_read_for(client: FlaskClient) -> None:
    page = client.get("/people").text
    assert 'Lina Holm, <span lang="sv">Arbetsmarknadsenheten</span>' in page
    assert page.count("aria-current") == 1
    assert page.count('aria-pressed="true"') == 1
    for words in ("Hoppa till innehållet", "Logga ut", "Så hanteras uppgifterna", "Tillgänglighet"):
        assert words in page


def test_a_visitor_has_no_menu_no_reasons_and_nothing_to_sign_out_of(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Huvudmeny" not in page
    assert "Logga ut" not in page
    assert 'name="reason"' not in page


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_places_and_only_readers_choose_a_reason(role: Role) -> None:
    frame = frame_for(staff(role=role), agency(), REASONS, "ongoing")
    assert frame.places == PLACES[role]
    assert bool(frame.reasons) == (role is Role.READER)


def test_the_place_one_is_in_is_the_nearest_of_those_that_hold_it() -> None:
    frame = frame_for(staff(), agency(), REASONS, None)
    assert [getattr(frame.place_of(path), "address", None) for path in ("/people/k3J9", "/people/find", "/")] == [
        "/people",
        "/people/find",
        None,
    ]


@pytest.mark.parametrize("status", [*PROBLEMS, 418, 502])
def test_every_problem_says_what_happened_and_what_one_can_do(status: int, client: FlaskClient) -> None:
    page = client.get(f"/problem/{status}").text
    assert "<h1>" in page
    assert "Till startsidan" in page


@pytest.mark.parametrize("address", ["/accessibility", "/about-your-data"])
def test_the_pages_for_everybody_are_there(address: str, client: FlaskClient) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.text.count("<h2>") >= 4
