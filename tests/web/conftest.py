"""Browsers that several files of pages begin with; each file says what situation they are in."""

import pytest

from tests.support.browserless import Browser
from tests.support.situation import ADMINISTRATOR, Situation


@pytest.fixture
def eva(situation: Situation) -> Browser:
    """The administrator's browser."""
    return situation.portal.browser(ADMINISTRATOR)
