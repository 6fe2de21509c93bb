"""The schools of a district: served, written as files, and looked at where they are hosted."""
