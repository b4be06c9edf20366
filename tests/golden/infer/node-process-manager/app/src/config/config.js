const Joi=require("joi");
const envVarsSchema = Joi.object().keys({ NODE_ENV: Joi.string().valid("production").required(), PORT: Joi.number().default(3000), MONGODB_URL: Joi.string().required().description("x"), JWT_SECRET: Joi.string().required(), SMTP_HOST: Joi.string().description("s") }).unknown();
const { value: envVars, error } = envVarsSchema.validate(process.env);
module.exports = { env: envVars.NODE_ENV, port: envVars.PORT, mongoose: { url: envVars.MONGODB_URL + (envVars.NODE_ENV === "test" ? "-test" : "") } }
