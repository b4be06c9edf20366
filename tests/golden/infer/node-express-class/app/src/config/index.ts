import { config } from "dotenv";
config({path:"x"});
export const { NODE_ENV, PORT, SECRET_KEY, LOG_DIR } = process.env;
export const C = process.env.CREDENTIALS === "true"
