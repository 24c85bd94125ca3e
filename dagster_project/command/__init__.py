"""The command line: `make run` and `flux-carbone`."""
