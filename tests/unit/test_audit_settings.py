"""What the trail's commands read of the settings file, as the portal reads it too."""

from pathlib import Path

import pytest

from audit.settings import read_trail_settings
from tests.support.installation import settings_for


@pytest.mark.parametrize(
    "url", ["sqlite:///data/portal.sqlite", "sqlite:////srv/portal.sqlite", "postgresql://db/portal"]
)
def test_the_database_is_where_the_portal_says_it_is(tmp_path: Path, url: str) -> None:
    file = tmp_path / "portal.toml"
    file.write_text(
        f'[database]\nurl = "{url}"\n[trail]\norigin = "a.example/b"\nsigning_key_file = "k"\nstate_file = "s"\n'
    )
    assert read_trail_settings(file).database == settings_for(tmp_path, {"url": url}).database.url
