"""`make bench`: prints ratios; 1.00 is bare Starlette in one process on the same uvicorn."""

import statistics

from bench import attacks, line, load, paint, schools, start

ROUNDS = 3
PAGES = 12_000


def page_request(path: str) -> bytes:
    """Return a page request like Chromium's, which accepts compression."""
    headers = "Host: 127.0.0.1\r\nAccept-Encoding: gzip, deflate, br"
    return f"GET {path} HTTP/1.1\r\n{headers}\r\n\r\n".encode()


def main() -> None:
    """Measure our server and the peers in turn; print the medians as ratios."""
    with line.beside() as at:
        line.print_rows(page_rows(at.ours, at.bare))
        line.print_rows(line.rows(at))
    start.main()
    schools.main()
    attacks.main()
    paint.main()


def page_rows(ours: int, bare: int) -> list[line.Row]:
    """Measure the cost of a page on the screen."""
    ratios = []
    for _ in range(ROUNDS):
        base = load.measure(bare, [page_request("/")] * PAGES, 16)
        ratios.append(load.measure(ours, [page_request("/en/")] * PAGES, 16) / base)
    return [
        (
            "a page from the Edition / bare Starlette hello",
            f"{statistics.median(ratios):.2f}",
            ">= 1.0",
        )
    ]


if __name__ == "__main__":
    main()
