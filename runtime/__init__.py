"""One installation at work: what is served, the schedule, doctor, the desk's port."""
