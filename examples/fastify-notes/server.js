import Fastify from "fastify";

// Longer than the load balancer keeps an idle connection (60 s).
const app = Fastify({ logger: true, keepAliveTimeout: 75_000 });
const notes = [];

app.get("/", async () => ({ notes }));

app.post("/notes", async (request, reply) => {
  const text = String(request.body?.text ?? "").trim();
  if (!text) return reply.code(400).send({ error: "a note needs a text" });
  notes.push({ id: notes.length + 1, text });
  return reply.code(201).send(notes.at(-1));
});

app.get("/healthz", async () => ({ status: "ok" }));

await app.listen({ host: "0.0.0.0", port: Number(process.env.PORT ?? 3000) });
