export async function registerRoutes(app: Express): Promise<Server> { app.get("/api/health", async (req, res) => { res.json({}) });
return createServer(app) }
