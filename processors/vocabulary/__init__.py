"""What is known before a text is read: countries, places, names, words of stance, spelling."""
