"""The gateway to AWS, and to any endpoint that speaks its API: one small file per port, boto3 behind it."""
