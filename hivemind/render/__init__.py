"""Spec and findings in, CloudFormation templates and a release's own files out. Pure: nothing here does I/O."""
