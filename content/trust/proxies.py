"""The proxy for a host from HTTPS_PROXY, ALL_PROXY and NO_PROXY, read leniently."""

from urllib.request import getproxies, proxy_bypass


def proxy_for(scheme: str, host: str) -> str:
    """Return the proxy's address for that host, with its scheme; "" for none."""
    proxies = getproxies()
    proxy = "" if proxy_bypass(host) else proxies.get(scheme) or proxies.get("all") or ""
    return proxy if "//" in proxy or not proxy else f"http://{proxy}"
