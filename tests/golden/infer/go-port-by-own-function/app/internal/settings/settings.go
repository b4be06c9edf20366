package settings

import "os"

func EnvPortOr(usual string) string {
	if port := os.Getenv("PORT"); port != "" {
		return port
	}
	return usual
}

type Settings struct {
	Origins []string `env:"ORIGINS,required,notEmpty"`
	Quiet   bool     `env:"QUIET"`
	Salt    string   `envconfig:"SALT" required:"true"`
	Oven    string   `env:"OVEN" env-required:"true"`
}
