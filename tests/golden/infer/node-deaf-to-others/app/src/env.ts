export const PORT = +(process.env.PORT || 8081)
