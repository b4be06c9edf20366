import postgres from "postgres";
import { DATABASE_URL } from "$env/static/private";
import { env } from "$env/dynamic/private";
export const sql = postgres(DATABASE_URL);
export const token = env.API_TOKEN ?? "none";
