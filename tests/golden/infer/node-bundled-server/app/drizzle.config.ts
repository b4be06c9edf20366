if (!process.env.DATABASE_URL) {
  throw new Error("x");
}
export default defineConfig({
  out: "./migrations",
  dialect: "postgresql",
 dbCredentials: { url: process.env.DATABASE_URL } });
