"""The kiosk: renders a pack into pages (pages, edition) and serves them (app)."""
