import { db } from '$lib/server/db';
export const load = async () => ({ notes: await db.query.notes.findMany() });
