export default defineNuxtConfig({ runtimeConfig: { apiKey: process.env.API_KEY } });
