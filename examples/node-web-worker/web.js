"use strict";

const http = require("node:http");

const server = http.createServer((request, response) => {
  if (request.url === "/healthz") {
    response.end("ok\n");
  } else if (request.url === "/") {
    response.end("The web half of two services\n");
  } else {
    response.writeHead(404).end("not found\n");
  }
});

// Longer than the load balancer keeps an idle connection (60 s).
server.keepAliveTimeout = 75_000;
server.listen(Number(process.env.PORT ?? 3000), "0.0.0.0");
