"""The peers that Porchlight is measured against, each written the obvious way."""
