import { Hono } from "hono";
const app = new Hono();
app.get("/up", (c) => c.text("ok"));
export default { fetch: app.fetch };
