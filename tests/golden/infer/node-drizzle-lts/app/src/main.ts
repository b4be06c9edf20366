import Hapi from "@hapi/hapi";
const server = Hapi.server({ port: process.env.PORT || 3000, host: "0.0.0.0" });
server.route({ method: "GET", path: "/health", handler: () => "ok" });
await server.start();
