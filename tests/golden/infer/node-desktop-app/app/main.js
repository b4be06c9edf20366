const {app}=require("electron")
