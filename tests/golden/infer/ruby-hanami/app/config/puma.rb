port ENV.fetch("HANAMI_PORT", 2300)
