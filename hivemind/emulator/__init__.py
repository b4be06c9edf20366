"""The local cloud: an AWS endpoint on 127.0.0.1 that really runs what is asked of it. It knows nothing of HiveMind.

moto, pinned and in-process, is the control plane; what it only pretends is ours:

    daemon     the public face: start, stop, status          serve      the daemon's own life
    server     HTTP: AWS calls, `/_local` control            cloud      puts the parts together
    patches/   the seams in moto, one file per service       persistence  state over restarts
    instances/ user data and units in real processes         groups/    Auto Scaling by our own reconciler
    databases/ RDS as real PostgreSQL                         shims/     dnf, systemctl, aws ... inside instances
    cloudformation/  the stack engine                         balancer/  the ALB data plane, a child process
    metrics/   CloudWatch: real measurements, alarms evaluated on them

Unforgiving on purpose: what would fail on AWS fails here. Everything listens on 127.0.0.1, lives under the state
directory and is ended by `stop`.
"""
