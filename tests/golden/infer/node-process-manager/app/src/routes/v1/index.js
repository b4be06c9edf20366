const router=express.Router();
const defaultRoutes=[{path:"/auth",route:a}];
defaultRoutes.forEach((r)=>{router.use(r.path,r.route)});
module.exports=router
