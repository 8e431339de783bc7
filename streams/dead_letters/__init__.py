"""Dead letters: the records of rejected messages on ``news.dead``, and their selection and replay."""
