"""Stories in the forms that other programs read: stored documents in, text, ninjs, NewsML-G2, CSV, Atom out. Pure."""
