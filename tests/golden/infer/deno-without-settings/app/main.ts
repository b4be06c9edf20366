import { Application, Router } from "https://deno.land/x/oak@v12.6.0/mod.ts";
const app = new Application();
const router = new Router();
router.get("/health", (ctx) => {
  ctx.response.body = "ok";
});
app.use(router.routes());
await app.listen({ port: 8000 });
