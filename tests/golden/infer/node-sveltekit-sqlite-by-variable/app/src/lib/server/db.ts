import { env } from '$env/dynamic/private';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
if (!env.DATABASE_URL) throw new Error('DATABASE_URL is missing');
export const db = drizzle(new Database(env.DATABASE_URL));
