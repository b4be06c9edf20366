import { PrismaClient } from "@prisma/client";
export const prisma = new PrismaClient();
export const secret = process.env.NEXTAUTH_SECRET;
export const url = process.env.NEXT_PUBLIC_URL;
