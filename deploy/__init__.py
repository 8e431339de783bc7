"""What runs Newswire and shows what is inside it: not part of the package that is installed."""
