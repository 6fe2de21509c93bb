"""Which process serves what, by [sms] port."""

import pytest

from settings.load import SettingsError
from settings.roles import is_line_alone, is_line_elsewhere, of_process
from settings.schema import Desk, Kiosk, Settings, Sms

TOGETHER = Settings(desk=Desk(enabled=True))
APART = Settings(sms=Sms(port=8002), desk=Desk(enabled=True))


@pytest.mark.parametrize(
    ("settings", "line_only", "serves"),
    [
        pytest.param(TOGETHER, False, ("kiosk", "line", "desk", 8000), id="one process"),
        pytest.param(APART, False, ("kiosk", "", "desk", 8000), id="the kiosk's"),
        pytest.param(APART, True, ("", "line", "", 8002), id="the line's"),
        pytest.param(
            Settings(sms=Sms(enabled=False, port=8002)),
            False,
            ("kiosk", "", "desk", 8000),
            id="no line",
        ),
        pytest.param(
            Settings(kiosk=Kiosk(enabled=False)), False, ("", "line", "desk", 8000), id="no kiosk"
        ),
    ],
)
def test_each_process_serves_its_own(
    settings: Settings, line_only: bool, serves: tuple[str, str, str, int]
) -> None:
    own = of_process(settings, line_only=line_only)

    said = (own.kiosk.enabled, own.sms.enabled, own.desk.enabled)
    names = ("kiosk", "line", "desk")
    assert (
        *(name if on else "" for name, on in zip(names, said, strict=True)),
        own.server.port,
    ) == serves
    assert is_line_alone(own) is line_only
    assert is_line_elsewhere(own) is (settings is APART and not line_only)


@pytest.mark.parametrize(
    ("settings", "line_only", "said"),
    [
        (TOGETHER, True, "port is not set"),
        (Settings(sms=Sms(enabled=False, port=8002)), True, "enabled is false"),
        (Settings(sms=Sms(port=8000)), False, "8000 is the kiosk's or the desk's already"),
        (Settings(sms=Sms(port=8001)), True, "8001 is the kiosk's or the desk's already"),
    ],
)
def test_a_role_that_cannot_be_is_one_sentence(
    settings: Settings, line_only: bool, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        of_process(settings, line_only=line_only)
