import { db } from "@acme/db";
export default function Page() {
  return null;
}
