"""The rules for a pack, all run by check_pack."""
