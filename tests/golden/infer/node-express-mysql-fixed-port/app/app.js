const express = require("express");
const app = express();
const db=mysql.createConnection({host:"localhost",user:"root",password:"",database:"x"});
app.get("/login",(a,b)=>b.render("x"));
const PORT=8081;
app.listen(PORT)
