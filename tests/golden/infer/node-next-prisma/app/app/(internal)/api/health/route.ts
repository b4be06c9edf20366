import { prisma } from "@/lib/prisma";
export async function GET() {
  await prisma.$queryRaw`select 1`;
  return Response.json({ ok: true });
}
