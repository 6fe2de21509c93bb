"""Setup at the desk: the first start, the setup page used later, and the list of open steps."""
