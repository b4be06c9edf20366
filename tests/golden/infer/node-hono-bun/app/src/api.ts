import { Hono } from "hono";
const api = new Hono();
api.get("/items", (c) => c.json([process.env.ITEM_SOURCE!]));
export default api;
