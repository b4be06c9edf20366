import { Env } from "@adonisjs/core/env";
export default await Env.create(new URL("../", import.meta.url), { NODE_ENV: Env.schema.enum(["production"] as const), PORT: Env.schema.number(), APP_KEY: Env.schema.string(), HOST: Env.schema.string({ format: "host" }), LOG_LEVEL: Env.schema.string.optional() })
