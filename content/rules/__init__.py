"""What a pack must fulfil; check_pack lists every rule."""
