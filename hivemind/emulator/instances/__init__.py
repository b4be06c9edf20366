"""EC2 instances as real processes: an init that owns everything the instance runs, under a folder that stands for /."""
