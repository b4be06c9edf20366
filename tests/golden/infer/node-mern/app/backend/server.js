const express = require("express");
const app = express();
app.use("/api/products", require("./routes/p"));
if (process.env.NODE_ENV === "production") { app.use(express.static(path.join(__dirname, "../frontend/dist")));
app.get("*", (req,res)=>res.sendFile("x")) }
connectDB(process.env.MONGO_URI);
const PORT = process.env.PORT || 5000;
app.listen(PORT)
