"""Setting the machine up on the desk: the first start, its page later, what is still open."""
