"""The base of every ratio: Starlette with one page, and one POST that reads its body and answers."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def post(request: Request) -> PlainTextResponse:
    await request.body()
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/", hello), Route("/sms/inbound", post, methods=["POST"])])
