"""The proxy on the way out of a school: which one the environment names for a host.

Owns HTTPS_PROXY, ALL_PROXY and NO_PROXY as people write them. Refuses to connect.
"""

from urllib.request import getproxies, proxy_bypass


def proxy_for(scheme: str, host: str) -> str:
    """The address of the proxy for that host, "" for none. One that is named without http:// before
    it has it."""
    proxies = getproxies()
    proxy = "" if proxy_bypass(host) else proxies.get(scheme) or proxies.get("all") or ""
    return proxy if "//" in proxy or not proxy else f"http://{proxy}"
