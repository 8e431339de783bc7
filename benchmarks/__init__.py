"""What Newswire costs, as ratios of two things measured side by side in one run."""

import os

from streams.operations.supervisor import ONE_THREAD

os.environ.update(ONE_THREAD)  # before numpy looks: what stands beside a worker process has one core, as that has
