const app = require("express")();
app.get("/", (req, res) => res.end());
app.listen(process.env.PORT || 3000);
