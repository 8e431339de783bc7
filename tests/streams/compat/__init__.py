"""Messages as earlier versions sent them, and what makes such files: see ``make.py``."""
