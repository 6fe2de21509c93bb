"""settings.toml and the environment as typed values: schema says which there are, load reads them."""
