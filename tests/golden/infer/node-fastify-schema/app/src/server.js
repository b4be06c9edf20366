import Fastify from "fastify";
import { env } from "./env.js";
import users from "./users.js";
const fastify = Fastify({ logger: true });
fastify.get("/status", async () => ({ up: true }));
fastify.register(users, { prefix: "/users" });
await fastify.listen({ port: env.PORT, host: "0.0.0.0" });
