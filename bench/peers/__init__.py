"""The peers that Porchlight is compared with, each written in the obvious way."""
