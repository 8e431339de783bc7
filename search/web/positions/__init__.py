"""Positions as tables: who is for or against whom, targets of one meaning joined. Pure."""
