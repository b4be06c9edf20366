export default buildConfig({ secret: process.env.PAYLOAD_SECRET || "", db: postgresAdapter({ pool: { connectionString: process.env.DATABASE_URI || "" } }) })
