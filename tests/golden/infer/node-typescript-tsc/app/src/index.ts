import express, { Request, Response } from "express";
import { health } from "./health";

const app = express();
const PORT: number = Number(process.env.PORT) || 4000;
app.use("/health", health);
app.get("/users/:id", (req: Request, res: Response) => res.json({ id: req.params.id }));
app.listen(PORT, "0.0.0.0");
