import express from "express";
import { registerRoutes } from "./routes";
const app = express();
(async () => { const server = await registerRoutes(app);
const port = parseInt(process.env.PORT || "5000", 10);
server.listen({ port, host: "0.0.0.0", reusePort: true }, () => {});
})();
