import { Hono } from "hono";
import api from "./api";
const app = new Hono().basePath("/v1");
app.route("/api", api);
app.get("/up", (c) => c.text("ok"));
export default { port: Bun.env.PORT ?? 3000, fetch: app.fetch };
