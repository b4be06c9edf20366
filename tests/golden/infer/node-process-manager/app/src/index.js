const app=require("./app");
const config=require("./config/config");
mongoose.connect(config.mongoose.url).then(()=>{ server = app.listen(config.port, ()=>{}) })
