"""What `doctor` finds on an installation, a module for each subject."""
