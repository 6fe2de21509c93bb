"""The settings file and the environment become typed values, or one sentence about what to correct."""

from pathlib import Path

import pytest

from settings import desk_file
from settings.load import Secrets, SettingsError, load, load_secrets
from settings.places import ROOT


def settings_file(folder: Path, text: str) -> dict[str, str]:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return {"PORCHLIGHT_SETTINGS": str(file)}


def test_the_shipped_file_holds_every_setting_with_its_default(tmp_path: Path) -> None:
    shipped = load({"PORCHLIGHT_SETTINGS": str(ROOT / "settings.toml")})
    defaults = load(settings_file(tmp_path, ""))

    assert shipped == defaults


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    environ = settings_file(tmp_path, '[server]\nport = 9000\n[kiosk]\nschool = "Elm"')
    environ |= {
        "PORCHLIGHT_SERVER__PORT": "9001",
        "PORCHLIGHT_KIOSK__LANGUAGES": '["es", "en"]',
        "PORCHLIGHT_KIOSK__ENABLED": "false",
        "PORCHLIGHT_KIOSK__SCHOOL": "Oak 12",
    }

    settings = load(environ)

    assert settings.server.port == 9001
    assert settings.kiosk.languages == ("es", "en")
    assert settings.kiosk.enabled is False
    assert settings.kiosk.school == "Oak 12"


def test_a_relative_path_in_the_file_starts_at_the_file(tmp_path: Path) -> None:
    settings = load(settings_file(tmp_path, '[server]\ndata_dir = "state"'))

    assert settings.server.data_dir == tmp_path / "state"
    assert settings.store_url == f"sqlite:///{tmp_path / 'state' / 'porchlight.db'}"


