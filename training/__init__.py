"""Makes and scores the models that ship; the rest of Newswire never imports it."""
