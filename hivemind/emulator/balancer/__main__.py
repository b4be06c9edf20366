"""`python -m hivemind.emulator.balancer`: the data plane as a process; see `plane.process`."""

from hivemind.emulator.balancer.plane.process import main

if __name__ == "__main__":
    main()
