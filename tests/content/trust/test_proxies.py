"""The proxy that the environment names, as people write it."""

import pytest

from content.trust.proxies import proxy_for

NAMED = {
    "for https": ({"https_proxy": "http://proxy.example:8080"}, "http://proxy.example:8080"),
    "without http:// before it": (
        {"https_proxy": "proxy.example:8080"},
        "http://proxy.example:8080",
    ),
    "for all": ({"all_proxy": "proxy.example:8080"}, "http://proxy.example:8080"),
    "for another kind of address": ({"ftp_proxy": "http://proxy.example:8080"}, ""),
    "not for this host": (
        {"https_proxy": "http://proxy.example:8080", "no_proxy": "example.org"},
        "",
    ),
    "nowhere": ({}, ""),
}


@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED)
def test_the_proxy_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, case: tuple[dict[str, str], str]
) -> None:
    named, wanted = case
    for kind in ("https", "http", "all", "ftp", "no"):
        for name in (f"{kind}_proxy", f"{kind}_PROXY".upper()):
            monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert proxy_for("https", "example.org") == wanted
