"""What several stories have to do with each other: kills in words that name one, and ids that have changed."""
