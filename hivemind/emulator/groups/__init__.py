"""Auto Scaling groups, by our own reconciler over RunInstances; moto keeps the records, we make them true."""
