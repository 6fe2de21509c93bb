"""Tests of cli.school."""
