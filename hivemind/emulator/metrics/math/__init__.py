"""Metric math: text → `expression` (a tree) → `evaluation` (time series).

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html; what is not in
`functions` is refused.
"""
