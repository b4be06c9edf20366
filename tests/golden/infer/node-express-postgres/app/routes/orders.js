const router = require("express").Router();
router.get("/", (req, res) => res.json([]));
router.post("/", (req, res) => res.sendStatus(process.env.ORDER_SECRET ? 201 : 503));
module.exports = router;
