"""The base of every ratio: Starlette with a page, a POST that reads its body, two bare pages."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def post(request: Request) -> PlainTextResponse:
    await request.body()
    return PlainTextResponse("ok")


def bare_page(other: str) -> str:
    """Return a 15 KB page that links to the other one: text and a link, without style or script."""
    words = "<p>A bare page holds words and nothing else at all.</p>" * 280
    return (
        '<!doctype html><html lang="en"><title>bare</title><body><a'
        f' href="{other}">on</a>{words}</body></html>'
    )


PAGES = {"a": bare_page("/bare/b"), "b": bare_page("/bare/a")}


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGES[request.path_params["name"]])


app = Starlette(
    routes=[
        Route("/", hello),
        Route("/sms/inbound", post, methods=["POST"]),
        Route("/bare/{name}", page),
    ]
)
