"""Reads and edits a pack's source folder, and reports each problem's file and line."""
