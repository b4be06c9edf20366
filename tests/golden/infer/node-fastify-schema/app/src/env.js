import { z } from "zod";
export const env = z
  .object({
    PORT: z.coerce.number().default(8080),
    API_KEY: z.string().min(1),
    SENTRY_DSN: z.string().url().optional(),
  })
  .parse(process.env);
