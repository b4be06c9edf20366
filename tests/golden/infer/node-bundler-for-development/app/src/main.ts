import Fastify from "fastify";
const app = Fastify();
app.get("/health", async () => ({}));
app.listen({ port: Number(process.env.PORT ?? 4000), host: "0.0.0.0" });
