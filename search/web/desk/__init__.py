"""My desk on the page: its lists, the buttons on stories, forms that only the page itself can send, what others do."""
