"""Every page, row and message to people."""
