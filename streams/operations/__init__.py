"""Operating a running pipeline: supervise, monitor, check, audit, replay, forget."""
