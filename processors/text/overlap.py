"""Which characters of a text are taken. Takes spans one by one, says of each whether it was still free."""


class Taken:
    """A mark for each character of a text of the given length."""

    def __init__(self, length: int) -> None:
        self._taken = bytearray(length)

    def add(self, start: int, end: int) -> bool:
        """Take ``[start, end)`` if all of it is free; say whether it was."""
        if 1 in self._taken[start:end]:
            return False
        self._taken[start:end] = b"\1" * (end - start)
        return True
