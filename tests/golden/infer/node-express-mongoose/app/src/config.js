const { JWT_SECRET, LOG_LEVEL = "info" } = process.env;
if (!JWT_SECRET) throw new Error("JWT_SECRET is missing");
export default {
  port: parseInt(process.env.PORT, 10) || 5000,
  mongoUri: process.env.MONGO_URI,
  logLevel: LOG_LEVEL,
  jwtSecret: JWT_SECRET,
};