@pytest.mark.parametrize(
    "written", ["916-875-5437", "(916) 875-5437", "+1 916 875 5437", "19168755437"]
)
def test_a_county_line_is_kept_in_one_form(tmp_path: Path, written: str) -> None:
    settings = load(settings_file(tmp_path, f'[kiosk]\ncounty_line = "{written}"'))

    assert settings.kiosk.county_line == "+19168755437"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            '[sms]\ncarrier = "pigeon"',
            ["[sms] carrier", "pigeon", '"modem"'],
            id="no such carrier",
        ),
        pytest.param(
            '[alarms]\nno_school = ["12/24/2026"]',
            ["[alarms] no_school", "12/24/2026", "2026-12-21 to 2027-01-01"],
            id="no such day",
        ),
        pytest.param(
            '[alarms]\nno_school = ["2027-01-01 to 2026-12-21"]',
            ["[alarms] no_school", "2026-12-21 to 2027-01-01"],
            id="a last day before the first",
        ),
        pytest.param(
            '[server]\npublic_url = "http://[::1"', ["public_url", "https://"], id="open bracket"
        ),
        pytest.param(
            '[desk]\naddress = "https://desk.example:99999999"',
            ["[desk] address", "https://"],
            id="no port",
        ),
        pytest.param(
            '[kiosk]\nschool_file = "~nobody-here/school.toml"',
            ["[kiosk] school_file", "home"],
            id="nobody's home",
        ),
        pytest.param(
            '[sms]\nmodem_device = ""',
            ["[sms] modem_device", "/dev/ttyUSB0"],
            id="a modem without device",
        ),
        pytest.param(
            "[server]\nprot = 1", ["[server] prot", "did you mean port?"], id="misspelt key"
        ),
        pytest.param(
            "[sever]\nport = 1", ["[sever]", "did you mean server?"], id="misspelt section"
        ),
        pytest.param("port = 1", ["port is outside a section"], id="key without section"),
        pytest.param(
            '[server]\nport = "80"',
            ["[server] port", "'80'", "a whole number"],
            id="text for a number",
        ),
        pytest.param(
            "[server]\nport = 70000", ["[server] port", "70000", "0 to 65535"], id="port too high"
        ),
        pytest.param(
            '[kiosk]\nlanguages = "en"', ["[kiosk] languages", "a list"], id="text for a list"
        ),
        pytest.param(
            "[kiosk]\nlanguages = []", ["[kiosk] languages", "at least one"], id="no language"
        ),
        pytest.param(
            "[kiosk]\nwarn_seconds = 5",
            ["[kiosk] warn_seconds", "20 or more"],
            id="no time to react",
        ),
        pytest.param(
            '[kiosk]\ncounty_line = "911"',
            ["[kiosk] county_line", "US number"],
            id="not a county line",
        ),
        pytest.param(
            '[sms]\ntopics_off = ["health", "suicide"]',
            ["[sms] topics_off", "suicide", "safety topics cannot be switched off"],
            id="a topic of safety off",
        ),
        pytest.param(
            '[kiosk]\nenabled = "yes"', ["[kiosk] enabled", "true or false"], id="text for a switch"
        ),
        pytest.param(
            '[server]\npublic_url = "line.org"',
            ["public_url", "https://"],
            id="address without scheme",
        ),
        pytest.param(
            '[content]\npack = "none"',
            ["[content] pack", "existing folder"],
            id="a pack that is not there",
        ),
        pytest.param(
            '[store]\nurl = "mysql://x"', ["[store] url", "postgresql://"], id="another database"
        ),
        pytest.param("[server\nport = 1", ["cannot be read as TOML", "line 1"], id="broken TOML"),
        pytest.param(
            '[sms]\nauth_token = "x"',
            ["[sms] auth_token", "secret", "TWILIO_AUTH_TOKEN"],
            id="a secret's name",
        ),
        pytest.param(
            f'[sms]\ncontact = "{"a1" * 16}"', ["[sms] contact", "secret"], id="a secret's shape"
        ),
        pytest.param(
            '[store]\nurl = "postgresql://me:pass@db/x"',
            ["[store] url", "PORCHLIGHT_STORE__URL"],
            id="a password",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_with_file_section_and_key(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    with pytest.raises(SettingsError) as raised:
        load(settings_file(tmp_path, text))

    sentence = str(raised.value)
    assert all(part in sentence for part in [str(tmp_path / "settings.toml"), *said]), sentence


EARLIER = """[kiosk]
card_idle_seconds = 5
school = "Elm"
[ sms ] # the line
late_minutes = 0
modem_connection = ["x"]
port = 0
voice_handoff = "911"
voice_handoff_agreed = "soon"
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("", [], id="none"),
        pytest.param("[sms]\nport = 0", [", line 2, [sms] port"], id="one process"),
        pytest.param("[sms]\nlate_minutes = 60", [", line 2, [sms] late_minutes"], id="one"),
        pytest.param("sms.late_minutes = 3", [", [sms] late_minutes"], id="on a line of its own"),
        pytest.param(
            EARLIER,
            [
                ", line 2, [kiosk] card_idle_seconds",
                ", line 5, [sms] late_minutes",
                ", line 6, [sms] modem_connection",
                ", line 7, [sms] port",
                ", line 8, [sms] voice_handoff",
                ", line 9, [sms] voice_handoff_agreed",
            ],
            id="all",
        ),
    ],
)
def test_settings_that_no_longer_exist_stop_no_start_and_are_named_once(
    tmp_path: Path, text: str, places: list[str]
) -> None:
    settings = load(settings_file(tmp_path, text))

    file = str(tmp_path / "settings.toml")
    assert settings.retired.count(file) == len(places)
    assert bool(settings.retired) == bool(places)
    assert all(f"{file}{place} (" in settings.retired for place in places), settings.retired
    assert settings.kiosk.school == ("Elm" if text == EARLIER else "")


@pytest.mark.parametrize("is_variable", [False, True], ids=["file", "variable"])
def test_a_port_of_the_line_stops_the_start_until_the_proxy_asks_the_other(
    tmp_path: Path, is_variable: bool
) -> None:
    environ = settings_file(tmp_path, "" if is_variable else "[sms]\nport = 8002")
    own = {"PORCHLIGHT_SMS__PORT": "8002"} if is_variable else {}
    with pytest.raises(SettingsError) as refused:
        load(environ | own)
    where = "PORCHLIGHT_SMS__PORT:" if is_variable else f"{tmp_path / 'settings.toml'}, [sms] port:"
    assert str(refused.value).startswith(where)
    assert "nginx.conf" in str(refused.value)


def test_a_setting_that_no_longer_exists_is_named_in_a_variable_and_the_desks_file(
    tmp_path: Path,
) -> None:
    environ = settings_file(tmp_path, f'[server]\ndata_dir = "{tmp_path}"')
    (tmp_path / desk_file.FILE).write_text('[sms]\ncontact = "a@b.example"\nlate_minutes = 1\n')

    settings = load(environ | {"PORCHLIGHT_SMS__VOICE_HANDOFF": "911"})

    assert f"{tmp_path / desk_file.FILE}, line 3, [sms] late_minutes (" in settings.retired
    assert "PORCHLIGHT_SMS__VOICE_HANDOFF (" in settings.retired
    assert settings.sms.contact == "a@b.example"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PORCHLIGHT_SERVER__PROT", "1", "did you mean port?"),
        ("PORCHLIGHT_SEVER__PORT", "80", "did you mean server?"),
        ("PORCHLIGHT_SERVER__PORT", "eighty", "not a TOML value"),
        ("PORCHLIGHT_KIOSK__LANGUAGES", "en,es", "not a TOML value"),
        ("PORCHLIGHT_SERVER__PORT", "true", "a whole number"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(settings_file(tmp_path, "") | {variable: value})

    assert str(raised.value).startswith(variable)
    assert said in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load({"PORCHLIGHT_SETTINGS": str(tmp_path / "none.toml")})


def test_a_secret_comes_from_its_variable_or_its_file_and_hides(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0k3n\n", encoding="utf-8")

    secrets = load_secrets(
        {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token")}
    )

    assert secrets == Secrets(account_sid="AC1", auth_token="t0k3n")
    assert "t0k3n" not in repr(secrets)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"TWILIO_AUTH_TOKEN_FILE": "/nonexistent/token"}, "cannot be read"),
        ({"TWILIO_AUTH_TOKEN_FILE": "/x", "TWILIO_AUTH_TOKEN": "y"}, "both set"),
    ],
)
def test_an_unreadable_secret_stops_the_start(environ: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_secrets(environ)


def test_unsigned_beside_a_root_is_refused_wherever_either_is_written(tmp_path: Path) -> None:
    root = tmp_path / "root.json"
    root.write_text("{}", encoding="utf-8")
    for text, variables in (
        (f'[content]\nunsigned = true\nroot = "{root}"', {}),
        (f'[content]\nroot = "{root}"', {"PORCHLIGHT_CONTENT__UNSIGNED": "true"}),
        ("[content]\nunsigned = true", {"PORCHLIGHT_CONTENT__ROOT": str(root)}),
    ):
        environ = settings_file(tmp_path, text) | variables
        with pytest.raises(SettingsError, match=r"\[content\] unsigned and root\. .*remove root"):
            load(environ)


def test_that_nobody_signs_is_for_the_cover_and_no_setting_of_the_screen(tmp_path: Path) -> None:
    """Or a machine could take unsigned packs and hide it."""
    author = settings_file(tmp_path, "[content]\nunsigned = true")
    assert load(author).kiosk.unsigned
    assert not load(settings_file(tmp_path, "")).kiosk.unsigned
    with pytest.raises(SettingsError, match="no such setting"):
        load(author | {"PORCHLIGHT_KIOSK__UNSIGNED": "false"})
    with pytest.raises(SettingsError, match=r"\[kiosk\] unsigned: there is no such setting"):
        load(settings_file(tmp_path, "[kiosk]\nunsigned = false"))


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (f"[kiosk]\nlanguages = {'[' * 9000}{']' * 9000}", {}),
        (f"[kiosk]\nschool{'.a' * 9000} = 1", {}),
        ("[kiosk]\nlanguages = [['en']]", {}),
        ("", {"PORCHLIGHT_KIOSK__LANGUAGES": "[" * 9000}),
        ("", {"PORCHLIGHT_KIOSK__LANGUAGES": "{a=" * 40 + "1" + "}" * 40}),
    ],
    ids=["lists", "dotted", "two deep", "variable", "tables in a variable"],
)
def test_what_is_nested_is_refused_in_one_short_sentence(
    tmp_path: Path, text: str, variables: dict[str, str]
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(settings_file(tmp_path, text) | variables)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
