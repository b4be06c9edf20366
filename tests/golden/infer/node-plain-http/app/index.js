import { createServer } from "node:http";
import { env } from "node:process";
const server = createServer((req, res) => res.end("hi"));
server.listen(env.PORT || 8000);
