"""One running installation: what it serves, its schedule, doctor, and the desk's port."""
