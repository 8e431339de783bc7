"""How a text is laid out: what margins, columns, line ends and elements that touch mean for words and paragraphs."""
