"""One thing is wrong at a time, and each time nobody is signed in, for the right reason."""

from datetime import timedelta
from pathlib import Path

import pytest

from portal.accounts.openid import Provider, Refusal, SignInError, finish
from tests.web.fake_provider import (
    NOW,
    FakeProvider,
    make_settings,
    sign_in,
    start,
)
from tests.web.sign_in_faults import REFUSALS

SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize("fault", REFUSALS)
def test_one_fault_is_enough_to_refuse(fault: str, tmp_path: Path) -> None:
    change, refusal = REFUSALS[fault]
    fake = FakeProvider()
    change(fake)
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(make_settings(tmp_path), fake), fake)
    assert refused.value.refusal is refusal
    assert "lina" not in str(refused.value)


def test_there_are_more_than_forty_ways_to_be_refused() -> None:
    assert len(REFUSALS) > 40


def test_a_code_is_exchanged_once(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    url, transaction = start(provider)
    query = fake.authorize(url)
    assert finish(provider, transaction, query, NOW).subject == "lina"
    with pytest.raises(SignInError) as refused:
        finish(provider, transaction, query, NOW)
    assert refused.value.refusal is Refusal.CODE_REFUSED


def test_a_token_of_an_earlier_sign_in_is_refused(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    earlier, _ = start(provider)
    replayed = fake.id_token(fake.codes[fake.authorize(earlier)["code"][0]])
    fake.forge = lambda _: replayed
    with pytest.raises(SignInError) as refused:
        sign_in(provider, fake)
    assert refused.value.refusal is Refusal.WRONG_NONCE


def test_a_code_stolen_from_another_browser_is_refused_for_want_of_its_verifier(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    victims_url, _ = start(provider)
    _, own = start(provider)
    stolen = {**fake.authorize(victims_url), "state": [own.state]}
    with pytest.raises(SignInError) as refused:
        finish(provider, own, stolen, NOW)
    assert refused.value.refusal is Refusal.CODE_REFUSED


def test_an_answer_after_ten_minutes_is_refused(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    url, transaction = start(provider)
    with pytest.raises(SignInError) as refused:
        finish(provider, transaction, fake.authorize(url), NOW + timedelta(minutes=10, seconds=1))
    assert refused.value.refusal is Refusal.TRANSACTION_EXPIRED


def test_an_answer_from_before_the_question_is_refused(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    url, transaction = start(provider)
    with pytest.raises(SignInError) as refused:
        finish(provider, transaction, fake.authorize(url), NOW - timedelta(minutes=2))
    assert refused.value.refusal is Refusal.TRANSACTION_EXPIRED


def test_an_answer_at_another_providers_callback_is_refused(tmp_path: Path) -> None:
    fake = FakeProvider()
    url, transaction = start(Provider(make_settings(tmp_path), fake))
    other = Provider(make_settings(tmp_path, id="regionen"), fake)
    with pytest.raises(SignInError) as refused:
        finish(other, transaction, fake.authorize(url), NOW)
    assert refused.value.refusal is Refusal.WRONG_PROVIDER
    assert not [request for request in fake.asked if request.method == "POST"]


def test_another_redirect_address_than_the_one_asked_with_is_refused(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    url, transaction = start(provider)
    query = fake.authorize(url)
    fake.codes[query["code"][0]]["redirect_uri"] = "https://evil.example/callback"
    with pytest.raises(SignInError) as refused:
        finish(provider, transaction, query, NOW)
    assert refused.value.refusal is Refusal.CODE_REFUSED


@pytest.mark.parametrize("auth_time", [None, "now", True, SECONDS - 700, SECONDS + 120, float("nan")])
def test_an_authentication_too_old_or_without_time_is_refused(auth_time: object, tmp_path: Path) -> None:
    fake = FakeProvider(claims={"auth_time": auth_time})
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(make_settings(tmp_path, max_age=600), fake), fake)
    assert refused.value.refusal is Refusal.STALE_AUTHENTICATION
