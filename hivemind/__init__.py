"""HiveMind: GitOps for web apps on AWS, with a local cloud to rehearse on."""

__version__ = "0.1.0"
