"""What a stage refused: made into records, kept on ``news.dead``, chosen from there, and put back."""
