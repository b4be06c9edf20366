const express = require("express");
const app = express();
const { pool } = require("./db");
// app.listen(9999)
app.use("/api/orders", require("./routes/orders"));
app.get("/healthz", async (req, res) => {
  await pool.query("select 1");
  res.json({ ok: true });
});
const port = process.env.PORT || 3001;
app.listen(port, () => console.log(`listening on ${port}`));
