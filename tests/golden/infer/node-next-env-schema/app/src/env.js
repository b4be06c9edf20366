import { createEnv } from "@t3-oss/env-nextjs";
import { z } from "zod";
export const env = createEnv({ server: { AUTH_SECRET: process.env.NODE_ENV === "production" ? z.string() : z.string().optional(), DISCORD_ID: z.string(), DATABASE_URL: z.string().url(), NODE_ENV: z.enum(["development"]).default("development") }, client: {}, runtimeEnv: { AUTH_SECRET: process.env.AUTH_SECRET, DISCORD_ID: process.env.DISCORD_ID, DATABASE_URL: process.env.DATABASE_URL, NODE_ENV: process.env.NODE_ENV } })
