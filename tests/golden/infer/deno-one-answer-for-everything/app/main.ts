import { serve } from "https://deno.land/std@0.200.0/http/server.ts";

const port = Number(Deno.env.get("PORT") ?? 8400);
serve(() => new Response("good day"), { port });
