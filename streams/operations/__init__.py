"""What an operator does to a running pipeline: start and watch it, check it, audit it, replay, forget."""
