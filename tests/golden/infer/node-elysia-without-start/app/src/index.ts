import { Elysia } from "elysia";
const app = new Elysia().get("/", () => "Hello").get("/health", () => "ok").listen(process.env.PORT ?? 3000);
