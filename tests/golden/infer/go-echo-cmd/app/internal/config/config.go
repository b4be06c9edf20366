package config

import "github.com/caarlos0/env/v11"

type Config struct {
	Port        string `env:"PORT" envDefault:"1323"`
	DatabaseURL string `env:"DATABASE_URL,required"`
	RedisAddr   string `env:"REDIS_ADDR,notEmpty"`
	LogLevel    string `env:"LOG_LEVEL" envDefault:"info"`
}

func Load() Config {
	var c Config
	if err := env.Parse(&c); err != nil {
		panic(err)
	}
	return c
}
