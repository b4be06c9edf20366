import Koa from "koa";
import { PORT } from "./env";
const app = new Koa();
app.listen({ port: PORT, host: "127.0.0.1" })
