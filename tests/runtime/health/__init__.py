"""Tests of runtime/health."""
