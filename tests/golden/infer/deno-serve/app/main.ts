import { Client } from "postgres";
const client = new Client(Deno.env.get("DATABASE_URL"));
Deno.serve({ port: Number(Deno.env.get("PORT") ?? 8080) }, (request) => new Response("hi"));
