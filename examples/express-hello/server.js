"use strict";

const os = require("node:os");
const express = require("express");

const RELEASE = "1";
const PORT = Number(process.env.PORT ?? 3000);
// Longer than the load balancer keeps an idle connection (60 s): otherwise it sends a request on one that just closed.
const KEEP_ALIVE_MS = 75_000;
// At a stop, what is under way may end; whatever is not done by then is cut off.
const GRACE_MS = 10_000;

const app = express();
app.disable("x-powered-by");

app.get("/", (request, response) => {
  response.type("text").send(`${process.env.GREETING ?? "Hello"} from release ${RELEASE} on ${os.hostname()}\n`);
});

app.get("/api/hello/:name", (request, response) => {
  response.json({ hello: request.params.name, release: RELEASE });
});

app.get("/healthz", (request, response) => {
  response.json({ status: "ok", release: RELEASE });
});

const server = app.listen(PORT, () => console.log(`listening on ${PORT}`));
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.headersTimeout = KEEP_ALIVE_MS + 1_000;

process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), GRACE_MS).unref();
});
