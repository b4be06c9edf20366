const r=require("express").Router();
r.get("/",(q,s)=>s.json([]));
module.exports=r
