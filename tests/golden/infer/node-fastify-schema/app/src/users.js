import Database from "better-sqlite3";
const db = new Database("app.db");
export default async function users(fastify) {
  fastify.get("/", async () => db.prepare("select * from users").all());
}
