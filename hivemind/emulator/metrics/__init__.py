"""CloudWatch that tells the truth: metrics are kept within bounds, and alarms are evaluated on them.

    store        what was measured, per metric, in buckets        bucket      one of them, with every statistic
    datum        PutMetricData, checked                           math/       metric math: parser and evaluator
    queries      GetMetricData and the queries of alarms          reading     GetMetricStatistics, ListMetrics
    rule         what an alarm asks                               judge       the state its data points mean
    composite    AlarmRule                                        evaluator   every alarm, every few seconds
    actions      what a change of state sets off                  history     what DescribeAlarmHistory shows
    sampler      CPU, connections, sizes of what really runs      watch       the thread that drives it all
    dashboard    what PutDashboard refuses                        filters     metrics drawn from log lines

Everything but `sampler`, `actions` and `watch` is pure: time is an argument, so a test evaluates hours in milliseconds.
"""
