import { createServer } from "node:http";

const server = createServer((request, response) => {
  if (request.url === "/ping") return response.end("pong");
  response.writeHead(404).end();
});
server.listen(Number(process.env.PORT ?? 8090));
