"""Files and folders that are nobody's but their owner's: what we keep tells of stories, and of where they lie.

Takes paths; makes what is not there for the owner alone, and takes from a file that is there what others may do with
it. Folders that are there stay as they are: they may be anybody's.
"""

import os
import stat
from pathlib import Path

OURS, OUR_FOLDER = 0o600, 0o700
PASSABLE = 0o711  # a folder through which others get to what is meant for them
GROUP = 0o070
MAY_WRITE = 0o020


def private_file(path: Path) -> Path:
    """Make the file where there is none; else leave it to its owner, and to a group that was given it to write."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS))
    except FileExistsError:
        _keep_to_owner(path)
    return path


def private_folder(path: Path, mode: int = OUR_FOLDER) -> Path:
    """Make the folder where there is none, and those above it as `PASSABLE`."""
    for folder, rights in [*((one, PASSABLE) for one in reversed(path.parents)), (path, mode)]:
        if not folder.exists():
            folder.mkdir(OUR_FOLDER, exist_ok=True)
            folder.chmod(rights)  # whatever the umask
    return path


def _keep_to_owner(path: Path) -> None:
    known = path.stat()
    kept = stat.S_IMODE(known.st_mode) & (OURS | (GROUP if known.st_mode & MAY_WRITE else 0))
    if stat.S_ISREG(known.st_mode) and known.st_uid == os.geteuid() and kept != stat.S_IMODE(known.st_mode):
        path.chmod(kept)
