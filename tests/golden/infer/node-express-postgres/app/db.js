const { Pool } = require("pg");
exports.pool = new Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL_SIZE ?? 5) });
