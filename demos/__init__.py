"""Runnable stories, one a module: `python -m demos NAME`."""
