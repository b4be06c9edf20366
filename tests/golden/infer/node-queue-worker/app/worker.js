const { Worker } = require("bullmq");
new Worker("q", async j => {}, { connection: { host: process.env.REDIS_HOST || "localhost" } })
