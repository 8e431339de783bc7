"""Source profiles: reading and checking the shipped ones, and those in the file that NEWSWIRE_SOURCES names."""
