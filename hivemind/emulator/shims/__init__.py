"""What an instance finds on its PATH in place of Amazon Linux's own: small stdlib programs that speak plain HTTP."""
