"""One running installation: its content, its schedule, doctor, and the desk's port."""
