"""Runs Lighthouse on one page: scores from 0 to 100. The speed score is for bench/, the others
for tests."""

import json
import os
import subprocess
from pathlib import Path

NODE = Path(__file__).parent / "node" / "node_modules"
CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def scores(url: str) -> dict[str, float]:
    """Return each category's score, and the sum of layout shifts under ``layout-shift``."""
    done = subprocess.run(
        [
            str(NODE / ".bin" / "lighthouse"),
            url,
            "--quiet",
            "--output=json",
            "--preset=desktop",  # the mobile preset uses 412 px, which no kiosk has
            "--screenEmulation.width=1080",
            "--screenEmulation.height=1920",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={FLAGS}",
        ],
        env={**os.environ, "CHROME_PATH": "/usr/bin/chromium"},
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    report = json.loads(done.stdout)
    found = {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
    return {**found, "layout-shift": report["audits"]["cumulative-layout-shift"]["numericValue"]}
