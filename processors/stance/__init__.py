"""Who stands where toward whom, with the words that prove it."""
