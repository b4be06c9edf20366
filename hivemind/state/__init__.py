"""What HiveMind remembers of a deployment beside CloudFormation: a journal, release records, and who holds it."""
