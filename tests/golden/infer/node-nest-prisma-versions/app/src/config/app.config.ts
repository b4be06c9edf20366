export default registerAs("app", () => ({ port: parseInt(process.env.APP_PORT || process.env.PORT || "3001", 10) }))
